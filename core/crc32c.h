// CRC-32C (Castagnoli; RFC 3720, appendix B.4), with the SSE 4.2 instruction where the processor
// has it: 1 KiB in about 50 ns.
//
// THREAD  any.
#pragma once

#include <cstddef>
#include <cstdint>

namespace senne {

// Continues from `crc`, the result of the bytes before; 0 at the beginning.
std::uint32_t crc32c(std::uint32_t crc, const void* bytes, std::size_t size);

// The same by table, whatever the processor has.
std::uint32_t crc32c_portable(std::uint32_t crc, const void* bytes, std::size_t size);

}  // namespace senne
