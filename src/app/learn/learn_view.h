// The model run over the prompt, and every figure of the learn page.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "app/learn/learn_state.h"
#include "core/quantity.h"
#include "lm/prefix_cache.h"

namespace kvx::app {

struct State;

struct LearnView {
    // what it was made from
    std::shared_ptr<const LearnModel> model;
    std::string text, prompts;
    lm::CachePolicy policy;
    int block = 0;

    std::vector<lm::Token> tokens;         // the prompt, then what the model wrote after it up to the end of the line
    int prompt = 0;                        // tokens of it that were given
    int replaced = 0, dropped = 0;         // characters, see lm::Encoded
    std::vector<lm::StepTrace> steps;      // one a token
    std::vector<lm::SharedPrompt> shared;  // with Keep::prefix
    int count() const { return static_cast<int>(tokens.size()); }
};

lm::CachePolicy policy_of(const LearnInputs& in);
// null when there is no model; `last` when nothing it depends on changed.
std::shared_ptr<const LearnView> derive_learn(const State& s, const std::shared_ptr<const LearnView>& last);
// The token that is shown, from 1 to view.count().
int shown_token(const LearnInputs& in, const LearnView& view);

// Multiply-adds and bytes of all steps up to a token.
struct LearnTotals {
    lm::Work with, without;
    int64_t rows_with = 0, rows_without = 0;  // n and n(n+1)/2
};
LearnTotals totals_at(const LearnView& view, int token);

// The heads that are shown: layer and head from 0. Four of a layer, or those measured to do what a name stands for.
struct HeadAt {
    int layer, head;
};
std::vector<HeadAt> shown_heads(const LearnInputs& in, const LearnModel& model);
// The one that the explanation is about: the chosen one, or the first that is shown.
HeadAt explained_head(const LearnInputs& in, const LearnModel& model);
// "96.2 %"; what is not all or nothing never reads 100 or 0.
std::string share_text(double share);
// "Syntax" … for a role of lm::Role; the glossary's sentence for each of the four names.
HeadKind kind_of(lm::Role r);
std::string_view meaning_of(HeadKind k);
// "Previous token", or "Mixed" below the threshold.
std::string role_name(const lm::HeadScores& h);

// What just happened at the shown token, in three depths.
std::string explain_step(const State& s, const LearnView& view, Depth depth);
inline constexpr const char* kSkillIds[lm::kSkills] = {"skill_copy", "skill_brackets", "skill_agreement",
                                                       "skill_recall"};
std::vector<core::Quantity> explain_learn(const State& s, const LearnView& view);

}  // namespace kvx::app
