#include <array>

#include "core/catalog/import/mixers.h"

namespace kvx::core::hf {

namespace {

struct Row {
    std::string_view name;
    Slot slot;
};

constexpr Slot mixer(Mixer m) {
    return {m, FeedForward::by_rule};
}

constexpr std::array kNames = {
    Row{"full_attention", mixer(Mixer::full)},
    Row{"attention", mixer(Mixer::full)},
    Row{"attn", mixer(Mixer::full)},
    Row{"full", mixer(Mixer::full)},
    Row{"global", mixer(Mixer::full)},
    Row{"global_attention", mixer(Mixer::full)},
    Row{"softmax_attention", mixer(Mixer::full)},
    Row{"self_attention", mixer(Mixer::full)},
    Row{"deepseek_sparse_attention", mixer(Mixer::full)},
    Row{"mla", mixer(Mixer::full)},
    Row{"sliding_attention", mixer(Mixer::sliding)},
    Row{"sliding_window_attention", mixer(Mixer::sliding)},
    Row{"sliding_window", mixer(Mixer::sliding)},
    Row{"sliding", mixer(Mixer::sliding)},
    Row{"local", mixer(Mixer::sliding)},
    Row{"local_attention", mixer(Mixer::sliding)},
    Row{"swa", mixer(Mixer::sliding)},
    Row{"chunked_attention", mixer(Mixer::chunked)},
    Row{"linear_attention", mixer(Mixer::linear)},
    Row{"linear", mixer(Mixer::linear)},
    Row{"gated_deltanet", mixer(Mixer::delta)},
    Row{"gated_delta_net", mixer(Mixer::delta)},
    Row{"gdn", mixer(Mixer::delta)},
    Row{"kda", mixer(Mixer::kda)},
    Row{"lightning_attention", mixer(Mixer::lightning)},
    Row{"mamba", mixer(Mixer::mamba)},
    Row{"mamba1", mixer(Mixer::mamba)},
    Row{"mamba2", mixer(Mixer::mamba)},
    Row{"ssm", mixer(Mixer::mamba)},
    Row{"conv", mixer(Mixer::conv)},
    Row{"short_conv", mixer(Mixer::conv)},
    Row{"recurrent", mixer(Mixer::rg_lru)},
    Row{"rg_lru", mixer(Mixer::rg_lru)},
    Row{"cross_attention", mixer(Mixer::cross)},
    Row{"hybrid", mixer(Mixer::shared)},
    Row{"moe", {Mixer::none, FeedForward::moe}},
    Row{"mlp", {Mixer::none, FeedForward::dense}},
    Row{"ffn", {Mixer::none, FeedForward::dense}},
    // Letters of Nemotron-H and EXAONE-4
    Row{"*", {Mixer::full, FeedForward::none}},
    Row{"M", {Mixer::mamba, FeedForward::none}},
    Row{"E", {Mixer::none, FeedForward::moe}},
    Row{"-", {Mixer::none, FeedForward::dense}},
    Row{"L", mixer(Mixer::sliding)},
    Row{"G", mixer(Mixer::full)},
};

}  // namespace

std::optional<Slot> slot_named(std::string_view name) {
    for (const Row& r : kNames)
        if (r.name == name) return r.slot;
    return std::nullopt;
}

std::string_view known_slot_names() {
    return "full_attention, sliding_attention, chunked_attention, linear_attention, mamba, conv, recurrent, "
           "cross_attention, hybrid, moe, mlp";
}

}  // namespace kvx::core::hf
