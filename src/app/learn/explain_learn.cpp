// Every figure of the learn page with its formula, and a description of what just happened.
#include <algorithm>
#include <cmath>

#include "app/learn/learn_view.h"
#include "app/state.h"
#include "core/format.h"

namespace kvx::app {
namespace {

using core::FigureGroup;
using core::group_digits;
using core::Quantity;
using core::Unit;

std::string text(int64_t v) {
    return group_digits(v);
}
// A token as written in a sentence.
std::string quoted(lm::Token t) {
    if (t == lm::kEnd || t >= lm::kReplacement || t == lm::token_of(' ')) return lm::name_of(t);
    return "“" + lm::text_of(t) + "”";
}
std::string plural(int64_t n, const std::string& one) {
    return group_digits(n) + " " + one + (n == 1 ? "" : "s");
}

struct Row {
    const char* id;
    const char* label;
    double value;
    Unit unit;
    std::string text, formula, substituted, source, note;
    core::Origin origin = core::Origin::derived;
};
Quantity quantity(Row r, FigureGroup group) {
    Quantity q;
    q.id = r.id;
    q.label = r.label;
    q.value = r.value;
    q.unit = r.unit;
    q.text = std::move(r.text);
    q.formula = std::move(r.formula);
    q.substituted = std::move(r.substituted);
    q.source = std::move(r.source);
    q.note = std::move(r.note);
    q.origin = r.origin;
    q.group = group;
    return q;
}

std::string exact(int64_t bytes) {
    return group_digits(bytes) + " B";
}
std::string per_token_formula(int bits) {
    return bits >= 32 ? "2 × layers × heads × head_dim × 4 B"
                      : "2 × layers × heads × (head_dim × bits / 8 + 8 B for minimum and step)";
}
std::string per_token_numbers(const lm::Shape& s, int bits) {
    const std::string sizes = "2 × " + text(s.layers) + " × " + text(s.heads) + " × ";
    return bits >= 32 ? sizes + text(s.head_dim()) + " × 4 B"
                      : sizes + "(" + text(s.head_dim()) + " × " + text(bits) + " / 8 + 8 B)";
}

struct Looked {
    int position = 0;
    float weight = 0, score = 0;
};
// The position that a head's query attends to most.
Looked strongest(const lm::StepTrace& step, int layer, int head, int token) {
    const lm::LayerTrace& t = step.layers[static_cast<size_t>(layer)];
    const auto row = t.attention.begin() + int64_t{head} * token;
    const auto best = std::max_element(row, row + token);
    const auto at = static_cast<int>(best - row);
    return {at, *best, t.scores[static_cast<size_t>(int64_t{head} * token + at)]};
}

const char* const kRunSource = "The small transformer of this page, run in this browser: src/lm.";

constexpr const char* kCounted = "Counted in the kernels as they ran.";

// The figures of one page at one token, collected in order.
class Figures {
  public:
    Figures(const State& state, const LearnView& view)
        : state_(state), v_(view), shape_(view.model->weights.shape()), n_(shown_token(state.in.learn, view)) {}
    void cache();
    void rows();
    void multiply_adds();
    void bytes();
    void next_token();
    void clock();
    void sharing();
    void skills();
    std::vector<Quantity> take() { return std::move(out_); }

  private:
    void add(Row r, FigureGroup group = FigureGroup::cache) { out_.push_back(quantity(std::move(r), group)); }
    void without(Row r) { add(std::move(r), FigureGroup::without_cache); }
    void with(Row r) { add(std::move(r), FigureGroup::with_cache); }
    const lm::StepTrace& step() const { return v_.steps[static_cast<size_t>(n_ - 1)]; }

    const State& state_;
    const LearnView& v_;
    const lm::Shape& shape_;
    const int n_;  // the shown token, from 1
    std::vector<Quantity> out_;
};

void Figures::cache() {
    const Keep keep = state_.in.learn.keep;
    const int bits = v_.policy.bits;
    const int64_t each = lm::bytes_per_token(shape_, bits);
    const int kept = keep == Keep::none ? 0 : lm::kept_tokens(v_.policy, n_);
    add({"learn_cache", "Cache so far", static_cast<double>(kept * each), Unit::bytes, exact(kept * each),
         v_.policy.reach.window > 0 ? "min(tokens, window + sinks) × bytes per token" : "tokens × bytes per token",
         text(kept) + " × " + text(each) + " B", "Counted: what the cache holds after this token.",
         keep == Keep::none ? "Without a cache, nothing is kept." : ""});
    add({"learn_per_token", "Per token", static_cast<double>(each), Unit::bytes_per_token, exact(each),
         per_token_formula(bits), per_token_numbers(shape_, bits),
         "A key and a value in every layer, stored by src/lm/cache.cpp.",
         bits >= 32 ? "The keys and values here are float32."
                    : "Each head’s key and value is rounded to " + text(1 << bits) +
                          " steps between its own minimum and maximum; both ends of the scale are stored too."});
}

void Figures::rows() {
    const LearnTotals all = totals_at(v_, n_);
    without({"rows_without", "Rows this step", static_cast<double>(n_), Unit::count, text(n_), "tokens so far",
             text(n_), "Without a cache, every token’s row is recomputed.", ""});
    with({"rows_with", "Rows this step", 1, Unit::count, "1", "the new token", "1",
          "With the cache, only the new row is computed.", ""});
    without({"rows_total_without", "Rows so far", static_cast<double>(all.rows_without), Unit::count,
             text(all.rows_without), "n × (n + 1) / 2", text(n_) + " × " + text(n_ + 1) + " / 2",
             "The sum 1 + 2 + … + n.", "Exactly O(n²): each of the n steps computes every row up to its own."});
    with({"rows_total_with", "Rows so far", static_cast<double>(n_), Unit::count, text(n_), "n", text(n_),
          "One row per step.", "Exactly O(n): this is the textbook’s “from O(n²) to O(n)”."});
}

void Figures::multiply_adds() {
    const lm::Work cached = step().work, recomputed = lm::predicted_step_without_cache(shape_, n_ - 1);
    const LearnTotals all = totals_at(v_, n_);
    const int64_t width = shape_.width;
    const int64_t matrices = shape_.layers * (4 * width * width + 2 * width * shape_.hidden);
    const int64_t head = width * shape_.vocabulary;
    without({"macs_without", "Multiply-adds", static_cast<double>(recomputed.multiply_adds), Unit::count,
             text(recomputed.multiply_adds), "n × matrices + output head + layers × 2 × width × n(n + 1)/2",
             text(n_) + " × " + text(matrices) + " + " + text(head) + " + " + text(shape_.layers) + " × 2 × " +
                 text(shape_.width) + " × " + text(all.rows_without),
             kCounted, "All rows of all layers; the output head for the last row only."});
    const int64_t seen = (cached.multiply_adds - matrices - head) / (2 * int64_t{shape_.layers} * shape_.width);
    with({"macs_with", "Multiply-adds", static_cast<double>(cached.multiply_adds), Unit::count,
          text(cached.multiply_adds), "matrices + output head + layers × 2 × width × keys read",
          text(matrices) + " + " + text(head) + " + " + text(shape_.layers) + " × 2 × " + text(shape_.width) + " × " +
              text(seen),
          kCounted,
          "The matrices cost the same for every token. Attention still reads the whole cache: O(n) per token, O(n²) in "
          "total, but with a much smaller factor."});
    without({"macs_total_without", "Multiply-adds so far", static_cast<double>(all.without.multiply_adds), Unit::count,
             text(all.without.multiply_adds), "sum over the steps", "", kCounted, ""});
    with({"macs_total_with", "Multiply-adds so far", static_cast<double>(all.with.multiply_adds), Unit::count,
          text(all.with.multiply_adds), "sum over the steps", "", kCounted, ""});
}

void Figures::bytes() {
    const lm::Work cached = step().work, recomputed = lm::predicted_step_without_cache(shape_, n_ - 1);
    without({"bytes_without", "Bytes moved", static_cast<double>(recomputed.bytes()), Unit::bytes,
             core::format_bytes({static_cast<double>(recomputed.bytes())}).text(),
             "weights + keys and values read + written",
             text(recomputed.weight_bytes) + " + " + text(recomputed.cache_bytes_read) + " + " +
                 text(recomputed.cache_bytes_written) + " B",
             kCounted, "Keys and values are computed for every token and then discarded."});
    with({"bytes_with", "Bytes moved", static_cast<double>(cached.bytes()), Unit::bytes,
          core::format_bytes({static_cast<double>(cached.bytes())}).text(), "weights + keys and values read + written",
          text(cached.weight_bytes) + " + " + text(cached.cache_bytes_read) + " + " + text(cached.cache_bytes_written) +
              " B",
          kCounted,
          "All weights are read for one token, which is why real decoding is bound by memory, not by arithmetic."});
}

void Figures::next_token() {
    const lm::Token best = step().best();
    const double p = static_cast<double>(step().probabilities[best]);
    add({"next_probability", "Next token", p, Unit::ratio, share_text(p), "softmax(logits) of " + quoted(best), "",
         kRunSource, "The most likely of " + text(shape_.vocabulary) + " symbols.", core::Origin::simulated});
}

// Times that the lab measured, once it has measured this text.
void Figures::clock() {
    const LearnTimes& times = state_.learn.times;
    if (times.text != lm::text_of(v_.tokens) || times.with.size() < static_cast<size_t>(n_)) return;
    const auto at = static_cast<size_t>(n_ - 1);
    const auto measured = [](const char* id, double seconds) {
        return Row{id,
                   "Measured",
                   seconds,
                   Unit::seconds,
                   core::format_seconds({seconds}).text(),
                   "median of repeated runs",
                   "",
                   "Wall-clock time in this browser on this machine.",
                   "Repeated until the clock can resolve it; other work on the machine affects it.",
                   core::Origin::simulated};
    };
    without(measured("time_without", times.without[at]));
    with(measured("time_with", times.with[at]));
}

void Figures::sharing() {
    if (v_.shared.empty()) return;
    int64_t reused = 0, tokens = 0, blocks = 0, hits = 0;
    lm::Work done, afresh;
    for (const lm::SharedPrompt& x : v_.shared) {
        reused += x.reused;
        tokens += static_cast<int64_t>(x.tokens.size());
        for (const lm::SharedBlock& b : x.blocks) ++blocks, hits += b.hit;
        done += x.work;
        afresh += x.afresh;
    }
    const double rate = static_cast<double>(reused) / static_cast<double>(std::max<int64_t>(1, tokens));
    add({"hit_rate", "Hit rate", rate, Unit::ratio, share_text(rate), "tokens found / tokens requested",
         text(reused) + " / " + text(tokens), "Blocks are found by the hash of all tokens up to their end.",
         text(hits) + " of " + text(blocks) + " blocks were hits."});
    const double saved =
        1 - static_cast<double>(done.multiply_adds) / static_cast<double>(std::max<int64_t>(1, afresh.multiply_adds));
    add({"saved_work", "Saved work", saved, Unit::ratio, share_text(saved),
         "1 − multiply-adds done / multiply-adds without sharing",
         "1 − " + text(done.multiply_adds) + " / " + text(afresh.multiply_adds), kCounted,
         "The answers are bit-identical."});
}

void Figures::skills() {
    const lm::SkillScores* scores = v_.model->report.under(v_.policy);
    if (!scores) return;
    for (int k = 0; k < lm::kSkills; ++k) {
        const auto i = static_cast<size_t>(k);
        add({kSkillIds[i], lm::name_of(static_cast<lm::Skill>(k)), static_cast<double>(scores->share[i]), Unit::ratio,
             share_text(static_cast<double>(scores->share[i])), "right answers / questions",
             text(std::llround(static_cast<double>(scores->share[i]) * static_cast<double>(scores->asked[i]))) + " / " +
                 text(scores->asked[i]),
             "Measured when the model was trained, on " + text(scores->asked[i]) +
                 " questions it had never seen, with this cache setting.",
             "An answer is right when the symbol the rule demands is the most likely one.", core::Origin::simulated});
    }
}

}  // namespace

std::vector<Quantity> explain_learn(const State& s, const LearnView& v) {
    if (v.count() == 0) return {};
    Figures figures(s, v);
    figures.cache();
    figures.rows();
    figures.multiply_adds();
    figures.bytes();
    figures.next_token();
    figures.clock();
    figures.sharing();
    figures.skills();
    return figures.take();
}

namespace {

std::string kept_words(const State& s, const LearnView& v, int n) {
    const LearnInputs& in = s.in.learn;
    const int before = n - 1;
    switch (in.keep) {
        case Keep::none:
            return "No cache: all " + plural(n, "row") + " were recomputed, " + text(before) + " of them needlessly.";
        case Keep::window: {
            const int kept = lm::kept_tokens(v.policy, n), gone = n - kept;
            return gone == 0 ? "All " + plural(n, "token") + " are still in the window."
                             : plural(gone, "token") + " left the window and can no longer be read" +
                                   (in.sinks ? "; the first 4 are kept." : ".");
        }
        case Keep::quantised:
            return "Keys and values are read back from " + text(in.bits) +
                   " bit: " + text(lm::bytes_per_token(v.model->weights.shape(), in.bits)) + " instead of " +
                   text(v.model->weights.shape().cache_bytes_per_token()) + " B per token.";
        case Keep::basic:
        case Keep::prefix:
            break;
    }
    return before == 0 ? "The cache was empty; it now holds one key and one value in every layer and head."
                       : "It read " + plural(before, "stored key") + " and computed one.";
}

}  // namespace

std::string explain_step(const State& s, const LearnView& v, Depth depth) {
    if (v.count() == 0) return "Type a prompt: each character is a token.";
    const LearnInputs& in = s.in.learn;
    const lm::Shape& shape = v.model->weights.shape();
    const int n = shown_token(in, v);
    const auto [layer, head] = explained_head(in, *v.model);
    const lm::StepTrace& step = v.steps[static_cast<size_t>(n - 1)];
    const lm::Token token = v.tokens[static_cast<size_t>(n - 1)], next = step.best();
    const double p = static_cast<double>(step.probabilities[next]);
    const Looked most = strongest(step, layer, head, n);
    const lm::Token seen = v.tokens[static_cast<size_t>(most.position)];
    const std::string where =
        most.position == n - 1 ? "itself" : quoted(seen) + " (token " + text(most.position + 1) + ")";
    const std::string name = "Head " + text(head + 1) + " of layer " + text(layer + 1);
    if (depth == Depth::brief)
        return quoted(token) + " looks most at " + where + ", and the model expects " + quoted(next) + " with " +
               share_text(p) + ". " + kept_words(s, v, n);
    const auto index = static_cast<size_t>(int64_t{layer} * shape.heads + head);
    const lm::HeadScores* scores = index < v.model->report.heads.size() ? &v.model->report.heads[index] : nullptr;
    const std::string role = scores ? role_name(*scores) : "Mixed";
    if (depth == Depth::longer) {
        std::string out = "Token " + text(n) + " became a vector of " + text(shape.width) +
                          " numbers. In each layer it made a query, a key and a value. " + name + " (" + role +
                          ") compared the query with " + plural(n, "key") + " and put " +
                          share_text(static_cast<double>(most.weight)) + " of its attention on " + where +
                          "; the values, mixed in these proportions, are passed on. ";
        out += kept_words(s, v, n);
        if (in.keep == Keep::basic)
            out +=
                " Keys and values of earlier tokens never change, because a token only looks back; that is why they "
                "can be kept. "
                "Queries are used once and discarded.";
        if (in.keep == Keep::window)
            out +=
                " What has left the window can no longer be copied or recalled; a verb whose subject is gone is a "
                "guess.";
        if (in.keep == Keep::quantised)
            out += " Rounding shifts every score a little; heads that must tell similar keys apart suffer first.";
        if (in.keep == Keep::prefix)
            out += " Prompts that begin alike share these blocks: their keys and values are the same numbers.";
        if (n > v.prompt) out += " This token was written by the model.";
        return out;
    }
    const LearnTotals t = totals_at(v, n);
    const std::string d = text(shape.head_dim());
    return "a = softmax(q·Kᵀ/√" + d + "), o = a·V. " + name + ": q·k/√" + d + " = " +
           core::significant(static_cast<double>(most.score), 3) + " for " + where + ", weight " +
           core::significant(static_cast<double>(most.weight), 3) + ". Step " + text(n) + ": " +
           text(step.work.multiply_adds) + " multiply-adds with the cache, " +
           text(lm::predicted_step_without_cache(shape, n - 1).multiply_adds) +
           " without. Rows so far: " + text(t.rows_with) + " against n(n+1)/2 = " + text(t.rows_without) +
           ". Linear parts go from O(n²) to O(n) in total; attention reads n keys per step, O(n²) in total, either "
           "way.";
}

}  // namespace kvx::app
