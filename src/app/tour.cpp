#include "app/tour.h"

#include "app/learn/learn_state.h"

namespace kvx::app {
namespace {

constexpr TourStep kSteps[] = {
    {"One token at a time",
     "A language model reads tokens and predicts the next one. Here every character is a token, and a real model of "
     "105,000 numbers runs in this page.",
     "After “copy:lamp>la”, what will it expect?",
     {"l", "m", "p"},
     2,
     "m: the rule of a copy line is to repeat the word. See the bars of the next token.",
     [] {
         return LearnInputs{.text = "copy:lamp>la", .layer = 3, .head = 4, .keep = Keep::basic, .depth = Depth::brief};
     }},
    {"Query, key, value",
     "In every layer a token makes three vectors: a query (what am I looking for), a key (what do I offer) and a value "
     "(what I pass on).",
     "Which of the three is not needed again for later tokens?",
     {"Query", "Key", "Value"},
     1,
     "The query. Later tokens ask with their own queries, but they read old keys and values: only those are worth "
     "keeping.",
     [] {
         return LearnInputs{
             .text = "copy:lamp>la", .token = 7, .layer = 2, .keep = Keep::basic, .depth = Depth::longer};
     }},
    {"Looking back",
     "Attention compares the new query with every key so far. The bright cell is where this head looks: step on and "
     "see the row grow.",
     "May a token look at tokens that come after it?",
     {"Yes, all", "Only the next", "No, only back"},
     3,
     "Only back: the map is a triangle. So an old token’s key and value never change when new tokens arrive.",
     [] {
         return LearnInputs{.text = "copy:lamp>la", .token = 9, .layer = 3, .keep = Keep::basic, .depth = Depth::brief};
     }},
    {"Without a cache",
     "Suppose nothing were kept. For each new token all rows of all layers are computed again.",
     "How many rows are computed in all for 12 tokens?",
     {"12", "78", "144"},
     2,
     "1 + 2 + … + 12 = 12 × 13 / 2 = 78. Most of them were known already.",
     [] { return LearnInputs{.text = "copy:lamp>la", .token = 12, .keep = Keep::none, .depth = Depth::maths}; }},
    {"With the cache",
     "Keep every key and value, and only the new row is left to compute: 12 rows instead of 78.",
     "What still grows with every token?",
     {"The work of the matrices", "Keys read by attention", "Nothing"},
     2,
     "Attention reads the whole cache at every step. The cache turns O(n²) rows into O(n), but reading stays O(n) a "
     "token.",
     [] { return LearnInputs{.text = "copy:lamp>la", .token = 12, .keep = Keep::basic, .depth = Depth::maths}; }},
    {"Heads have jobs",
     "Four heads a layer, each with its own keys and values. Their names here are measured, not guessed: a score of 1 "
     "would be all attention where the job says.",
     "What must a head know to copy?",
     {"What followed this symbol before", "The last token", "The position"},
     1,
     "It is called induction: find the same symbol earlier and look at what came after it.",
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
     [] {
         return LearnInputs{.text = "the cats near the dog run",
                            .keep = Keep::basic,
                            .depth = Depth::brief,
                            .heads = HeadKind::syntax};
     }},
    {"A window",
     "A sliding window keeps only the last tokens. Memory no longer grows, and what left the window is gone.",
     "With a window of 4, what can the model still do well?",
     {"Agreement", "Copy", "None"},
     2,
     "Brackets, whose partner is often near. Copy, recall and agreement need what lies further back: see the scores, "
     "measured on fresh lines.",
     [] {
         return LearnInputs{.text = "copy:breadcrumb>bre", .keep = Keep::window, .window = 4, .depth = Depth::longer};
     }},
    {"Fewer bits",
     "Keys and values can be rounded. With 8 bits nothing changes; somewhere below, the answers do.",
     "How many bits a number are still enough here?",
     {"4", "2", "1"},
     1,
     "Four: the scores stay. At 2 bits they fall, at 1 bit the model is lost. Watch the cache’s size, too.",
     [] { return LearnInputs{.text = "kx,bq,mo,ty,b", .keep = Keep::quantised, .bits = 2, .depth = Depth::longer}; }},
    {"Sharing a beginning",
     "Many prompts begin alike. Blocks of tokens are found by a hash of everything up to their end, and their keys and "
     "values are used again.",
     "The fourth prompt has bz instead of bq. What can it share?",
     {"Nothing", "Blocks before the change", "All other blocks"},
     2,
     "Only what comes before: every later key has seen the change, and the hash has too.",
     [] { return LearnInputs{.text = "kx,bq,mo,ty,b", .keep = Keep::prefix, .block = 4, .depth = Depth::longer}; }},
};
static_assert(std::size(kSteps) == kTourSteps);

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

}  // namespace kvx::app
