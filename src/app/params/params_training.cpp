#include "app/params/params_training.h"

#include "app/params/param_rows.h"
#include "app/playback.h"
#include "app/training_runs.h"
#include "core/format.h"

namespace kvx::app {
namespace {

using core::TrainingChoice;

constexpr int64_t kMostSequences = 1024, kMostAccumulation = 65536;
constexpr double kMostTokens = 1e15;
constexpr std::string_view kPage = "training";

template <class Rows>
std::vector<Choice> named(const Rows& rows) {
    std::vector<Choice> result;
    for (const auto& row : rows) result.push_back({std::string(row.id), std::string(row.label)});
    return result;
}
std::vector<Choice> recipe_choices(const State&) {
    return named(core::all_recipes());
}
std::vector<Choice> optimizer_choices(const State&) {
    return named(core::all_optimizers());
}
std::vector<Choice> zero_choices(const State&) {
    return {{"0", "None"}, {"1", "ZeRO-1"}, {"2", "ZeRO-2"}, {"3", "ZeRO-3, FSDP"}, {"hybrid", "Hybrid"}};
}
std::vector<Choice> offload_states_choices(const State&) {
    return {{"none", "On the device"}, {"optimizer", "Optimizer on CPU"}, {"all", "All on CPU"}};
}
std::vector<Choice> recompute_choices(const State&) {
    return {{"none", "None"}, {"selective", "Attention"}, {"full", "All"}};
}
std::vector<Choice> kernels_choices(const State&) {
    return {{"fused", "Fused"}, {"eager", "Eager"}};
}
std::vector<Choice> pipeline_choices(const State&) {
    return {{"gpipe", "GPipe"},    {"1f1b", "1F1B"},         {"interleaved", "Interleaved"},
            {"zb", "Zero bubble"}, {"zbv", "Zero bubble V"}, {"dualpipe", "DualPipe"}};
}
std::vector<Choice> adapters_choices(const State&) {
    return {{"none", "All weights"}, {"lora", "LoRA"}, {"qlora", "QLoRA"}};
}
std::vector<Choice> lora_on_choices(const State&) {
    return {{"qv", "Query and value"}, {"all", "Every matrix"}};
}
std::vector<Choice> rate_choices(const State&) {
    return {{"cosine", "Cosine"}, {"wsd", "Constant, then down"}, {"constant", "Constant"}};
}
std::vector<Choice> pace_choices(const State&) {
    return {{"step", "One step"}, {"run", "Whole run"}};
}
std::vector<Choice> stage_choices(const State&) {
    return {{"device", "One device"}, {"devices", "All devices"}};
}
std::vector<Choice> chart_choices(const State&) {
    return {{"memory", "Memory"}, {"pipeline", "Pipeline"}, {"traffic", "Traffic"}};
}
std::vector<Choice> sequence_choices(const State&) {
    std::vector<Choice> result;
    for (const int v : {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072})
        result.push_back({whole(v), core::short_tokens({v})});
    return result;
}
std::vector<Choice> micro_choices(const State&) {
    return whole_choices({1, 2, 4, 8, 16, 32, 64});
}
std::vector<Choice> accumulation_choices(const State&) {
    return whole_choices({1, 2, 4, 8, 16, 32, 64, 128, 256, 512});
}
std::vector<Choice> run_choices(const State& s) {
    std::vector<Choice> result = {{"none", "None: my own"}};
    for (const TrainingRun& r : training_runs())
        if (s.catalog.model(r.model) != nullptr && s.catalog.device(r.device) != nullptr)
            result.push_back({std::string(r.id), std::string(r.name)});
    return result;
}

enum class ShareOf : uint8_t { whole, step, run };
template <auto member, ShareOf what = ShareOf::whole>
constexpr Param share_row(std::string_view id, std::string_view label, std::string_view help) {
    using F = Field<member>;
    Param p = row(ParamKind::real, F::page, id, "", label, help);
    p.min = 0;
    p.max = 1;
    p.get = [](const State& s) { return real_text(F::of(s)); };
    p.initial = [](const State& s) { return real_text(F::initial(s)); };
    p.set = [](State& s, std::string_view v) {
        const char* const why[] = {"is not a share (0 to 1)", "is not a share of the step (0 to 1)",
                                   "is not a share of the run (0 to 1)"};
        return set_real(v, 0, 1, why[static_cast<size_t>(what)], F::of(s));
    };
    return p;
}

std::string set_tokens(State& s, std::string_view v) {
    double n = 0;
    const std::string text(trimmed(v));
    const char last = text.empty() ? '0' : static_cast<char>(std::tolower(static_cast<unsigned char>(text.back())));
    const double factor = last == 't'                  ? 1e12
                          : last == 'b' || last == 'g' ? 1e9
                          : last == 'm'                ? 1e6
                          : last == 'k'                ? 1e3
                                                       : 1;
    if (lower(text) == "optimal") return s.in.training.tokens = 0, std::string();
    if (!parse_real(factor > 1 ? std::string_view(text).substr(0, text.size() - 1) : std::string_view(text), n) ||
        n < 0 || n * factor > kMostTokens)
        return refuse(v, "is neither optimal nor a number of tokens (1 to 1000T)");
    parse_real(real_text(n * factor), s.in.training.tokens);
    return {};
}

const Param kRows[] = {
    {.id = "run",
     .flag = "run",
     .alias = "",
     .label = "Published run",
     .unit = "",
     .help = "A training run whose make-up and result were published: sets model, devices, layout, batch and recipe.",
     .kind = ParamKind::choice,
     .page = kPage,
     .derived = true,
     .choices = run_choices,
     .get = present_run,
     .initial = [](const State&) { return std::string("none"); },
     .set =
         [](State& s, std::string_view v) {
             const std::string wanted = lower(trimmed(v));
             if (wanted == "none") return std::string();
             for (const Choice& c : run_choices(s))
                 if (c.value == wanted) return take_run(s, wanted);
             return refuse_choice(v, run_choices(s));
         }},
    choice_row<&TrainingChoice::recipe, recipe_choices>("recipe", "precision", "Precision",
                                                        "How weights, gradients and states are kept while training."),
    choice_row<&TrainingChoice::optimizer, optimizer_choices>(
        "optimizer", "", "Optimizer", "What turns gradients into an update, and what it remembers."),
    choice_row<&TrainingChoice::sharding, zero_choices>(
        "zero", "sharding", "Sharding",
        "What data-parallel ranks divide: optimizer states (1), gradients as well (2), weights as well (3). hybrid: 3 "
        "inside a node, copies between nodes."),
    choice_row<&TrainingChoice::offload, offload_states_choices>(
        "offload-states", "", "States", "Optimizer states, with ZeRO-3 also weights, can live in the CPU’s memory."),
    choice_row<&TrainingChoice::recompute, recompute_choices>(
        "recompute", "checkpointing", "Recompute",
        "Activations that are computed again in the backward pass instead of kept."),
    integer_row<&TrainingChoice::micro_batch, kMostSequences>("micro", "micro-batch", "Micro-batch", "sequences",
                                                              "Sequences that go through a replica at once.",
                                                              micro_choices),
    integer_row<&TrainingChoice::accumulation, kMostAccumulation>(
        "accum", "accumulation", "Accumulation", "", "Micro-batches of a replica before the weights are updated.",
        accumulation_choices),
    {.id = "seq",
     .flag = "seq",
     .alias = "sequence",
     .label = "Sequence",
     .unit = "tokens",
     .help = "Tokens of one training sequence.",
     .kind = ParamKind::tokens,
     .min = 1,
     .max = static_cast<double>(kLargestContext),
     .page = kPage,
     .choices = sequence_choices,
     .get = [](const State& s) { return whole(s.in.training.sequence.value); },
     .initial = [](const State&) { return whole(TrainingChoice().sequence.value); },
     .set =
         [](State& s, std::string_view v) {
             int64_t tokens = 0;
             if (!parse_token_count(v, tokens) || tokens < 1 || tokens > kLargestContext)
                 return refuse(v, "is not a number of tokens (1 to 100M)");
             s.in.training.sequence = {tokens};
             return std::string();
         }},
    choice_row<&TrainingChoice::kernels, kernels_choices>(
        "kernels", "", "Kernels",
        "fused: as Megatron-LM. eager: one kernel an operation, as Hugging Face; keeps more."),
    toggle_row<&TrainingChoice::flash>("flash-training", "FlashAttention",
                                       "Attention without a stored matrix of scores."),
    toggle_row<&TrainingChoice::dropout>("dropout", "Dropout", "Keeps a mask of one byte a value."),
    toggle_row<&TrainingChoice::chunked_loss>("chunked-loss", "Loss in chunks",
                                              "Logits of an eighth of the tokens at a time."),
    toggle_row<&TrainingChoice::sequence_parallel>("sp", "Sequence parallel",
                                                   "Tensor-parallel ranks divide norms and inputs as well."),
    {.id = "cp",
     .flag = "cp",
     .alias = "",
     .label = "Context parallel",
     .unit = "",
     .help = "Ranks that each hold a part of every sequence while training.",
     .kind = ParamKind::choice,
     .page = kPage,
     .choices = degree_choices,
     .get = get_degree<&Inputs::cp>,
     .initial = automatic,
     .set = set_degree<&Inputs::cp>},
    choice_row<&TrainingChoice::schedule, pipeline_choices>(
        "pipeline", "", "Pipeline schedule", "The order of forward and backward passes over the stages."),
    integer_row<&TrainingChoice::chunks, 64>("vpp", "virtual-stages", "Virtual stages", "",
                                             "Parts of the network on each stage, interleaved schedule.",
                                             [](const State&) {
                                                 return whole_choices({1, 2, 4, 8});
                                             }),
    choice_row<&TrainingChoice::peft, adapters_choices>("adapters", "", "Trained",
                                                        "All weights, or small adapters beside frozen ones."),
    integer_row<&TrainingChoice::lora_rank, 1024>("lora-rank", "", "Adapter rank", "", "Width of the adapters.",
                                                  [](const State&) {
                                                      return whole_choices({4, 8, 16, 32, 64, 128});
                                                  }),
    choice_row<&TrainingChoice::lora_targets, lora_on_choices>("lora-on", "", "Adapters on",
                                                               "Which matrices have adapters."),
    {.id = "train-tokens",
     .flag = "train-tokens",
     .alias = "",
     .label = "Tokens to train",
     .unit = "",
     .help = "Length of the run: 15T, 300B, 10M; optimal takes the scaling law’s best use of the compute.",
     .kind = ParamKind::text,
     .page = kPage,
     .get =
         [](const State& s) {
             return s.in.training.tokens > 0 ? real_text(s.in.training.tokens) : std::string("optimal");
         },
     .initial = [](const State&) { return std::string("optimal"); },
     .set = set_tokens},
    choice_row<&core::RatePlan::schedule, rate_choices>("rate", "lr-schedule", "Learning rate",
                                                        "Its course after the warm-up."),
    share_row<&core::RatePlan::warm_up>("warmup", "Warm-up", "Share of the run in which the learning rate rises."),
    share_row<&core::RatePlan::decay>("decay", "Decay", "Share of the run in which a constant rate comes down."),
    share_row<&core::RatePlan::floor>("floor", "Lowest rate", "Where the learning rate ends, of its peak."),
    choice_row<&Inputs::stage, stage_choices>(
        "stage", "", "Stage", "One device with the layers of the network, or all devices as they are wired."),
    choice_row<&Inputs::chart, chart_choices>(
        "chart", "", "Chart", "Below the stage: memory through a step, the pipeline’s stages, or what devices send."),
    choice_row<&Inputs::pace, pace_choices>("pace", "", "Play", "step: one step slowly. run: the whole run."),
    share_row<&Inputs::phase, ShareOf::step>("phase", "Moment of the step",
                                             "Where in a step the picture stands, 0 to 1."),
    share_row<&Inputs::progress, ShareOf::run>("progress", "Run done", "How much of the run is done, 0 to 1."),
};

}  // namespace

std::span<const Param> training_params() {
    return kRows;
}

}  // namespace kvx::app
