// Every figure of the learn page with its formula, and the words for what just happened.
#include <algorithm>
#include <cmath>

#include "app/learn/learn_view.h"
#include "app/state.h"
#include "core/format.h"

namespace kvx::app {
namespace {

using core::group_digits;
using core::Quantity;
using core::Unit;

std::string text(int64_t v) {
    return group_digits(v);
}
// A token as it stands in a sentence.
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
Quantity quantity(Row r) {
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
// What a head's query looks at most.
Looked strongest(const lm::StepTrace& step, int layer, int head, int token) {
    const lm::LayerTrace& t = step.layers[static_cast<size_t>(layer)];
    const auto row = t.attention.begin() + int64_t{head} * token;
    const auto best = std::max_element(row, row + token);
    const auto at = static_cast<int>(best - row);
    return {at, *best, t.scores[static_cast<size_t>(int64_t{head} * token + at)]};
}

const char* const kRunSource = "The small transformer of this page, run here: src/lm.";

}  // namespace

std::vector<Quantity> explain_learn(const State& s, const LearnView& v) {
    const lm::Shape& shape = v.model->weights.shape();
    const LearnInputs& in = s.in.learn;
    const int n = shown_token(in, v);
    std::vector<Quantity> out;
    if (v.count() == 0) return out;
    const int bits = v.policy.bits;
    const int64_t each = lm::bytes_per_token(shape, bits);
    const int kept = in.keep == Keep::none ? 0 : lm::kept_tokens(v.policy, n);
    const auto add = [&](Row r) { out.push_back(quantity(std::move(r))); };
    add({"learn_cache", "Cache so far", static_cast<double>(kept * each), Unit::bytes, exact(kept * each),
         v.policy.reach.window > 0 ? "min(tokens, window + sinks) × bytes per token" : "tokens × bytes per token",
         text(kept) + " × " + text(each) + " B", "Counted: what the cache holds after this token.",
         in.keep == Keep::none ? "Without a cache nothing is kept." : ""});
    add({"learn_per_token", "Per token", static_cast<double>(each), Unit::bytes_per_token, exact(each),
         per_token_formula(bits), per_token_numbers(shape, bits),
         "A key and a value in every layer, stored by src/lm/cache.cpp.",
         bits >= 32 ? "The keys and values here are float32."
                    : "Each head’s key and value is rounded to " + text(1 << bits) +
                          " steps between its own least and largest number; both ends of the scale are stored too."});
    const lm::Work with = v.steps[static_cast<size_t>(n - 1)].work;
    const lm::Work without = lm::predicted_step_without_cache(shape, n - 1);
    const LearnTotals all = totals_at(v, n);
    const int64_t matrices =
        shape.layers * (4 * int64_t{shape.width} * shape.width + 2 * int64_t{shape.width} * shape.hidden);
    const int64_t head = int64_t{shape.width} * shape.vocabulary;
    const std::string counted = "Counted in the kernels while they ran.";
    add({"rows_without", "Rows this step", static_cast<double>(n), Unit::count, text(n), "tokens so far", text(n),
         "Without a cache every token’s row is computed again.", ""});
    add({"rows_with", "Rows this step", 1, Unit::count, "1", "the new token", "1",
         "With the cache only the new row is computed.", ""});
    add({"rows_total_without", "Rows so far", static_cast<double>(all.rows_without), Unit::count,
         text(all.rows_without), "n × (n + 1) / 2", text(n) + " × " + text(n + 1) + " / 2", "The sum 1 + 2 + … + n.",
         "Exactly O(n²): each of n steps computes all rows up to its own."});
    add({"rows_total_with", "Rows so far", static_cast<double>(n), Unit::count, text(n), "n", text(n),
         "One row a step.", "Exactly O(n): this is the textbook’s “from O(n²) to O(n)”."});
    add({"macs_without", "Multiply-adds", static_cast<double>(without.multiply_adds), Unit::count,
         text(without.multiply_adds), "n × matrices + output head + layers × 2 × width × n(n + 1)/2",
         text(n) + " × " + text(matrices) + " + " + text(head) + " + " + text(shape.layers) + " × 2 × " +
             text(shape.width) + " × " + text(all.rows_without),
         counted, "All rows of all layers; the output head for the last row only."});
    const int64_t seen = (with.multiply_adds - matrices - head) / (2 * int64_t{shape.layers} * shape.width);
    add({"macs_with", "Multiply-adds", static_cast<double>(with.multiply_adds), Unit::count, text(with.multiply_adds),
         "matrices + output head + layers × 2 × width × keys read",
         text(matrices) + " + " + text(head) + " + " + text(shape.layers) + " × 2 × " + text(shape.width) + " × " +
             text(seen),
         counted,
         "The matrices cost the same at every token. Attention still reads the whole cache: O(n) a token, O(n²) in "
         "total, only with a much smaller factor."});
    add({"macs_total_without", "Multiply-adds so far", static_cast<double>(all.without.multiply_adds), Unit::count,
         text(all.without.multiply_adds), "sum over the steps", "", counted, ""});
    add({"macs_total_with", "Multiply-adds so far", static_cast<double>(all.with.multiply_adds), Unit::count,
         text(all.with.multiply_adds), "sum over the steps", "", counted, ""});
    add({"bytes_without", "Bytes moved", static_cast<double>(without.bytes()), Unit::bytes,
         core::format_bytes({static_cast<double>(without.bytes())}).text(), "weights + keys and values read + written",
         text(without.weight_bytes) + " + " + text(without.cache_bytes_read) + " + " +
             text(without.cache_bytes_written) + " B",
         counted, "Keys and values are made for every token and thrown away again."});
    add({"bytes_with", "Bytes moved", static_cast<double>(with.bytes()), Unit::bytes,
         core::format_bytes({static_cast<double>(with.bytes())}).text(), "weights + keys and values read + written",
         text(with.weight_bytes) + " + " + text(with.cache_bytes_read) + " + " + text(with.cache_bytes_written) + " B",
         counted, "All weights are read for one token: why real decoding waits for memory, not for arithmetic."});
    const lm::Token best = v.steps[static_cast<size_t>(n - 1)].best();
    const double p = static_cast<double>(v.steps[static_cast<size_t>(n - 1)].probabilities[best]);
    add({"next_probability", "Next token", p, Unit::ratio, share_text(p), "softmax(logits) of " + quoted(best), "",
         kRunSource, "The likeliest of " + text(shape.vocabulary) + " symbols.", core::Origin::simulated});
    if (s.learn.times.text == lm::text_of(v.tokens) && s.learn.times.with.size() >= static_cast<size_t>(n)) {
        const auto at = static_cast<size_t>(n - 1);
        for (const auto& [id, seconds] :
             {std::pair{"time_without", s.learn.times.without[at]}, std::pair{"time_with", s.learn.times.with[at]}})
            add({id, "Measured", seconds, Unit::seconds, core::format_seconds({seconds}).text(),
                 "median of repeated runs", "", "Wall-clock of this browser on this machine.",
                 "Repeated until the clock can resolve it; other work on the machine shows.", core::Origin::simulated});
    }
    if (!v.shared.empty()) {
        int64_t reused = 0, tokens = 0, blocks = 0, hits = 0;
        lm::Work done, afresh;
        for (const lm::SharedPrompt& x : v.shared) {
            reused += x.reused;
            tokens += static_cast<int64_t>(x.tokens.size());
            for (const lm::SharedBlock& b : x.blocks) ++blocks, hits += b.hit;
            done += x.work;
            afresh += x.afresh;
        }
        const double rate = static_cast<double>(reused) / static_cast<double>(std::max<int64_t>(1, tokens));
        add({"hit_rate", "Hit rate", rate, Unit::ratio, share_text(rate), "tokens found / tokens asked",
             text(reused) + " / " + text(tokens), "Blocks found by the hash of all tokens up to their end.",
             text(hits) + " of " + text(blocks) + " blocks were hits."});
        const double saved = 1 - static_cast<double>(done.multiply_adds) /
                                     static_cast<double>(std::max<int64_t>(1, afresh.multiply_adds));
        add({"saved_work", "Saved work", saved, Unit::ratio, share_text(saved),
             "1 − multiply-adds done / multiply-adds without sharing",
             "1 − " + text(done.multiply_adds) + " / " + text(afresh.multiply_adds), counted,
             "The answers are the same to the last bit."});
    }
    if (const lm::SkillScores* scores = v.model->report.under(v.policy)) {
        for (int k = 0; k < lm::kSkills; ++k) {
            const auto i = static_cast<size_t>(k);
            add({kSkillIds[i], lm::name_of(static_cast<lm::Skill>(k)), static_cast<double>(scores->share[i]),
                 Unit::ratio, share_text(static_cast<double>(scores->share[i])), "right answers / questions", "",
                 "Measured when the model was trained, on " + text(scores->asked[i]) +
                     " questions it never saw, with the cache kept like this.",
                 "An answer counts when the rule’s symbol is the likeliest.", core::Origin::simulated});
        }
    }
    return out;
}

namespace {

std::string kept_words(const State& s, const LearnView& v, int n) {
    const LearnInputs& in = s.in.learn;
    const int before = n - 1;
    switch (in.keep) {
        case Keep::none:
            return "No cache: all " + plural(n, "row") + " were computed again, " + plural(before, "of them") +
                   " for nothing new.";
        case Keep::window: {
            const int kept = lm::kept_tokens(v.policy, n), gone = n - kept;
            return gone == 0 ? "All " + plural(n, "token") + " still lie in the window."
                             : plural(gone, "token") + " left the window and cannot be looked at any more" +
                                   (in.sinks ? "; the first 4 are kept." : ".");
        }
        case Keep::quantised:
            return "Keys and values are read back from " + text(in.bits) +
                   " bit: " + text(lm::bytes_per_token(v.model->weights.shape(), in.bits)) + " instead of " +
                   text(v.model->weights.shape().cache_bytes_per_token()) + " B a token.";
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
                          "; the values, mixed in these shares, go on. ";
        out += kept_words(s, v, n);
        if (in.keep == Keep::basic)
            out +=
                " Keys and values of earlier tokens never change, because a token looks only back: that is why they "
                "can be kept. "
                "Queries are used once and thrown away.";
        if (in.keep == Keep::window)
            out +=
                " What has left the window can no longer be copied or recalled; a verb whose subject is gone is a "
                "guess.";
        if (in.keep == Keep::quantised)
            out += " Rounding moves every score a little; a head that must tell similar keys apart suffers first.";
        if (in.keep == Keep::prefix)
            out += " Prompts with equal beginnings share these blocks: their keys and values are the same numbers.";
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
           ". Linear parts go from O(n²) to O(n) in total; attention reads n keys a step, O(n²) in total, either way.";
}

}  // namespace kvx::app
