#include "app/params/params_layout.h"

#include <algorithm>

#include "app/layout/layout_view.h"
#include "app/params/param_rows.h"

namespace kvx::app {
namespace {

constexpr std::string_view kPage = "layout";

std::vector<Choice> source_choices(const State&) {
    return {{"model", "Model"}, {"shape", "Shape"}, {"small", "Small model"}};
}
std::vector<Choice> arrangement_choices(const State&) {
    return {{"grid", "Layers"}, {"memory", "Memory"}};
}
std::vector<Choice> part_choices(const State&) {
    return {{"k", "Key"}, {"v", "Value"}};
}
std::vector<Choice> order_choices(const State&) {
    std::vector<Choice> out;
    for (const core::CacheOrder& o : core::cache_orders()) out.push_back({std::string(o.id), std::string(o.shape)});
    return out;
}
std::vector<Choice> interval_choices(const State&) {
    return {{"1200", "1.2 s"}, {"600", "0.6 s"}, {"300", "0.3 s"}, {"150", "0.15 s"}, {"80", "0.08 s"}};
}

// Keeps the grid and its cached length consistent.
void shorten(State& s) {
    s.in.layout.length = std::min(s.in.layout.length, s.in.layout.max);
}
void widen(State& s) {
    s.in.layout.max = std::max(s.in.layout.max, s.in.layout.length);
}

const Param kRows[] = {
    choice_row<&LayoutInputs::source, source_choices>(
        {.id = "source",
         .label = "Cache of",
         .help = "A model from the list, a shape of your own, or the learn page’s model with its real numbers.",
         .page = kPage,
         .section = Section::shape}),
    choice_row<&LayoutInputs::show, arrangement_choices>({.id = "arrangement",
                                                          .label = "Arrangement",
                                                          .help = "Layer by layer, or in memory order.",
                                                          .page = kPage,
                                                          .section = Section::picture}),
    choice_row<&LayoutInputs::order, order_choices>(
        {.id = "order",
         .label = "Memory order",
         .help = "How serving systems order a layer’s cache, outermost axis first.",
         .page = kPage,
         .section = Section::cache}),
    integer_row<&LayoutInputs::layers, 512>({.id = "num-layers",
                                             .label = "Layers",
                                             .help = "Of your own shape.",
                                             .page = kPage,
                                             .section = Section::shape,
                                             .choices = numbers<6, 12, 32, 80, 126>}),
    integer_row<&LayoutInputs::kv_heads, 512>({.id = "num-heads",
                                               .label = "KV heads",
                                               .help = "Of your own shape: heads that are cached.",
                                               .page = kPage,
                                               .section = Section::shape,
                                               .choices = numbers<1, 3, 8, 16, 32>}),
    integer_row<&LayoutInputs::head_dim, 8192>({.id = "head-dim",
                                                .label = "Head width",
                                                .help = "Of your own shape: numbers of a key or value.",
                                                .page = kPage,
                                                .section = Section::shape,
                                                .choices = numbers<64, 80, 128, 256>}),
    tokens_row<&LayoutInputs::max, 1, shorten>(
        {.id = "max-seq-len",
         .label = "Positions",
         .help = "Of your own shape: the longest sequence, which fixes the grid.",
         .page = kPage,
         .section = Section::shape,
         .choices = numbers<32, 128, 4096, 131072>}),
    tokens_row<&LayoutInputs::length, 0, widen>(
        {.id = "seq-len",
         .label = "Tokens",
         .help = "Of your own shape: how many are cached now. A larger number raises its positions.",
         .page = kPage,
         .section = Section::shape,
         .choices = numbers<0, 12, 1024, 131072>}),
    integer_row<&LayoutInputs::layer, 1024, 0>({.id = "current-layer",
                                                .label = "Selected layer",
                                                .short_label = "Layer",
                                                .help = "The layer in focus; the others are dimmed. 0 is none.",
                                                .page = kPage,
                                                .section = Section::picture}),
    integer_row<&LayoutInputs::head, 512>({.id = "cell-head",
                                           .label = "Head",
                                           .help = "Row of the selected cell, from 1.",
                                           .page = kPage,
                                           .section = Section::picture}),
    choice_row<&LayoutInputs::part, part_choices>({.id = "cell-part",
                                                   .label = "Part",
                                                   .help = "Whether its key or its value is selected.",
                                                   .page = kPage,
                                                   .section = Section::picture}),
    {.id = "cell-position",
     .flag = "cell-position",
     .label = "Position",
     .help = "Position of the selected cell, from 1; newest is the last one cached.",
     .kind = ParamKind::text,
     .page = kPage,
     .section = Section::picture,
     .get = [](const State& s) { return s.in.layout.position ? whole(*s.in.layout.position) : std::string("newest"); },
     .initial = [](const State&) { return std::string("newest"); },
     .set =
         [](State& s, std::string_view v) {
             int64_t n = 0;
             if (lower(trimmed(v)) == "newest") return s.in.layout.position.reset(), std::string();
             if (!parse_integer(v, n) || n < 1 || n > kLargestContext)
                 return refuse(v, "is neither newest nor a position from 1 to 100M");
             s.in.layout.position = n;
             return std::string();
         }},
    integer_row<&LayoutInputs::interval, 10000, kShortestInterval>(
        {.id = "interval",
         .alias = "play-speed",
         .label = "Interval",
         .unit = "ms",
         .help = "Time between two columns while playing, at least 80 ms.",
         .page = kPage,
         .section = Section::picture,
         .choices = interval_choices}),
};

}  // namespace

std::span<const Param> layout_params() {
    return kRows;
}

}  // namespace kvx::app
