// What mixes tokens in a layer: by which names, and from which sizes.
#pragma once
#include <optional>
#include <string_view>

#include "core/catalog/import/architectures.h"
#include "core/catalog/import/reader.h"
#include "core/catalog/model.h"

namespace kvx::core::hf {

enum class Mixer : uint8_t {
    full,
    sliding,
    chunked,
    linear,
    delta,
    kda,
    lightning,
    mamba,
    conv,
    rg_lru,
    cross,
    shared,
    none
};
enum class FeedForward : uint8_t { by_rule, dense, moe, none };

struct Slot {  // one layer of the schedule
    Mixer mixer = Mixer::full;
    FeedForward feed_forward = FeedForward::by_rule;
};

// "sliding_attention", "mamba2", "moe", "*" … nullopt if the name is not known.
std::optional<Slot> slot_named(std::string_view name);
std::string_view known_slot_names();  // for a refusal

// The attention of a layer without a window, from its own fields: latent where there is a kv_lora_rank.
Attention base_attention(Reader& r, int64_t hidden, const Architecture& arch);
// The other kinds; `base` is the model's base attention.
Attention windowed(Reader& r, const Attention& base, int64_t window);
Attention chunked(Reader& r, const Attention& base);
Attention global(Reader& r, const Attention& base);
Attention recurrent(Reader& r, Mixer mixer, const Attention& base, int64_t hidden, const Architecture& arch);

}  // namespace kvx::core::hf
