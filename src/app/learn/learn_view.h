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
    // what it was derived from
    std::shared_ptr<const LearnModel> model;
    std::string text, prompts;
    lm::CachePolicy policy;
    int block = 0;

    std::vector<lm::Token> tokens;         // the prompt, then what the model wrote up to the end of the line
    int prompt = 0;                        // how many of them were given
    int replaced = 0, dropped = 0;         // characters, see lm::Encoded
    std::vector<lm::StepTrace> steps;      // one a token
    std::vector<lm::SharedPrompt> shared;  // with Keep::prefix
    int count() const { return static_cast<int>(tokens.size()); }
};

lm::CachePolicy policy_of(const LearnInputs& in);
// null without a model; `last` if nothing it depends on changed.
std::shared_ptr<const LearnView> derive_learn(const State& s, const std::shared_ptr<const LearnView>& last);
// The token that is shown, from 1 to view.count().
int shown_token(const LearnInputs& in, const LearnView& view);

// Multiply-adds and bytes of all steps up to a token.
struct LearnTotals {
    lm::Work with, without;
    int64_t rows_with = 0, rows_without = 0;  // n and n(n+1)/2
};
LearnTotals totals_at(const LearnView& view, int token);

// The heads that are shown (layer and head from 0): the four of a layer, or those that fit a name.
struct HeadAt {
    int layer, head;
};
std::vector<HeadAt> shown_heads(const LearnInputs& in, const LearnModel& model);
// The head that the explanation is about: the selected one, or the first one shown.
HeadAt explained_head(const LearnInputs& in, const LearnModel& model);
// "96.2 %"; only all or nothing reads 100 or 0.
std::string share_text(double share);
// "Syntax" … for a lm::Role; the glossary's sentence for each of the four names.
HeadKind kind_of(lm::Role r);
std::string_view meaning_of(HeadKind k);
// The same, with the kinds that no head of this model was measured to be of.
std::string heads_words(HeadKind kind, const LearnModel& model);
// "Previous token", or "Mixed" below the threshold.
std::string role_name(const lm::HeadScores& h);

// What just happened at the shown token, in three depths.
std::string explain_step(const State& s, const LearnView& view, Depth depth);
inline constexpr const char* kSkillIds[lm::kSkills] = {"skill_copy", "skill_brackets", "skill_agreement",
                                                       "skill_recall"};
std::vector<core::Quantity> explain_learn(const State& s, const LearnView& view);

}  // namespace kvx::app
