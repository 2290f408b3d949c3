#include "app/params/params_serving.h"

#include "app/params/param_rows.h"
#include "core/format.h"

namespace kvx::app {
namespace {

constexpr char kTokens[] = "tokens";
constexpr Allowed kPrice{0, 1000, "a price"}, kPue{1, 3, "a power usage effectiveness"},
    kFewSeconds{0, 60, "a number of seconds"};

std::vector<Choice> estimate_choices(const State&) {
    return {{"ideal", "Ideal"}, {"textbook", "Textbook"}, {"calibrated", "Calibrated"}};
}
std::vector<Choice> offload_choices(const State&) {
    return {{"none", "None"}, {"cpu", "Host memory"}, {"nvme", "NVMe drive"}, {"network", "Network"}};
}
std::vector<Choice> request_choices(const State&) {
    std::vector<Choice> result;
    for (const int v : {128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768})
        result.push_back({whole(v), core::short_tokens({v})});
    return result;
}

constexpr Param kRows[] = {
    choice_row<&core::ServingInput::estimate, estimate_choices>(
        {.id = "estimate",
         .label = "Estimate",
         .help = "ideal: datasheet rates and nothing else. textbook: 80 % of bandwidth, 50 % of FLOP/s. calibrated: "
                 "the same "
                 "with 50 µs per layer and 10 µs per message.",
         .section = Section::requests}),
    tokens_row<&core::ServingInput::prompt, 1>({.id = "prompt",
                                                .label = "Prompt",
                                                .help = "Tokens of the prompt of one request.",
                                                .section = Section::first_token,
                                                .choices = request_choices}),
    tokens_row<&core::ServingInput::output, 1>({.id = "output",
                                                .label = "Answer",
                                                .help = "Tokens of the answer of one request.",
                                                .section = Section::requests,
                                                .choices = request_choices}),
    tokens_row<&core::ServingInput::prefix, 0>(
        {.id = "prefix",
         .label = "Shared prefix",
         .help = "Tokens at the start of the prompt that are already cached; only whole blocks count.",
         .section = Section::requests,
         .choices = request_choices}),
    integer_row<&core::ServingInput::draft, 16, 0, kTokens>(
        {.id = "draft",
         .label = "Drafted tokens",
         .unit = "a step",
         .help = "Speculative decoding: tokens that a small model proposes in each step; 0 is off.",
         .section = Section::requests,
         .choices = numbers<0, 1, 2, 3, 4, 5, 6, 8>}),
    real_row<&core::ServingInput::acceptance, kShare>(
        {.id = "acceptance",
         .label = "Acceptance",
         .help = "Share of the drafted tokens that the model agrees with.",
         .section = Section::requests}),
    real_row<&core::ServingInput::price, kPrice>(
        {.id = "price",
         .label = "Price",
         .unit = "$ per hour",
         .help = "Price of one device per hour; 0 = list price, dated in the catalog.",
         .section = Section::cost}),
    real_row<&core::ServingInput::pue, kPue>(
        {.id = "pue",
         .label = "PUE",
         .help = "Power usage effectiveness: power of the whole building divided by power of its devices.",
         .section = Section::cost}),
    real_row<&core::ServingInput::frontend, kFewSeconds>(
        {.id = "frontend",
         .label = "Frontend time",
         .unit = "s",
         .help = "Tokeniser, queue and network before the engine starts: added to the time to first token.",
         .section = Section::requests}),
    choice_row<&core::ServingInput::offload, offload_choices>(
        {.id = "offload",
         .label = "Offload",
         .help = "Where the cache of a waiting conversation is kept, to be loaded instead of recomputed.",
         .section = Section::requests}),
};

}  // namespace

std::span<const Param> serving_params() {
    return kRows;
}

}  // namespace kvx::app
