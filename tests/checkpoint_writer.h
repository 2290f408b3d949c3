// Writes the beginnings of GGUF and .safetensors files, and the files' lengths, for tests.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "core/catalog/checkpoint/checkpoint_files.h"
#include "core/catalog/checkpoint/ggml_types.h"

namespace kvx::test {

template <class T>
void put(std::string& out, T value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out.append(bytes, sizeof value);
}
inline void put_text(std::string& out, std::string_view s) {
    put<uint64_t>(out, s.size());
    out += s;
}

class GgufWriter {
  public:
    GgufWriter& number(std::string_view key, uint32_t n) { return field(key, 4), put(fields_, n), *this; }
    GgufWriter& text(std::string_view key, std::string_view s) { return field(key, 8), put_text(fields_, s), *this; }
    GgufWriter& list(std::string_view key, const std::vector<uint32_t>& all) {
        field(key, 9);
        put<uint32_t>(fields_, 4);
        put<uint64_t>(fields_, all.size());
        for (const uint32_t n : all) put(fields_, n);
        return *this;
    }
    GgufWriter& words(std::string_view key, uint64_t count) {
        field(key, 9);
        put<uint32_t>(fields_, 8);
        put<uint64_t>(fields_, count);
        for (uint64_t i = 0; i < count; ++i) put_text(fields_, "token" + std::to_string(i));
        return *this;
    }
    GgufWriter& tensor(std::string_view name, const std::vector<uint64_t>& dims, uint32_t type) {
        put_text(tensors_, name);
        put<uint32_t>(tensors_, static_cast<uint32_t>(dims.size()));
        uint64_t elements = 1;
        for (const uint64_t d : dims) put(tensors_, d), elements *= d;
        put(tensors_, type);
        put(tensors_, data_);
        const uint64_t bytes = *core::ggml_bytes(*core::ggml_type(type), dims.empty() ? 1 : dims[0], elements);
        tensor_bytes_ += bytes;
        elements_ += elements;
        data_ += (bytes + 31) / 32 * 32;
        ++tensor_count_;
        return *this;
    }
    std::string header(uint32_t version = 3) const {
        std::string out = "GGUF";
        put(out, version);
        put(out, tensor_count_);
        put(out, field_count_);
        return out + fields_ + tensors_;
    }
    uint64_t file_bytes() const { return (header().size() + 31) / 32 * 32 + data_; }
    uint64_t tensor_bytes() const { return tensor_bytes_; }
    uint64_t elements() const { return elements_; }
    uint64_t tensor_count() const { return tensor_count_; }

  private:
    void field(std::string_view key, uint32_t type) {
        put_text(fields_, key);
        put(fields_, type);
        ++field_count_;
    }
    std::string fields_, tensors_;
    uint64_t field_count_ = 0, tensor_count_ = 0, data_ = 0, tensor_bytes_ = 0, elements_ = 0;
};

class SafetensorsWriter {
  public:
    SafetensorsWriter& tensor(std::string_view name, std::string_view dtype, unsigned bytes,
                              const std::vector<uint64_t>& shape) {
        uint64_t size = bytes;
        std::string dims;
        for (const uint64_t n : shape) size *= n, dims += (dims.empty() ? "" : ",") + std::to_string(n);
        json_ += (json_.empty() ? "" : ",") + ("\"" + std::string(name)) + R"(":{"dtype":")" + std::string(dtype) +
                 R"(","shape":[)" + dims + R"(],"data_offsets":[)" + std::to_string(data_) + "," +
                 std::to_string(data_ + size) + "]}";
        data_ += size;
        return *this;
    }
    std::string header() const {
        const std::string json = R"({"__metadata__":{"format":"pt"})" + (json_.empty() ? "" : "," + json_) + "}";
        std::string out;
        put<uint64_t>(out, json.size());
        return out + json;
    }
    uint64_t file_bytes() const { return header().size() + data_; }
    uint64_t tensor_bytes() const { return data_; }

  private:
    std::string json_;
    uint64_t data_ = 0;
};

// Gives the files a beginning, in pieces of `piece` bytes.
inline void give(core::CheckpointFiles& files, std::string_view name, std::string_view head, uint64_t bytes,
                 size_t piece = 4096) {
    files.open(name, bytes);
    for (size_t i = 0; i < head.size() && files.wants(); i += piece) files.take(head.substr(i, piece));
}

}  // namespace kvx::test
