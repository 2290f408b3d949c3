#include "app/tour.h"

#include "app/state.h"

namespace kvx::app {
namespace {

constexpr TourStep kSteps[] = {
    {"One token at a time",
     "A language model reads tokens and predicts the next one. Here every character is a token, and a real model of "
     "105,000 numbers runs in this page.",
     "After “copy:lamp>la”, what will it expect?",
     {"l", "m", "p"},
     2,
     "m: a copy line repeats its word. The bars show how sure the model is.",
     TourTarget::next_token,
     [] {
         return LearnInputs{.text = "copy:lamp>la", .layer = 3, .head = 4, .keep = Keep::basic, .depth = Depth::brief};
     },
     {},
     TourHides::next_token},
    {"Looking back",
     "To predict, a token looks back at the tokens before it. Each row of a triangle is one token; the bright cell is "
     "where this head looks.",
     "May a token look at tokens that come after it?",
     {"Yes, all", "Only the next", "No, only back"},
     3,
     "Only back: the map is a triangle. So what an old token offers never changes when new tokens arrive.",
     TourTarget::heads,
     [] {
         return LearnInputs{.text = "copy:lamp>la", .token = 9, .layer = 3, .keep = Keep::basic, .depth = Depth::brief};
     }},
    {"Query, key, value",
     "For this a token makes three vectors in every layer: a query (what am I looking for), a key (what do I offer) "
     "and a value (what I pass on).",
     "Which of the three do later tokens not need?",
     {"Query", "Key", "Value"},
     1,
     "The query. Later tokens use their own queries, but they read old keys and values, so only those are worth "
     "keeping.",
     TourTarget::pipeline,
     [] {
         return LearnInputs{
             .text = "copy:lamp>la", .token = 7, .layer = 2, .keep = Keep::basic, .depth = Depth::longer};
     },
     "attention = softmax(q·Kᵀ/√d)·V"},
    {"Without a cache",
     "Suppose nothing were kept. Then every new token recomputes all rows of all layers.",
     "How many rows are computed in total for 12 tokens?",
     {"12", "78", "144"},
     2,
     "The first token needs one row, the second two, the twelfth twelve. Most of them had been computed before.",
     TourTarget::compare,
     [] { return LearnInputs{.text = "copy:lamp>la", .token = 12, .keep = Keep::none, .depth = Depth::longer}; },
     "1 + 2 + … + n = n(n+1)/2 = 12 × 13 / 2 = 78",
     TourHides::rows},
    {"With the cache",
     "Keep every key and value, and only the new row must be computed: 12 rows instead of 78.",
     "What still grows with every token?",
     {"The work of the matrices", "Keys read by attention", "Nothing"},
     2,
     "Attention reads the whole cache at every step: the rows are saved, the reading is not.",
     TourTarget::compare,
     [] { return LearnInputs{.text = "copy:lamp>la", .token = 12, .keep = Keep::basic, .depth = Depth::longer}; },
     "rows: O(n²) → O(n); keys read: n a token"},
    {"Heads have jobs",
     "Each layer has four heads with their own keys and values. Their names are measured, not guessed: a score of 1 "
     "would mean that all attention goes where the name says.",
     "What must a head know to copy?",
     {"What followed this symbol before", "The last token", "The position"},
     1,
     "This is called induction: find the same symbol earlier and look at what came after it.",
     TourTarget::heads,
     [] {
         return LearnInputs{.text = "copy:Hello!>Hel",
                            .layer = 3,
                            .head = 4,
                            .keep = Keep::basic,
                            .depth = Depth::brief,
                            .heads = HeadKind::long_range};
     }},
    {"Brackets and subjects",
     "Other heads keep track of structure: which bracket is open, who is the subject of a verb.",
     "“the cats near the dog run”: what comes next?",
     {"s", ".", "a space"},
     2,
     "A full stop: the cats run. The verb agrees with its subject, not with the nearest noun.",
     TourTarget::next_token,
     [] {
         return LearnInputs{.text = "the cats near the dog run",
                            .keep = Keep::basic,
                            .depth = Depth::brief,
                            .heads = HeadKind::syntax};
     },
     {},
     TourHides::next_token},
    {"A window",
     "A sliding window keeps only the last tokens. Memory stops growing, and what has left the window is gone.",
     "With a window of 4, what can the model still do best?",
     {"Copy", "Brackets", "Recall"},
     2,
     "Brackets, whose partner is often close. Copying, recall and agreement need what lies further back: see the "
     "scores, measured on new lines.",
     TourTarget::kept,
     [] {
         return LearnInputs{.text = "copy:breadcrumb>bre", .keep = Keep::window, .window = 4, .depth = Depth::longer};
     }},
    {"Fewer bits",
     "Keys and values can be rounded. With 8 bits nothing changes; with few enough, the answers do.",
     "How many bits per number are still enough here?",
     {"4", "2", "1"},
     1,
     "Four: the scores hold. At 2 bits they drop, and at 1 bit the model is lost. Watch the size of the cache, too.",
     TourTarget::kept,
     [] { return LearnInputs{.text = "kx,bq,mo,ty,b", .keep = Keep::quantised, .bits = 2, .depth = Depth::longer}; }},
    {"Sharing a prefix",
     "Many prompts begin alike. Blocks of tokens are found by a hash of everything up to their end, and their keys and "
     "values are reused.",
     "The fourth prompt has bz instead of bq. What can it share?",
     {"Nothing", "Blocks before the change", "All other blocks"},
     2,
     "Only what comes before the change: every later key depends on it, and so does the hash.",
     TourTarget::shared,
     [] { return LearnInputs{.text = "kx,bq,mo,ty,b", .keep = Keep::prefix, .block = 4, .depth = Depth::longer}; }},
    {"The same at full size",
     "",  // computed: tour_words
     "",
     {"", "", ""},
     2,
     "",
     TourTarget::real_model,
     [] { return LearnInputs{.text = "copy:lamp>la", .token = 12, .keep = Keep::basic, .depth = Depth::brief}; }},
};
static_assert(std::size(kSteps) == kTourSteps);

const TourStep* step_of(const State& s) {
    const int at = s.in.learn.tour;
    return at >= 1 && at <= kTourSteps ? &kSteps[at - 1] : nullptr;
}

}  // namespace

LearnInputs tour_inputs(int step) {
    if (step < 1 || step > kTourSteps) return {};
    LearnInputs in = kSteps[step - 1].setup();
    in.tour = step;
    return in;
}

std::span<const TourStep> tour_steps() {
    return kSteps;
}

TourTarget tour_target(const State& s) {
    const TourStep* step = step_of(s);
    return step != nullptr ? step->target : TourTarget::none;
}

int tour_answer(const State& s) {
    return step_of(s) != nullptr ? s.learn.answers[static_cast<size_t>(s.in.learn.tour - 1)] : 0;
}

bool tour_hides(const State& s, TourHides what) {
    const TourStep* step = step_of(s);
    return step != nullptr && step->hides == what && tour_answer(s) == 0;
}

}  // namespace kvx::app
