// What the model can do and what its heads do, measured on new lines of the grammar.
#pragma once
#include <array>
#include <vector>

#include "lm/decoder.h"
#include "lm/grammar.h"

namespace kvx::lm {

// Share of right answers per skill, 0 … 1: the rule's answer is the most likely symbol; for brackets and agreement, the
// most likely of what is possible there (a closing bracket of the right kind; "s" or "." after the verb).
struct SkillScores {
    std::array<float, kSkills> share{};
    std::array<int, kSkills> asked{};
    float loss = 0;  // mean over all tokens, nats
    float operator[](Skill s) const { return share[static_cast<size_t>(s)]; }
};
// `lines` of each skill, decoded one token after another with this cache.
SkillScores measure_skills(const Weights& w, const CachePolicy& policy, int lines, uint64_t seed);

// What a head does. Each score is the mean attention, 0 … 1, that it pays …
enum class Role : uint8_t {
    previous,   // … to the token just before
    induction,  // … in copy lines, to what followed the current symbol the first time (Olsson et al. 2022)
    recall,     // … after a repeated key, to its value
    bracket,    // … before a closing bracket, to its opening one (two or more symbols back)
    subject,    // … at the end of a verb, to its subject
    same,       // … to earlier copies of the current symbol
};
inline constexpr int kRoles = 6;
const char* name_of(Role r);
inline constexpr float kRoleThreshold = 0.4f;  // below it a head is called mixed

struct HeadScores {
    std::array<float, kRoles> score{};
    // The strongest role, or -1 when none reaches the threshold.
    int role() const;
    float strongest() const;
};
// [layers × heads]
std::vector<HeadScores> measure_heads(const Weights& w, int lines, uint64_t seed);

}  // namespace kvx::lm
