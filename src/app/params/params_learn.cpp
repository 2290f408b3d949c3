#include "app/params/params_learn.h"

#include "app/learn/learn_view.h"
#include "app/notices.h"
#include "app/params/param_rows.h"

namespace kvx::app {
namespace {

constexpr std::string_view kPage = "learn";
constexpr int kContext = lm::Shape{}.context;
constexpr size_t kLongestText = 1000;  // characters; more is cut before it reaches a link

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
    return {{"layer", "One layer"},
            {"syntax", "Syntax"},
            {"semantic", "Semantic"},
            {"position", "Position"},
            {"long-range", "Long-range"}};
}
std::vector<Choice> optimizer_choices(const State&) {
    return {{"adamw", "AdamW"}, {"momentum", "Momentum"}, {"sgd", "SGD"}};
}
std::vector<Choice> recompute_choices(const State&) {
    return {{"none", "None"}, {"attention", "Attention"}, {"layers", "Layers"}};
}
template <int... values>
std::vector<Choice> numbers(const State&) {
    return whole_choices({values...});
}

// What is too long is cut and what the model does not know is replaced, each with a sentence.
std::string set_text(State& s, std::string_view v, std::string& out) {
    const std::string whole_line = one_line(v, kLongestText), line = one_line(whole_line, kContext);
    const lm::Encoded e = lm::encode(line, kContext);
    if (e.tokens.empty()) return "An empty prompt has nothing to read: the last one stays.";
    if (line.size() < whole_line.size())
        notice(s, "The prompt was cut after " + whole(kContext) + " characters: the model has never seen longer ones.");
    if (e.replaced > 0)
        notice(s, whole(e.replaced) + (e.replaced == 1 ? " character is" : " characters are") +
                      " not printable ASCII and became the unknown symbol: the model knows no others.");
    out = line;
    return {};
}

std::string token_text(const LearnInputs& in) {
    return in.token ? whole(*in.token) : std::string("end");
}

const Param kRows[] = {
    {.id = "tour",
     .flag = "tour",
     .alias = "",
     .label = "Tour",
     .unit = "",
     .help = "Step of the guided tour, 1 to 10; 0 is off. Sets prompt, token and cache.",
     .kind = ParamKind::integer,
     .min = 0,
     .max = kTourSteps,
     .page = kPage,
     .get = [](const State& s) { return whole(s.in.learn.tour); },
     .initial = [](const State&) { return std::string("0"); },
     .set =
         [](State& s, std::string_view v) {
             int64_t n = 0;
             if (!parse_integer(v, n) || n < 0 || n > kTourSteps)
                 return refuse(v, "is not a step of the tour (0 to 10)");
             if (n > 0) s.in.learn = tour_inputs(static_cast<int>(n));
             s.in.learn.tour = static_cast<int>(n);
             return std::string();
         }},
    {.id = "tour-answer",
     .flag = "tour-answer",
     .alias = "",
     .label = "Tour answer",
     .unit = "",
     .help = "The answer given to the tour’s present question, 1 to 3; 0 is none. Remembered on this device and not "
             "part of a link.",
     .kind = ParamKind::integer,
     .min = 0,
     .max = 3,
     .page = kPage,
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
     .alias = "",
     .label = "Prompt",
     .unit = "",
     .help = "What the small model reads, one token a character, up to 96.",
     .kind = ParamKind::text,
     .page = kPage,
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
     .alias = "",
     .label = "Token",
     .unit = "",
     .help = "The token that is shown, from 1; end is the last of the prompt.",
     .kind = ParamKind::text,
     .page = kPage,
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
    choice_row<&LearnInputs::stage, stage_choices>("lesson", "", "Stage",
                                                   "Inside the running model, or training it in the page."),
    choice_row<&LearnInputs::heads, heads_choices>(
        "heads", "", "Heads",
        "The four heads of a layer, or those that were measured to do what a familiar name stands for."),
    integer_row<&LearnInputs::layer, lm::Shape{}.layers>("layer", "", "Layer", "", "The layer that is drawn.",
                                                         numbers<1, 2, 3>),
    integer_row<&LearnInputs::head, lm::Shape{}.heads>("head", "", "Head", "",
                                                       "The head that the explanation is about.", numbers<1, 2, 3, 4>),
    choice_row<&LearnInputs::keep, keep_choices>(
        "keep", "", "How the cache is kept",
        "All of it; shared between prompts; only the last tokens; in few bits; or not at all."),
    integer_row<&LearnInputs::window, 96>("window", "", "Window", "tokens", "Tokens a sliding window keeps.",
                                          numbers<48, 24, 16, 8, 4>),
    toggle_row<&LearnInputs::sinks>("sinks", "Keep the first 4",
                                    "The first four tokens stay beside the window (StreamingLLM’s sinks)."),
    {.id = "cache-bits",
     .flag = "cache-bits",
     .alias = "",
     .label = "Bits",
     .unit = "bit",
     .help = "Bits of each number of a quantised cache.",
     .kind = ParamKind::choice,
     .page = kPage,
     .choices = numbers<8, 4, 3, 2, 1>,
     .get = [](const State& s) { return whole(s.in.learn.bits); },
     .initial = [](const State& s) { return whole(tour_inputs(s.in.learn.tour).bits); },
     .set =
         [](State& s, std::string_view v) {
             const std::vector<Choice> choices = numbers<8, 4, 3, 2, 1>(s);
             for (const Choice& c : choices)
                 if (c.value == trimmed(v)) return s.in.learn.bits = c.value[0] - '0', std::string();
             return refuse_choice(v, choices);
         }},
    {.id = "prompts",
     .flag = "prompts",
     .alias = "",
     .label = "Prompts",
     .unit = "",
     .help = "Prompts that share a cache, in order of arrival, with | between them; up to 6.",
     .kind = ParamKind::text,
     .page = kPage,
     .get = [](const State& s) { return s.in.learn.prompts; },
     .initial = [](const State&) { return LearnInputs().prompts; },
     .set =
         [](State& s, std::string_view v) {
             if (trimmed(v).empty()) return std::string("No prompt is left: the last ones stay.");
             s.in.learn.prompts = one_line(v, kLongestText);
             return std::string();
         }},
    integer_row<&LearnInputs::block, 32>("prefix-block", "", "Block", "tokens", "Tokens of a shared block.",
                                         numbers<2, 4, 8, 16>),
    choice_row<&LearnInputs::depth, depth_choices>("depth", "", "Explanation",
                                                   "One line, one paragraph, or the mathematics."),
    integer_row<&lm::TrainConfig::batch, 64>("lab-batch", "", "Batch", "sequences",
                                             "Sequences of a training step of the lab.", numbers<8, 16, 32>),
    integer_row<&lm::TrainConfig::length, 96, 8>("lab-length", "", "Length", "tokens",
                                                 "Tokens of a sequence of the lab.", numbers<32, 64, 96>),
    integer_row<&lm::TrainConfig::steps, 5000>("lab-steps", "", "Steps", "", "Training steps of the lab.",
                                               numbers<300, 600, 1500>),
    choice_row<&lm::TrainConfig::recompute, recompute_choices>(
        "lab-recompute", "", "Recompute", "What the lab computes again in the backward pass instead of keeping it."),
    choice_row<&lm::TrainConfig::optimizer, optimizer_choices>("lab-optimizer", "", "Optimizer",
                                                               "What turns the lab’s gradients into an update."),
};

}  // namespace

std::span<const Param> learn_params() {
    return kRows;
}

}  // namespace kvx::app
