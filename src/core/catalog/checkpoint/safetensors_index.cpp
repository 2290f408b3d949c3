#include "core/catalog/checkpoint/safetensors_index.h"

#include <cstdlib>

#include "core/catalog/checkpoint/names.h"

namespace kvx::core {

namespace {

using Kind = JsonToken::Kind;
constexpr uint64_t kLongest = 100ULL << 20, kMostTensors = 1U << 20;
constexpr size_t kMostFiles = 4096;

}  // namespace

void SafetensorsIndexReader::fail(std::string sentence) {
    if (error_.empty()) error_ = std::move(sentence);
}

void SafetensorsIndexReader::take(std::string_view next_bytes) {
    if (failed()) return;
    taken_ += next_bytes.size();
    if (taken_ > kLongest) return fail("This index of a checkpoint is longer than 100 MiB.");
    json_.feed(next_bytes);
    JsonToken t;
    while (!failed() && json_.next(t)) read_token(t);
    if (json_.failed()) fail("This index of a checkpoint cannot be read: " + json_.error() + ".");
}

void SafetensorsIndexReader::read_token(const JsonToken& t) {
    const int depth = json_.depth();
    if (t.kind == Kind::key) {
        field_ = t.text;
        if (depth == 1) inside_ = t.text;
        mapped_ = mapped_ || (depth == 1 && field_ == "weight_map");
        return;
    }
    if (depth != 2) return;
    if (inside_ == "metadata" && field_ == "total_size" && t.kind == Kind::number)
        total_ = std::strtod(std::string(t.text).c_str(), nullptr);
    if (inside_ != "weight_map" || t.kind == Kind::begin_object) return;
    if (t.kind != Kind::text) return fail("This index names no file for the tensor " + shown_name(field_, 80) + ".");
    if (++tensors_ > kMostTensors) return fail("This index of a checkpoint names more than 1,048,576 tensors.");
    if (t.text == last_) return;  // most tensors of a file stand together
    last_ = t.text;
    files_.insert(last_);
    if (files_.size() > kMostFiles) fail("This index of a checkpoint names more than 4,096 files.");
}

void SafetensorsIndexReader::end() {
    if (!failed() && !json_.ended()) return fail("This index of a checkpoint ends too early.");
    if (!failed() && (!mapped_ || tensors_ == 0)) return fail("This index of a checkpoint has no weight_map.");
}

}  // namespace kvx::core
