// The header of a .safetensors file, read from pieces of the file as they come: eight bytes of length, then JSON
// (huggingface/safetensors, README, "Format").
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog/checkpoint/json_stream.h"

namespace kvx::core {

enum class StoredType : uint8_t { f64, f32, f16, bf16, f8, f6, f4, i64, i32, i16, i8, u64, u32, u16, u8, boolean, c64 };
std::string_view stored_type_id(StoredType t);  // "BF16"
unsigned stored_bits(StoredType t);

struct StoredTensor {
    std::string name;
    StoredType type = StoredType::f32;
    std::array<uint64_t, 8> shape = {};
    uint8_t dims = 0;             // of shape
    uint64_t begin = 0, end = 0;  // in the data after the header
    uint64_t bytes() const { return end - begin; }
    bool operator==(const StoredTensor&) const = default;
};

// Limits: 100 MiB of header, 262,144 tensors of at most eight dimensions.
class SafetensorsReader {
  public:
    explicit SafetensorsReader(uint64_t file_bytes) : file_bytes_(file_bytes) {}
    void take(std::string_view next_bytes);
    bool done() const { return done_ || failed(); }
    bool failed() const { return !error_.empty(); }
    const std::string& error() const { return error_; }                    // one sentence
    const std::vector<StoredTensor>& tensors() const { return tensors_; }  // those that came with the last bytes
    uint64_t header_bytes() const { return 8 + length_; }

  private:
    enum class In : uint8_t { top, metadata, tensor, shape, offsets };
    void read_length(std::string_view& bytes);
    void read_token(const JsonToken& t);
    void read_field(const JsonToken& t);
    void add_number(const JsonToken& t);
    void finish_tensor();
    void finish();
    void fail(std::string sentence);
    void fail_tensor(std::string_view why);

    uint64_t file_bytes_, length_ = 0, taken_ = 0;
    unsigned length_bytes_ = 0;
    JsonStream json_;
    In in_ = In::top;
    std::string field_, error_;
    std::array<uint64_t, 2> offsets_ = {};
    uint8_t offset_count_ = 0;
    bool typed_ = false, shaped_ = false, done_ = false;
    StoredTensor now_;
    std::vector<StoredTensor> tensors_;
    struct Place {
        uint64_t begin, end;
        bool operator<(const Place& b) const { return begin != b.begin ? begin < b.begin : end < b.end; }
    };
    std::vector<Place> places_;    // of all tensors
    std::vector<uint64_t> names_;  // of all tensors, hashed
};

}  // namespace kvx::core
