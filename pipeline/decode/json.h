// JSON text of a message as a document: parsed in place, whole, and refused whole.
//
// The DOM of simdjson is used, not its On-Demand interface: that one hands out fields of a document
// whose tail is broken, and a reading out of half a message is worse than a dead letter.
//
// THREAD  one per parser.
// OWNS    the document: elements and their strings live until the next `parse`.
// FAILS   malformed (not JSON, invalid UTF-8, broken tail) and too_deep, with a detail that says
//         what was expected and at which byte.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "core/decoder.h"

namespace senne::decode {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

class JsonParser {
 public:
  explicit JsonParser(const RouteLimits& limits);

  // The document. A number that no double can hold does not fail it, but becomes a text for which
  // `beyond_double` holds; an integer of more than 64 bits becomes a double.
  tl::expected<element, NotDecoded> parse(const Message& message);
  // The same where the format says that the document is an object.
  tl::expected<object, NotDecoded> parse_object(const Message& message);

 private:
  simdjson::error_code read(std::string_view json, element& root);

  simdjson::dom::parser parser_;
  std::size_t depth_;
  std::string repaired_;
};

// Whether this text stands for a number that no double can hold.
bool beyond_double(std::string_view text);

// Members of an object; the first one where a name occurs twice, nothing where it is absent or of
// another type.
std::optional<element> member(object from, std::string_view name);
std::optional<std::string_view> text_member(object from, std::string_view name);
std::optional<object> object_member(object from, std::string_view name);
std::optional<array> array_member(object from, std::string_view name);
std::optional<double> number_member(object from, std::string_view name);

// Whether that member is `true`.
bool true_member(object from, std::string_view name);

// A number as a double, whatever its JSON form.
std::optional<double> as_number(element value);

// The value of a scalar as sent; texts are kept in `out`. Nothing for null, objects and arrays, and
// for a number beyond the range of a double.
std::optional<Value> as_value(element value, Decoded& out);

// An integer as text, kept in `out`: how counters and numeric ids are carried.
std::string_view keep_integer(std::int64_t value, Decoded& out);
std::string_view keep_integer(std::uint64_t value, Decoded& out);

// A counter, sent as an integer, an integral number or a text of digits; empty if it is none.
std::string_view keep_counter(element value, Decoded& out);
std::string_view keep_counter(const Value& value, Decoded& out);

tl::unexpected<NotDecoded> suppressed(SuppressedReason reason);
tl::unexpected<NotDecoded> rejected(DeadLetterReason reason, std::string detail);
tl::unexpected<NotDecoded> too_many_readings(std::size_t limit);
tl::unexpected<NotDecoded> wrong_device(std::string_view of_topic, std::string_view where,
                                        std::string_view found);

}  // namespace senne::decode
