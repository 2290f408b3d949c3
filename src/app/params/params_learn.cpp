#include "app/params/params_learn.h"

#include "app/learn/learn_view.h"
#include "app/notices.h"
#include "app/params/param_rows.h"

namespace kvx::app {
namespace {

constexpr std::string_view kPage = "learn";
constexpr int kContext = lm::Shape{}.context;
constexpr size_t kLongestText = 1000;  // characters; the rest is cut off before it reaches a link

std::vector<Choice> stage_choices(const State&) {
    return {{"inside", "Inside"}, {"lab", "Training lab"}};
}
std::vector<Choice> keep_choices(const State&) {
    return {{"basic", "Basic cache"},
            {"prefix", "Shared prefix"},
            {"window", "Sliding window"},
            {"quantised", "Quantised"},
            {"none", "No cache"}};
}
std::vector<Choice> depth_choices(const State&) {
    return {{"short", "Short"}, {"longer", "Longer"}, {"maths", "Maths"}};
}
std::vector<Choice> heads_choices(const State&) {
    return {{"layer", "One layer"},   {"each", "Each kind"},    {"syntax", "Syntax"},
            {"semantic", "Semantic"}, {"position", "Position"}, {"long-range", "Long-range"}};
}
std::vector<Choice> optimizer_choices(const State&) {
    return {{"adamw", "AdamW"}, {"momentum", "Momentum"}, {"sgd", "SGD"}};
}
std::vector<Choice> recompute_choices(const State&) {
    return {{"none", "None"}, {"attention", "Attention"}, {"layers", "Layers"}};
}

// Cuts what is too long and replaces unknown characters, with a sentence for each.
std::string set_text(State& s, std::string_view v, std::string& out) {
    const std::string whole_line = one_line(v, kLongestText), line = one_line(whole_line, kContext);
    const lm::Encoded e = lm::encode(line, kContext);
    if (e.tokens.empty()) return "The prompt is empty; the last one stays.";
    if (line.size() < whole_line.size())
        notice(s, "The prompt was cut after " + whole(kContext) + " characters, the longest the model was trained on.");
    if (e.replaced > 0)
        notice(s, whole(e.replaced) + (e.replaced == 1 ? " character is" : " characters are") +
                      " not printable ASCII and became the unknown symbol.");
    out = line;
    return {};
}

std::string token_text(const LearnInputs& in) {
    return in.token ? whole(*in.token) : std::string("end");
}

const Param kRows[] = {
    {.id = "tour",
     .flag = "tour",
     .label = "Tour",
     .help = "Step of the guided tour, 1 to 11; 0 is off. Sets prompt, token and cache.",
     .kind = ParamKind::integer,
     .min = 0,
     .max = kTourSteps,
     .page = kPage,
     .section = Section::prompt,
     .get = [](const State& s) { return whole(s.in.learn.tour); },
     .initial = [](const State&) { return std::string("0"); },
     .set =
         [](State& s, std::string_view v) {
             int64_t n = 0;
             if (!parse_integer(v, n) || n < 0 || n > kTourSteps)
                 return refuse(v, "is not a step of the tour (0 to " + whole(kTourSteps) + ")");
             if (n > 0) s.in.learn = tour_inputs(static_cast<int>(n));
             s.in.learn.tour = static_cast<int>(n);
             return std::string();
         }},
    {.id = "tour-answer",
     .flag = "tour-answer",
     .label = "Tour answer",
     .help = "The answer to the tour’s current question, 1 to 3; 0 is none. Remembered on this device and not "
             "part of a link.",
     .kind = ParamKind::integer,
     .min = 0,
     .max = 3,
     .page = kPage,
     .section = Section::prompt,
     .per_view = false,
     .get =
         [](const State& s) {
             return whole(s.in.learn.tour > 0 ? s.learn.answers[static_cast<size_t>(s.in.learn.tour - 1)] : 0);
         },
     .initial = [](const State&) { return std::string("0"); },
     .set =
         [](State& s, std::string_view v) {
             int64_t n = 0;
             if (!parse_integer(v, n) || n < 0 || n > 3) return refuse(v, "is not an answer (0 to 3)");
             if (s.in.learn.tour < 1) return n == 0 ? std::string() : std::string("No question of the tour is open.");
             s.learn.answers[static_cast<size_t>(s.in.learn.tour - 1)] = static_cast<int8_t>(n);
             return std::string();
         }},
    {.id = "text",
     .flag = "text",
     .label = "Prompt",
     .help = "What the small model reads, one token per character, up to 96.",
     .kind = ParamKind::text,
     .page = kPage,
     .section = Section::prompt,
     .get = [](const State& s) { return s.in.learn.text; },
     .initial = [](const State& s) { return tour_inputs(s.in.learn.tour).text; },
     .set =
         [](State& s, std::string_view v) {
             std::string reason = set_text(s, v, s.in.learn.text);
             if (reason.empty()) s.in.learn.token.reset();
             return reason;
         }},
    {.id = "token",
     .flag = "token",
     .label = "Token",
     .help = "The token that is shown, from 1; end is the last of the prompt.",
     .kind = ParamKind::text,
     .page = kPage,
     .section = Section::prompt,
     .get = [](const State& s) { return token_text(s.in.learn); },
     .initial = [](const State& s) { return token_text(tour_inputs(s.in.learn.tour)); },
     .set =
         [](State& s, std::string_view v) {
             int64_t n = 0;
             if (lower(trimmed(v)) == "end") return s.in.learn.token.reset(), std::string();
             if (!parse_integer(v, n) || n < 1 || n > kContext)
                 return refuse(v, "is neither end nor a token from 1 to 96");
             s.in.learn.token = static_cast<int>(n);
             return std::string();
         }},
    choice_row<&LearnInputs::stage, stage_choices>({.id = "lesson",
                                                    .label = "Stage",
                                                    .help = "Look inside the running model, or train it in the page.",
                                                    .page = kPage,
                                                    .section = Section::picture}),
    choice_row<&LearnInputs::heads, heads_choices>({.id = "heads",
                                                    .label = "Heads",
                                                    .help = "The four heads of a layer, the strongest head of each "
                                                            "kind, or those that were measured to be of one kind.",
                                                    .page = kPage,
                                                    .section = Section::heads}),
    integer_row<&LearnInputs::layer, lm::Shape{}.layers>({.id = "layer",
                                                          .label = "Layer",
                                                          .help = "The layer that is drawn.",
                                                          .page = kPage,
                                                          .section = Section::heads,
                                                          .choices = numbers<1, 2, 3>}),
    integer_row<&LearnInputs::head, lm::Shape{}.heads>({.id = "head",
                                                        .label = "Head",
                                                        .help = "The head that the explanation is about.",
                                                        .page = kPage,
                                                        .section = Section::heads,
                                                        .choices = numbers<1, 2, 3, 4>}),
    choice_row<&LearnInputs::keep, keep_choices>(
        {.id = "keep",
         .label = "How the cache is kept",
         .help = "All of it; shared between prompts; only the last tokens; in few bits; or not at all.",
         .page = kPage,
         .section = Section::cache}),
    integer_row<&LearnInputs::window, 96>({.id = "window",
                                           .label = "Window",
                                           .unit = "tokens",
                                           .help = "Tokens a sliding window keeps.",
                                           .page = kPage,
                                           .section = Section::cache,
                                           .choices = numbers<48, 24, 16, 8, 4>}),
    toggle_row<&LearnInputs::sinks>({.id = "sinks",
                                     .label = "Keep the first 4",
                                     .help = "The first four tokens stay beside the window (StreamingLLM’s sinks).",
                                     .page = kPage,
                                     .section = Section::cache}),
    number_choice_row<&LearnInputs::bits, numbers<8, 4, 3, 2, 1>>({.id = "cache-bits",
                                                                   .label = "Bits",
                                                                   .unit = "bit",
                                                                   .help = "Bits of each number of a quantised cache.",
                                                                   .page = kPage,
                                                                   .section = Section::cache}),
    text_row<&LearnInputs::prompts>(
        {.id = "prompts",
         .label = "Prompts",
         .help = "Prompts that share a cache, in order of arrival, separated by |; up to 6.",
         .page = kPage,
         .section = Section::cache,
         .set =
             [](State& s, std::string_view v) {
                 if (trimmed(v).empty()) return std::string("No prompt is left; the last ones stay.");
                 s.in.learn.prompts = one_line(v, kLongestText);
                 return std::string();
             }}),
    integer_row<&LearnInputs::block, 32>({.id = "prefix-block",
                                          .label = "Block",
                                          .unit = "tokens",
                                          .help = "Tokens of a shared block.",
                                          .page = kPage,
                                          .section = Section::cache,
                                          .choices = numbers<2, 4, 8, 16>}),
    choice_row<&LearnInputs::depth, depth_choices>({.id = "depth",
                                                    .label = "Explanation",
                                                    .help = "One line, one paragraph, or the mathematics.",
                                                    .page = kPage,
                                                    .section = Section::picture}),
    integer_row<&lm::TrainConfig::batch, 64>({.id = "lab-batch",
                                              .label = "Batch",
                                              .unit = "sequences",
                                              .help = "Sequences of a training step of the lab.",
                                              .page = kPage,
                                              .section = Section::lab,
                                              .choices = numbers<8, 16, 32>}),
    integer_row<&lm::TrainConfig::length, 96, 8>({.id = "lab-length",
                                                  .label = "Length",
                                                  .unit = "tokens",
                                                  .help = "Tokens of a sequence of the lab.",
                                                  .page = kPage,
                                                  .section = Section::lab,
                                                  .choices = numbers<32, 64, 96>}),
    integer_row<&lm::TrainConfig::steps, 5000>({.id = "lab-steps",
                                                .label = "Steps",
                                                .help = "Training steps of the lab.",
                                                .page = kPage,
                                                .section = Section::lab,
                                                .choices = numbers<300, 600, 1500>}),
    choice_row<&lm::TrainConfig::recompute, recompute_choices>(
        {.id = "lab-recompute",
         .label = "Recompute",
         .help = "What the lab recomputes in the backward pass instead of keeping it.",
         .page = kPage,
         .section = Section::lab}),
    choice_row<&lm::TrainConfig::optimizer, optimizer_choices>(
        {.id = "lab-optimizer",
         .label = "Optimizer",
         .help = "What turns the lab’s gradients into an update.",
         .page = kPage,
         .section = Section::lab}),
};

}  // namespace

std::span<const Param> learn_params() {
    return kRows;
}

}  // namespace kvx::app
