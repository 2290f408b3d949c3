#include "lm/skills.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace kvx::lm {
namespace {

std::vector<Token> tokens_of(const Line& line) {
    std::vector<Token> out;
    for (const char c : line.text) out.push_back(token_of(c));
    return out;
}

// Whether the most likely of the symbols possible here is the right one.
bool right(const float* logits, Skill skill, Token truth) {
    const auto best_of = [&](std::string_view symbols) {
        Token best = token_of(symbols.front());
        for (const char c : symbols)
            if (logits[token_of(c)] > logits[best]) best = token_of(c);
        return best;
    };
    if (skill == Skill::brackets) return best_of(")]}") == truth;
    if (skill == Skill::agreement) return best_of("s.") == truth;
    return std::max_element(logits, logits + kVocabulary) - logits == truth;
}

struct Mean {
    double sum = 0;
    int count = 0;
    void add(double v) { sum += v, ++count; }
    float value() const { return count > 0 ? static_cast<float>(sum / count) : 0; }
};

}  // namespace

const char* name_of(Role r) {
    static constexpr const char* names[kRoles] = {"Previous token", "Induction", "Recall",
                                                  "Brackets",       "Subject",   "Same symbol"};
    return names[static_cast<size_t>(r)];
}

SkillScores measure_skills(const Weights& w, const CachePolicy& policy, int lines, uint64_t seed) {
    SkillScores out;
    Random r(seed);
    Mean loss;
    for (int k = 0; k < kSkills; ++k) {
        Mean share;
        for (int i = 0; i < lines; ++i) {
            const Line line = make_line(r, static_cast<Skill>(k));
            const std::vector<Token> tokens = tokens_of(line);
            Decoder d(w, policy, static_cast<int>(tokens.size()));
            size_t answer = 0;
            for (size_t t = 0; t + 1 < tokens.size(); ++t) {
                const float* const logits = d.step(tokens[t]);
                if (answer < line.answers.size() && line.answers[answer].query == static_cast<int>(t)) {
                    share.add(right(logits, static_cast<Skill>(k), tokens[t + 1]) ? 1 : 0);
                    ++answer;
                }
                std::vector<float> p(logits, logits + kVocabulary);
                softmax(p.data(), kVocabulary);
                loss.add(-std::log(static_cast<double>(std::max(p[tokens[t + 1]], 1e-30f))));
            }
        }
        out.share[static_cast<size_t>(k)] = share.value();
        out.asked[static_cast<size_t>(k)] = share.count;
    }
    out.loss = loss.value();
    return out;
}

int HeadScores::role() const {
    const auto best = std::max_element(score.begin(), score.end());
    return *best >= kRoleThreshold ? static_cast<int>(best - score.begin()) : -1;
}
float HeadScores::strongest() const {
    return *std::max_element(score.begin(), score.end());
}

std::vector<HeadScores> measure_heads(const Weights& w, int lines, uint64_t seed) {
    const Shape& s = w.shape();
    const auto heads = static_cast<size_t>(int64_t{s.layers} * s.heads);
    std::vector<std::array<Mean, kRoles>> means(heads);
    Random r(seed);
    for (int k = 0; k < kSkills; ++k)
        for (int i = 0; i < lines; ++i) {
            const Line line = make_line(r, static_cast<Skill>(k));
            const std::vector<Token> tokens = tokens_of(line);
            Decoder d(w, {}, static_cast<int>(tokens.size()));
            size_t answer = 0;
            for (int t = 0; t + 1 < static_cast<int>(tokens.size()); ++t) {
                StepTrace trace;
                d.step(tokens[static_cast<size_t>(t)], &trace);
                const bool asked = answer < line.answers.size() && line.answers[answer].query == t;
                const Answer a = asked ? line.answers[answer++] : Answer{};
                for (size_t h = 0; h < heads; ++h) {
                    const auto head = h % static_cast<size_t>(s.heads);
                    const float* const row = trace.layers[h / static_cast<size_t>(s.heads)].attention.data() +
                                             head * static_cast<size_t>(t + 1);
                    const auto add = [&](Role role, double v) { means[h][static_cast<size_t>(role)].add(v); };
                    if (t > 0) add(Role::previous, row[t - 1]);
                    double same = 0;
                    bool earlier = false;
                    for (int j = 0; j < t; ++j)
                        if (tokens[static_cast<size_t>(j)] == tokens[static_cast<size_t>(t)])
                            same += row[j], earlier = true;
                    if (earlier) add(Role::same, same);
                    if (!asked) continue;
                    double source = 0;
                    for (int j = a.source_from; j < std::min(a.source_to, t + 1); ++j) source += row[j];
                    if (k == static_cast<int>(Skill::copy)) add(Role::induction, source);
                    if (k == static_cast<int>(Skill::recall)) add(Role::recall, source);
                    if (k == static_cast<int>(Skill::agreement)) add(Role::subject, source);
                    if (k == static_cast<int>(Skill::brackets) && t - a.source_from >= 2) add(Role::bracket, source);
                }
            }
        }
    std::vector<HeadScores> out(heads);
    for (size_t h = 0; h < heads; ++h)
        for (size_t role = 0; role < kRoles; ++role) out[h].score[role] = means[h][role].value();
    return out;
}

}  // namespace kvx::lm
