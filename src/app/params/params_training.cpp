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
std::vector<Choice> run_choices(const State& s) {
    std::vector<Choice> result = {{"none", "Custom"}};
    for (const TrainingRun& r : training_runs())
        if (s.catalog.model(r.model) != nullptr && s.catalog.device(r.device) != nullptr)
            result.push_back({std::string(r.id), std::string(r.name)});
    return result;
}

constexpr Allowed kStepShare{0, 1, "a share of the step"}, kRunShare{0, 1, "a share of the run"};

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
     .label = "Published run",
     .help = "A training run with a published configuration and result: sets model, devices, parallelism, batch and "
             "recipe.",
     .kind = ParamKind::choice,
     .page = kPage,
     .section = Section::run,
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
    choice_row<&TrainingChoice::recipe, recipe_choices>(
        {.id = "recipe",
         .alias = "precision",
         .label = "Precision",
         .help = "How weights, gradients and states are kept while training.",
         .page = kPage,
         .section = Section::recipe}),
    choice_row<&TrainingChoice::optimizer, optimizer_choices>(
        {.id = "optimizer",
         .label = "Optimizer",
         .help = "What turns gradients into an update, and what it remembers.",
         .page = kPage,
         .section = Section::recipe}),
    choice_row<&TrainingChoice::sharding, zero_choices>({.id = "zero",
                                                         .alias = "sharding",
                                                         .label = "Sharding",
                                                         .short_label = "ZeRO stage",
                                                         .help =
                                                             "What data-parallel ranks divide: optimizer states (1), "
                                                             "gradients as well (2), weights as well (3). hybrid: 3 "
                                                             "inside a node, copies between nodes.",
                                                         .page = kPage,
                                                         .section = Section::recipe}),
    choice_row<&TrainingChoice::offload, offload_states_choices>(
        {.id = "offload-states",
         .label = "States",
         .help = "Optimizer states, with ZeRO-3 also weights, can live in the CPU’s memory.",
         .page = kPage,
         .section = Section::recipe}),
    choice_row<&TrainingChoice::recompute, recompute_choices>(
        {.id = "recompute",
         .alias = "checkpointing",
         .label = "Recompute",
         .help = "Activations that are recomputed in the backward pass instead of kept.",
         .page = kPage,
         .section = Section::recipe}),
    integer_row<&TrainingChoice::micro_batch, kMostSequences>({.id = "micro",
                                                               .alias = "micro-batch",
                                                               .label = "Micro-batch",
                                                               .unit = "sequences",
                                                               .help = "Sequences that go through a replica at once.",
                                                               .page = kPage,
                                                               .section = Section::recipe,
                                                               .choices = numbers<1, 2, 4, 8, 16, 32, 64>}),
    integer_row<&TrainingChoice::accumulation, kMostAccumulation>(
        {.id = "accum",
         .alias = "accumulation",
         .label = "Accumulation",
         .help = "Micro-batches per replica before the weights are updated.",
         .page = kPage,
         .section = Section::recipe,
         .choices = numbers<1, 2, 4, 8, 16, 32, 64, 128, 256, 512>}),
    tokens_row<&TrainingChoice::sequence, 1>({.id = "seq",
                                              .alias = "sequence",
                                              .label = "Sequence",
                                              .help = "Tokens of one training sequence.",
                                              .page = kPage,
                                              .section = Section::recipe,
                                              .choices = sequence_choices}),
    choice_row<&TrainingChoice::kernels, kernels_choices>(
        {.id = "kernels",
         .label = "Kernels",
         .help = "fused: as in Megatron-LM. eager: one kernel per operation, as in Hugging Face; keeps more.",
         .page = kPage,
         .section = Section::recipe}),
    toggle_row<&TrainingChoice::flash>({.id = "flash-training",
                                        .label = "FlashAttention",
                                        .help = "Attention without a stored matrix of scores.",
                                        .page = kPage,
                                        .section = Section::recipe}),
    toggle_row<&TrainingChoice::dropout>({.id = "dropout",
                                          .label = "Dropout",
                                          .help = "Keeps a mask of one byte per value.",
                                          .page = kPage,
                                          .section = Section::recipe}),
    toggle_row<&TrainingChoice::chunked_loss>({.id = "chunked-loss",
                                               .label = "Loss in chunks",
                                               .help = "Logits of an eighth of the tokens at a time.",
                                               .page = kPage,
                                               .section = Section::recipe}),
    toggle_row<&TrainingChoice::sequence_parallel>({.id = "sp",
                                                    .label = "Sequence parallel",
                                                    .help = "Tensor-parallel ranks also split norms and inputs.",
                                                    .page = kPage,
                                                    .section = Section::recipe}),
    degree_row<&Inputs::cp>({.id = "cp",
                             .label = "Context parallel",
                             .short_label = "Context",
                             .help = "Ranks that each hold a part of every sequence while training.",
                             .page = kPage,
                             .section = Section::devices}),
    choice_row<&TrainingChoice::schedule, pipeline_choices>(
        {.id = "pipeline",
         .label = "Pipeline schedule",
         .short_label = "Pipeline",
         .help = "The order of forward and backward passes over the stages.",
         .page = kPage,
         .section = Section::recipe}),
    integer_row<&TrainingChoice::chunks, 64>({.id = "vpp",
                                              .alias = "virtual-stages",
                                              .label = "Virtual stages",
                                              .help = "Parts of the network on each stage, interleaved schedule.",
                                              .page = kPage,
                                              .section = Section::recipe,
                                              .choices = numbers<1, 2, 4, 8>}),
    choice_row<&TrainingChoice::peft, adapters_choices>({.id = "adapters",
                                                         .label = "Trained",
                                                         .help = "All weights, or small adapters beside frozen ones.",
                                                         .page = kPage,
                                                         .section = Section::recipe}),
    integer_row<&TrainingChoice::lora_rank, 1024>({.id = "lora-rank",
                                                   .label = "Adapter rank",
                                                   .help = "Width of the adapters.",
                                                   .page = kPage,
                                                   .section = Section::recipe,
                                                   .choices = numbers<4, 8, 16, 32, 64, 128>}),
    choice_row<&TrainingChoice::lora_targets, lora_on_choices>({.id = "lora-on",
                                                                .label = "Adapters on",
                                                                .help = "Which matrices have adapters.",
                                                                .page = kPage,
                                                                .section = Section::recipe}),
    {.id = "train-tokens",
     .flag = "train-tokens",
     .label = "Tokens to train",
     .help = "Length of the run: 15T, 300B, 10M; optimal is the scaling law’s best use of the compute.",
     .kind = ParamKind::text,
     .page = kPage,
     .section = Section::run,
     .get =
         [](const State& s) {
             return s.in.training.tokens > 0 ? real_text(s.in.training.tokens) : std::string("optimal");
         },
     .initial = [](const State&) { return std::string("optimal"); },
     .set = set_tokens},
    choice_row<&core::RatePlan::schedule, rate_choices>({.id = "rate",
                                                         .alias = "lr-schedule",
                                                         .label = "Learning rate",
                                                         .help = "How it changes after the warm-up.",
                                                         .page = kPage,
                                                         .section = Section::rate}),
    real_row<&core::RatePlan::warm_up, kShare>({.id = "warmup",
                                                .label = "Warm-up",
                                                .help = "Share of the run in which the learning rate rises.",
                                                .page = kPage,
                                                .section = Section::rate}),
    real_row<&core::RatePlan::decay, kShare>({.id = "decay",
                                              .label = "Decay",
                                              .help = "Share of the run in which a constant rate decays.",
                                              .page = kPage,
                                              .section = Section::rate}),
    real_row<&core::RatePlan::floor, kShare>({.id = "floor",
                                              .label = "Lowest rate",
                                              .help = "Where the learning rate ends, as a share of its peak.",
                                              .page = kPage,
                                              .section = Section::rate}),
    choice_row<&Inputs::stage, stage_choices>(
        {.id = "stage",
         .label = "Stage",
         .help = "One device with the layers of the network, or all devices and their links.",
         .page = kPage,
         .section = Section::picture}),
    choice_row<&Inputs::chart, chart_choices>(
        {.id = "chart",
         .label = "Chart",
         .help = "Below the stage: memory through a step, the pipeline’s stages, or what devices send.",
         .page = kPage,
         .section = Section::picture}),
    choice_row<&Inputs::pace, pace_choices>({.id = "pace",
                                             .label = "Play",
                                             .help = "step: one step slowly. run: the whole run.",
                                             .page = kPage,
                                             .section = Section::picture}),
    real_row<&Inputs::phase, kStepShare>({.id = "phase",
                                          .label = "Moment of the step",
                                          .help = "The moment of the step that is drawn, 0 to 1.",
                                          .page = kPage,
                                          .section = Section::picture}),
    real_row<&Inputs::progress, kRunShare>({.id = "progress",
                                            .label = "Run done",
                                            .help = "How much of the run is done, 0 to 1.",
                                            .page = kPage,
                                            .section = Section::picture}),
};

}  // namespace

std::span<const Param> training_params() {
    return kRows;
}

}  // namespace kvx::app
