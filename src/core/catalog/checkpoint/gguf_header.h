// The header of a GGUF file, read from pieces of the file as they come: metadata and the list of tensors.
// Format: ggml, docs/gguf.md (versions 2 and 3, little-endian).
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kvx::core {

struct GgufValue {
    enum class Kind : uint8_t { number, text, list, long_list };  // long_list: texts, or too long to be kept
    Kind kind = Kind::number;
    double number = 0;  // true is 1
    std::string text;
    std::vector<double> list;
    uint64_t count = 0;  // of a list
    bool operator==(const GgufValue&) const = default;
};

struct GgufTensor {
    std::string name;
    std::array<uint64_t, 4> dims = {1, 1, 1, 1};  // innermost first: values of a row, rows, matrices
    uint8_t rank = 0;
    uint32_t type = 0;  // ggml_types.h
    uint64_t bytes = 0;
    uint64_t elements() const { return dims[0] * dims[1] * dims[2] * dims[3]; }
    bool operator==(const GgufTensor&) const = default;
};

struct GgufHeader {
    uint32_t version = 0;
    std::vector<std::pair<std::string, GgufValue>> metadata;  // without the tokenizer's, but for the length of its list
    std::vector<GgufTensor> tensors;
    uint64_t data_begin = 0;

    const GgufValue* find(std::string_view key) const;  // nullptr if it is not there
};

// Limits: 100 MiB of header, 65,536 fields, 131,072 tensors; what is kept of a field is short. Bytes are never asked
// for by a number in the file.
class GgufReader {
  public:
    explicit GgufReader(uint64_t file_bytes) : file_bytes_(file_bytes) {}
    void take(std::string_view next_bytes);
    bool done() const { return step_ == Step::done || failed(); }
    bool failed() const { return !error_.empty(); }
    const std::string& error() const { return error_; }  // one sentence
    GgufHeader& header() { return header_; }

  private:
    enum class Step : uint8_t { start, field, items, tensor, done };
    bool advance(class ByteCursor& c);  // false: more bytes are needed
    bool read_start(ByteCursor& c);
    bool read_field(ByteCursor& c);
    bool read_scalar(ByteCursor& c, uint32_t type, GgufValue& v);
    bool read_array(ByteCursor& c, std::string&& key);
    bool read_items(ByteCursor& c);
    bool read_tensor(ByteCursor& c);
    void keep(std::string&& key, GgufValue&& v);
    void next_field();
    void finish();
    void fail(std::string sentence);

    uint64_t file_bytes_, used_ = 0, skip_ = 0;  // skip_: bytes of a long text or list that are passed over
    std::string pending_, error_;
    Step step_ = Step::start;
    uint64_t fields_left_ = 0, tensors_left_ = 0, items_left_ = 0, data_used_ = 0, alignment_ = 32;
    GgufHeader header_;
};

}  // namespace kvx::core
