#include "app/learn/learn_view.h"

#include <algorithm>

#include "app/state.h"
#include "core/format.h"

namespace kvx::app {
namespace {

constexpr size_t kMostPrompts = 6;

std::vector<std::vector<lm::Token>> prompts_of(const std::string& joined, int most) {
    std::vector<std::vector<lm::Token>> out;
    for (size_t at = 0; at <= joined.size() && out.size() < kMostPrompts;) {
        const size_t end = std::min(joined.find(kPromptSeparator, at), joined.size());
        lm::Encoded e = lm::encode(std::string_view(joined).substr(at, end - at), most);
        if (!e.tokens.empty()) out.push_back(std::move(e.tokens));
        at = end + 1;
    }
    return out;
}

}  // namespace

lm::CachePolicy policy_of(const LearnInputs& in) {
    if (in.keep == Keep::window) return {{in.window, in.sinks ? 4 : 0}, 32};
    if (in.keep == Keep::quantised) return {{}, in.bits};
    return {};
}

std::shared_ptr<const LearnView> derive_learn(const State& s, const std::shared_ptr<const LearnView>& last) {
    const std::shared_ptr<const LearnModel> model = s.learn.shared_model();
    if (!model) return nullptr;
    const LearnInputs& in = s.in.learn;
    const lm::CachePolicy policy = policy_of(in);
    const int block = in.keep == Keep::prefix ? in.block : 0;
    if (last && last->model == model && last->text == in.text && last->policy == policy && last->block == block &&
        last->prompts == in.prompts)
        return last;
    auto v = std::make_shared<LearnView>();
    v->model = model;
    v->text = in.text;
    v->prompts = in.prompts;
    v->policy = policy;
    v->block = block;
    const int context = model->weights.shape().context;
    lm::Encoded encoded = lm::encode(in.text, context);
    v->tokens = std::move(encoded.tokens);
    v->prompt = v->count();
    v->replaced = encoded.replaced;
    v->dropped = encoded.dropped;
    lm::Decoder decoder(model->weights, policy, context);
    for (size_t i = 0; i < v->tokens.size(); ++i) {
        v->steps.emplace_back();
        decoder.step(v->tokens[i], &v->steps.back());
        const lm::Token next = v->steps.back().best();
        if (i + 1 == v->tokens.size() && next != lm::kEnd && v->count() < context) v->tokens.push_back(next);
    }
    if (block > 0) v->shared = lm::share_prefixes(model->weights, prompts_of(in.prompts, context), block);
    return v;
}

int shown_token(const LearnInputs& in, const LearnView& view) {
    return std::clamp(in.token.value_or(view.prompt), 1, std::max(1, view.count()));
}

LearnTotals totals_at(const LearnView& view, int token) {
    const lm::Shape& shape = view.model->weights.shape();
    LearnTotals t;
    for (int i = 0; i < token; ++i) {
        t.with += view.steps[static_cast<size_t>(i)].work;
        t.without += lm::predicted_step_without_cache(shape, i);
    }
    t.rows_with = token;
    t.rows_without = int64_t{token} * (token + 1) / 2;
    return t;
}

namespace {

constexpr HeadKind kHeadKinds[] = {HeadKind::syntax, HeadKind::semantic, HeadKind::position, HeadKind::long_range};

// The heads of this kind, by their strongest role or any role above the threshold; strongest first.
std::vector<HeadAt> heads_of(HeadKind kind, const LearnModel& model) {
    const int heads = model.weights.shape().heads;
    std::vector<std::pair<float, HeadAt>> found;
    for (size_t i = 0; i < model.report.heads.size(); ++i) {
        float best = 0;
        for (int r = 0; r < lm::kRoles; ++r)
            if (kind_of(static_cast<lm::Role>(r)) == kind)
                best = std::max(best, model.report.heads[i].score[static_cast<size_t>(r)]);
        if (best >= lm::kRoleThreshold)
            found.push_back({best, {static_cast<int>(i) / heads, static_cast<int>(i) % heads}});
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<HeadAt> out;
    out.reserve(found.size());
    for (const auto& [score, at] : found) out.push_back(at);
    return out;
}

std::string_view name_of(HeadKind k) {
    switch (k) {
        case HeadKind::syntax:
            return "Syntax";
        case HeadKind::semantic:
            return "Semantic";
        case HeadKind::position:
            return "Position";
        case HeadKind::long_range:
            return "Long-range";
        case HeadKind::layer:
        case HeadKind::each:
            break;
    }
    return {};
}

}  // namespace

std::vector<HeadAt> shown_heads(const LearnInputs& in, const LearnModel& model) {
    const lm::Shape& shape = model.weights.shape();
    std::vector<HeadAt> out;
    if (in.heads == HeadKind::layer) {
        for (int h = 0; h < shape.heads; ++h) out.push_back({std::min(in.layer, shape.layers) - 1, h});
        return out;
    }
    if (in.heads == HeadKind::each) {
        for (const HeadKind kind : kHeadKinds)
            if (const std::vector<HeadAt> found = heads_of(kind, model); !found.empty()) out.push_back(found.front());
        return out;
    }
    out = heads_of(in.heads, model);
    out.resize(std::min<size_t>(out.size(), 4));
    return out;
}

std::string heads_words(HeadKind kind, const LearnModel& model) {
    std::string out(meaning_of(kind));
    if (kind != HeadKind::each) return out;
    std::string missing;
    for (const HeadKind k : kHeadKinds)
        if (heads_of(k, model).empty()) missing += (missing.empty() ? "" : ", ") + std::string(name_of(k));
    return missing.empty() ? out : out + " None was measured for: " + missing + ".";
}

HeadAt explained_head(const LearnInputs& in, const LearnModel& model) {
    const lm::Shape& shape = model.weights.shape();
    const HeadAt chosen{std::min(in.layer, shape.layers) - 1, std::min(in.head, shape.heads) - 1};
    const std::vector<HeadAt> shown = shown_heads(in, model);
    const bool among = std::any_of(shown.begin(), shown.end(),
                                   [&](const HeadAt& h) { return h.layer == chosen.layer && h.head == chosen.head; });
    return among || shown.empty() ? chosen : shown.front();
}

std::string share_text(double share) {
    if (share > 0.9995 && share < 1) return "> 99.9 %";
    if (share < 0.0005 && share > 0) return "< 0.1 %";
    return core::fixed(100 * share, share == 0 || share == 1 ? 0 : 1) + " %";
}

HeadKind kind_of(lm::Role r) {
    switch (r) {
        case lm::Role::previous:
            return HeadKind::position;
        case lm::Role::bracket:
        case lm::Role::subject:
            return HeadKind::syntax;
        case lm::Role::same:
            return HeadKind::semantic;
        case lm::Role::induction:
        case lm::Role::recall:
            break;
    }
    return HeadKind::long_range;
}

std::string_view meaning_of(HeadKind k) {
    switch (k) {
        case HeadKind::syntax:
            return "Here, Syntax means heads that look at the bracket to close or at the subject of a verb.";
        case HeadKind::semantic:
            return "Here, Semantic means heads that look at earlier copies of the same symbol: matching by content, "
                   "which is all the meaning a grammar of symbols has.";
        case HeadKind::position:
            return "Here, Position means heads that look at the token just before, whatever it is.";
        case HeadKind::long_range:
            return "Here, Long-range means heads that find what followed the current symbol before (induction), or "
                   "the value of a key (recall).";
        case HeadKind::each:
            return "The strongest head of each kind, measured.";
        case HeadKind::layer:
            break;
    }
    return "A head has a name only if it was measured to do that with at least 40 % of its attention. Otherwise it is "
           "mixed.";
}

std::string role_name(const lm::HeadScores& h) {
    const int role = h.role();
    return role < 0 ? "Mixed" : lm::name_of(static_cast<lm::Role>(role));
}

}  // namespace kvx::app
