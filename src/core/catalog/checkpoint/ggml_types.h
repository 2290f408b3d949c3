// The number formats of a GGUF file, by their number in the file (ggml.h, enum ggml_type).
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace kvx::core {

struct GgmlType {
    uint32_t number = 0;
    std::string_view id;            // "q4_k"
    uint32_t block = 1, bytes = 0;  // values of a row that are stored together, and what they take
};

// nullptr for a number that no engine stores, or none any more.
const GgmlType* ggml_type(uint32_t number);
// Bytes of a tensor of `elements` values in rows of `row`; nothing if a row is no whole number of blocks, or too large.
std::optional<uint64_t> ggml_bytes(const GgmlType& t, uint64_t row, uint64_t elements);
// "Q4_K_M" for general.file_type (llama.h, enum llama_ftype); "" if it is not known.
std::string_view gguf_file_type(uint64_t number);

}  // namespace kvx::core
