// The metadata and tensors of a GGUF file -> Model: what the file says and, where it is silent, what llama.cpp does.
#pragma once
#include <string>
#include <vector>

#include "core/catalog/checkpoint/gguf_header.h"
#include "core/catalog/model.h"

namespace kvx::core {

struct GgufModel {
    Model model;
    std::string error;                     // one sentence; then there is no model
    std::vector<std::string> assumptions;  // what the file does not say and was taken as usual, in words
    int64_t read_layers = 0;               // later ones are for multi-token prediction
};
// `file`: metadata of the first file and the tensors of all.
GgufModel model_of_gguf(const GgufHeader& file);

}  // namespace kvx::core
