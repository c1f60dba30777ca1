#include "sinks/dead_letter_fit.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sinks/utf8.h"

namespace senne::sinks {
namespace {

using google::protobuf::FieldDescriptor;

// Calls `visit` with a pointer to each singular text and to each message inside, recursively; dead
// letters have no repeated texts.
template <class Visit>
void for_each_text(google::protobuf::Message& message, const Visit& visit) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      std::string text = reflection->GetString(message, field);
      if (visit(text)) reflection->SetString(&message, field, std::move(text));
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        for_each_text(*reflection->MutableRepeatedMessage(&message, field, i), visit);
      }
    }
  }
}

}  // namespace

bool texts_are_valid(const v1::DeadLetter& letter) {
  const auto valid = [](const std::string& text) { return valid_utf8(text); };
  return valid(letter.reason()) && valid(letter.stage()) && valid(letter.detail()) &&
         valid(letter.mqtt_topic()) && valid(letter.route()) && valid(letter.device_id()) &&
         std::all_of(letter.user_properties().begin(), letter.user_properties().end(),
                     [&](const auto& p) { return valid(p.key()) && valid(p.value()); }) &&
         std::all_of(letter.readings().begin(), letter.readings().end(),
                     [&](const auto& r) { return valid(r.property()) && valid(r.reason()); });
}

void make_texts_valid(v1::DeadLetter& letter) {
  for_each_text(letter, [](std::string& text) {
    if (valid_utf8(text)) return false;
    text = replace_invalid_utf8(text);
    return true;
  });
}

void cut_to_fit(v1::DeadLetter& letter, const std::function<std::size_t()>& excess) {
  if (excess() == 0) return;
  // A prefix must not pass for the whole.
  letter.set_payload_length(
      std::max<std::uint64_t>(letter.payload_length(), letter.payload().size()));
  std::size_t over = excess();
  if (letter.has_payload()) {
    // In JSON a byte of payload takes 4/3 of a character, so cutting as many bytes as the record
    // is over always suffices, unless the rest alone is too large.
    const std::size_t size = letter.payload().size();
    letter.mutable_payload()->resize(size - std::min(size, over));
    over = excess();
  }
  if (over > 0) {
    letter.clear_user_properties();
    letter.clear_readings();
    over = excess();
  }
  if (over > 0) {
    for_each_text(letter, [](std::string& text) {
      if (text.size() <= text_bytes_max) return false;
      text = utf8_prefix(text, text_bytes_max);
      return true;
    });
  }
}

}  // namespace senne::sinks
