// Makes a dead letter fit to be sent: valid text, and not larger than the topic takes. What is lost
// is the tail of what one would look at last.
#pragma once

#include <cstddef>
#include <functional>

#include "senne/v1/dead_letter.pb.h"

namespace senne::sinks {

// Whether every text is valid UTF-8. Bytes that nobody could decode also reach `string` fields
// (topics, names), and consumers refuse a message with others.
bool texts_are_valid(const v1::DeadLetter& letter);

// Each byte of a text that belongs to no valid character becomes U+FFFD.
void make_texts_valid(v1::DeadLetter& letter);

// Cuts, in this order and only as far as needed: the payload to a prefix, then user properties and
// readings (all), then each text to `text_bytes_max`. `excess` says by how many bytes the record is
// too large as it stands, zero when it fits.
void cut_to_fit(v1::DeadLetter& letter, const std::function<std::size_t()>& excess);

inline constexpr std::size_t text_bytes_max = 128;

// A dead letter cut as far as `cut_to_fit` can, with a key of `text_bytes_max`, is smaller than
// this in either encoding, headers included: a topic must take at least so much.
inline constexpr std::size_t smallest_size_limit = 8192;

}  // namespace senne::sinks
