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
template <int... values>
std::vector<Choice> numbers(const State&) {
    return whole_choices({values...});
}
std::vector<Choice> interval_choices(const State&) {
    return {{"1200", "1.2 s"}, {"600", "0.6 s"}, {"300", "0.3 s"}, {"150", "0.15 s"}, {"80", "0.08 s"}};
}

// The grid and what is cached in it keep in step.
void set_max(LayoutInputs& in, int64_t n) {
    in.max = n;
    in.length = std::min(in.length, n);
}
void set_length(LayoutInputs& in, int64_t n) {
    in.length = n;
    in.max = std::max(in.max, n);
}
template <int64_t LayoutInputs::*member, int64_t least, void (*store)(LayoutInputs&, int64_t)>
constexpr Param tokens_row(std::string_view id, std::string_view label, std::string_view help,
                           std::vector<Choice> (*choices)(const State&)) {
    Param p = row(ParamKind::tokens, kPage, id, "", label, help);
    p.unit = "tokens";
    p.min = static_cast<double>(least);
    p.max = static_cast<double>(kLargestContext);
    p.choices = choices;
    p.get = [](const State& s) { return whole(s.in.layout.*member); };
    p.initial = [](const State&) { return whole(LayoutInputs().*member); };
    p.set = [](State& s, std::string_view v) {
        int64_t n = 0;
        if (!parse_token_count(v, n) || n < least || n > kLargestContext)
            return refuse(v, "is not a number of tokens (" + whole(least) + " to 100M)");
        store(s.in.layout, n);
        return std::string();
    };
    return p;
}

const Param kRows[] = {
    choice_row<&LayoutInputs::source, source_choices>(
        "source", "", "Cache of",
        "A model of the list, a shape of your own, or the learn page’s model with its real numbers."),
    choice_row<&LayoutInputs::show, arrangement_choices>("arrangement", "", "Arrangement",
                                                         "Layer by layer, or in the order of memory."),
    choice_row<&LayoutInputs::order, order_choices>("order", "", "Memory order",
                                                    "How serving systems order a layer’s cache, outermost axis first."),
    integer_row<&LayoutInputs::layers, 512>("num-layers", "", "Layers", "", "Of your own shape.",
                                            numbers<6, 12, 32, 80, 126>),
    integer_row<&LayoutInputs::kv_heads, 512>("num-heads", "", "KV heads", "",
                                              "Of your own shape: heads that are cached.", numbers<1, 3, 8, 16, 32>),
    integer_row<&LayoutInputs::head_dim, 8192>(
        "head-dim", "", "Head width", "", "Of your own shape: numbers of a key or value.", numbers<64, 80, 128, 256>),
    tokens_row<&LayoutInputs::max, 1, set_max>("max-seq-len", "Positions",
                                               "Of your own shape: the longest sequence, which fixes the grid.",
                                               numbers<32, 128, 4096, 131072>),
    tokens_row<&LayoutInputs::length, 0, set_length>(
        "seq-len", "Tokens", "Of your own shape: how many are cached now. More than its positions raise those.",
        numbers<0, 12, 1024, 131072>),
    integer_row<&LayoutInputs::layer, 1024, 0>("current-layer", "", "Picked layer", "",
                                               "The layer that is looked at; the others are dimmed. 0 is none.",
                                               nullptr),
    integer_row<&LayoutInputs::head, 512>("cell-head", "", "Head", "", "Row of the cell that is looked at, from 1.",
                                          nullptr),
    choice_row<&LayoutInputs::part, part_choices>("cell-part", "", "Part",
                                                  "Whether its key or its value is looked at."),
    {.id = "cell-position",
     .flag = "cell-position",
     .alias = "",
     .label = "Position",
     .unit = "",
     .help = "Position of the cell that is looked at, from 1; newest is the last cached.",
     .kind = ParamKind::text,
     .page = kPage,
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
        "interval", "play-speed", "Interval", "ms", "Time between two columns while playing, at least 80 ms.",
        interval_choices),
};

}  // namespace

std::span<const Param> layout_params() {
    return kRows;
}

}  // namespace kvx::app
