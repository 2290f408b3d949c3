#include "app/weights_choice.h"

#include "app/params/param_tools.h"
#include "app/text.h"
#include "core/catalog/gguf_mix.h"

namespace kvx::app {
namespace {

const core::Release* release_of(const core::Model& m, std::string_view key) {
    for (const core::Release& r : m.releases)
        if (release_key(m, r) == key) return &r;
    return m.releases.empty() ? nullptr : &m.releases.front();
}

// What is chosen, before anything is counted: a mixture, a release, or neither, which is one type throughout.
struct Picked {
    std::string key, label;
    core::Dtype dtype = core::Dtype::bf16;
    const core::GgufMix* mix = nullptr;
    const core::Release* release = nullptr;
};
Picked picked(const State& s, const core::Model& m) {
    const auto label = [](core::Dtype d) { return std::string(core::info(d).label); };
    if (s.in.release.empty())
        return {std::string(core::info(s.in.weights).id), label(s.in.weights), s.in.weights, nullptr, nullptr};
    if (const core::GgufMix* mix = core::gguf_mix(s.in.release))
        return {s.in.release, std::string(mix->label), core::Dtype::bf16, mix, nullptr};
    if (const core::Release* r = release_of(m, s.in.release)) return {release_key(m, *r), r->name, r->kept, nullptr, r};
    return {std::string(kReleased), label(core::Dtype::bf16), core::Dtype::bf16, nullptr, nullptr};
}

}  // namespace

std::string weights_key(const State& s) {
    return picked(s, s.model()).key;
}

std::string weights_label(const State& s) {
    return picked(s, s.model()).label;
}

ChosenWeights chosen_weights(const State& s, const core::Model& m) {
    Picked p = picked(s, m);
    ChosenWeights out{std::move(p.key), std::move(p.label), p.dtype, {}};
    if (p.mix != nullptr)
        out.formats = core::formats_of(m, core::gguf_release(m, *p.mix));
    else if (p.release != nullptr && (!p.release->rules.empty() || p.release->measured))
        out.formats = core::formats_of(m, *p.release);
    return out;
}

core::CacheFormat cache_of(const State& s) {
    return {s.in.kv, s.in.kv_values.value_or(s.in.kv)};
}

void apply_weights(const ChosenWeights& w, core::InferenceInput& in) {
    in.weight_dtype = w.dtype;
    in.release = w.formats;
}

std::vector<Choice> weight_choices(const State& s) {
    std::vector<Choice> result;
    const core::Model& m = s.model();
    for (const core::Release& r : m.releases)
        result.push_back({release_key(m, r), (&r == &m.releases.front() ? "As released: " : "Released: ") + r.name});
    if (m.releases.empty()) result.push_back({std::string(kReleased), "As released"});
    for (const core::DtypeInfo& d : core::all_dtypes()) result.push_back({std::string(d.id), std::string(d.label)});
    for (const core::GgufMix& g : core::gguf_mixes()) result.push_back({std::string(g.id), std::string(g.label)});
    return result;
}

std::string set_weights(State& s, std::string_view value) {
    const std::string wanted = lower(trimmed(value));
    if (wanted == kReleased || core::gguf_mix(wanted) != nullptr) return s.in.release = wanted, std::string();
    if (wanted.starts_with(kReleased)) {
        for (const core::Release& r : s.model().releases)
            if (release_key(s.model(), r) == wanted) return s.in.release = wanted, std::string();
        return refuse(value, "is not among the releases of " + s.model().name);
    }
    core::Dtype d = core::Dtype::bf16;
    if (!core::parse_dtype(wanted, d)) return refuse_choice(value, weight_choices(s));
    if (!core::info(d).stores_weights) return refuse(value, "is a format of a cache, not of weights");
    s.in.weights = d;
    s.in.release.clear();
    return {};
}

}  // namespace kvx::app
