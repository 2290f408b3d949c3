// Any bytes as the header of a .safetensors file or as its index, beside a config.json: a model or a sentence, never a
// crash.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "app/codec.h"
#include "app/import/open_files.h"
#include "app/view.h"
#include "fresh_state.h"

namespace {

constexpr std::string_view kConfig =
    R"({"model_type":"llama","hidden_size":64,"num_hidden_layers":2,"num_attention_heads":4,"intermediate_size":128,)"
    R"("vocab_size":100,"max_position_embeddings":4096})";

bool give(kvx::app::OpenFiles& files, const char* name, std::string_view bytes, uint64_t length, size_t piece) {
    bool wanted = files.open(name, length);
    for (size_t i = 0; i < bytes.size() && wanted; i += piece) wanted = files.take(bytes.substr(i, piece));
    return wanted;
}

}  // namespace

// Four bytes of tensors' length, one that chooses, then the file.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace kvx::app;
    if (size < 5) return 0;
    uint32_t tensors = 0;
    std::memcpy(&tensors, data, sizeof tensors);
    const unsigned how = data[4];
    const std::string_view head(reinterpret_cast<const char*>(data) + 5, size - 5);
    State s = fresh();
    const std::string before = to_session(s);
    const auto files = open_files();
    const size_t piece = 1 + how / 4 * 13;
    if ((how & 1) != 0)
        give(*files, "model.safetensors.index.json", head, head.size(), piece);
    else
        give(*files, "model.safetensors", head, head.size() + tensors, piece);
    if ((how & 2) == 0) give(*files, "config.json", kConfig, kConfig.size(), kConfig.size());
    const std::string reason = files->finish(s);
    if (!reason.empty()) {
        if (to_session(s) != before || reason.find('\n') != std::string::npos) std::abort();
        return 0;
    }
    derive(s);
    return 0;
}
