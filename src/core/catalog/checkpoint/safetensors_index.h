// model.safetensors.index.json: which file of a split checkpoint holds which tensor.
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "core/catalog/checkpoint/json_stream.h"

namespace kvx::core {

// Limits: 100 MiB of text, 1,048,576 tensors, 4,096 files.
class SafetensorsIndexReader {
  public:
    void take(std::string_view next_bytes);
    void end();  // no more bytes follow
    bool failed() const { return !error_.empty(); }
    const std::string& error() const { return error_; }  // one sentence
    const std::set<std::string>& files() const { return files_; }
    uint64_t tensors() const { return tensors_; }
    double total_bytes() const { return total_; }  // 0: it does not say

  private:
    void read_token(const JsonToken& t);
    void fail(std::string sentence);

    JsonStream json_;
    std::string error_, field_, inside_, last_;
    std::set<std::string> files_;
    uint64_t taken_ = 0, tensors_ = 0;
    double total_ = 0;
    bool mapped_ = false;
};

}  // namespace kvx::core
