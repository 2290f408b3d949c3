#include "app/learn/learn_model.h"

#include <algorithm>
#include <cmath>

#include "core/json.h"
#include "core/json_writer.h"

namespace kvx::app {
namespace {

constexpr uint64_t kTestSeed = 0x7E57;  // lines that training never asks for
constexpr size_t kLongestReport = 1u << 20;

// Four digits are what a share or a loss can honestly say.
double rounded(float v) {
    return std::round(static_cast<double>(v) * 1e4) / 1e4;
}

template <size_t n>
void write_curve(core::JsonWriter& w, std::string_view name,
                 const std::vector<std::pair<int, std::array<float, n>>>& curve) {
    w.key(name).begin_array();
    for (const auto& [step, values] : curve) {
        w.begin_array().number(step);
        for (const float v : values) w.number(rounded(v));
        w.end_array();
    }
    w.end_array();
}

template <size_t n>
void read_values(core::JsonValue from, std::array<float, n>& out) {
    for (size_t i = 0; i < n && from; ++i, from = from.next()) out[i] = static_cast<float>(from.number());
}
template <size_t n>
void read_curve(core::JsonValue list, std::vector<std::pair<int, std::array<float, n>>>& out) {
    for (core::JsonValue row = list.first(); row; row = row.next()) {
        out.push_back({static_cast<int>(row.first().number()), {}});
        read_values(row.first().next(), out.back().second);
    }
}

void write_bytes(core::JsonWriter& w, std::string_view name, const lm::ByKind& bytes) {
    w.key(name).begin_array();
    for (const int64_t b : bytes.bytes) w.number(static_cast<double>(b));
    w.end_array();
}
void read_bytes_of(core::JsonValue list, lm::ByKind& out) {
    size_t i = 0;
    for (core::JsonValue v = list.first(); v && i < out.bytes.size(); v = v.next())
        out.bytes[i++] = static_cast<int64_t>(v.number());
}

}  // namespace

const lm::SkillScores* LearnReport::under(const lm::CachePolicy& p) const {
    const auto found =
        std::find_if(policies.begin(), policies.end(), [&](const PolicyScores& x) { return x.policy == p; });
    return found == policies.end() ? nullptr : &found->scores;
}

std::string to_json(const LearnReport& r) {
    core::JsonWriter w;
    w.begin_object();
    w.key("config").begin_object();
    w.field("batch", static_cast<double>(r.config.batch)).field("length", static_cast<double>(r.config.length));
    w.field("steps", static_cast<double>(r.config.steps)).field("rate", rounded(r.config.rate));
    w.field("optimizer", static_cast<double>(r.config.optimizer));
    w.field("recompute", static_cast<double>(r.config.recompute)).field("seed", static_cast<double>(r.config.seed));
    w.end_object();
    w.field("step", static_cast<double>(r.step));
    w.field("speed", r.steps_per_second);
    write_bytes(w, "measured", r.measured);
    write_bytes(w, "predicted", r.predicted);
    w.key("loss").begin_array();
    for (const auto& [step, loss] : r.loss) w.begin_array().number(step).number(rounded(loss)).end_array();
    w.end_array();
    write_curve(w, "skills", r.skills);
    write_curve(w, "best_heads", r.best_heads);
    w.key("heads").begin_array();
    for (const lm::HeadScores& h : r.heads) {
        w.begin_array();
        for (const float v : h.score) w.number(rounded(v));
        w.end_array();
    }
    w.end_array();
    w.key("policies").begin_array();
    for (const PolicyScores& p : r.policies) {
        w.begin_object().field("bits", static_cast<double>(p.policy.bits));
        w.field("window", static_cast<double>(p.policy.reach.window))
            .field("sinks", static_cast<double>(p.policy.reach.sinks));
        w.field("loss", rounded(p.scores.loss)).key("skills").begin_array();
        for (const float v : p.scores.share) w.number(rounded(v));
        w.end_array().key("asked").begin_array();
        for (const int n : p.scores.asked) w.number(n);
        w.end_array().end_object();
    }
    w.end_array();
    return w.end_object().text();
}

std::string read_report(std::string_view json, LearnReport& out) {
    core::JsonText text;
    const std::string error = text.parse(json, {.bytes = kLongestReport});
    if (!error.empty()) return "The training report cannot be read: " + error;
    const core::JsonValue doc = text.root();
    LearnReport r;
    const core::JsonValue c = doc["config"];
    const auto whole = [](core::JsonValue v, int least, int most) {
        return static_cast<int>(std::clamp(v.number(), static_cast<double>(least), static_cast<double>(most)));
    };
    r.config.batch = whole(c["batch"], 1, 256);
    r.config.length = whole(c["length"], 1, 4096);
    r.config.steps = whole(c["steps"], 1, 1'000'000);
    r.config.rate = static_cast<float>(c["rate"].number());
    r.config.optimizer = static_cast<lm::Optimizer>(whole(c["optimizer"], 0, 2));
    r.config.recompute = static_cast<lm::Recompute>(whole(c["recompute"], 0, 2));
    r.config.seed = static_cast<uint64_t>(std::max(0.0, c["seed"].number()));
    r.step = whole(doc["step"], 0, 1'000'000);
    r.steps_per_second = doc["speed"].number();
    read_bytes_of(doc["measured"], r.measured);
    read_bytes_of(doc["predicted"], r.predicted);
    for (core::JsonValue row = doc["loss"].first(); row; row = row.next())
        r.loss.emplace_back(static_cast<int>(row.first().number()), static_cast<float>(row.first().next().number()));
    read_curve(doc["skills"], r.skills);
    read_curve(doc["best_heads"], r.best_heads);
    for (core::JsonValue row = doc["heads"].first(); row; row = row.next()) {
        r.heads.emplace_back();
        read_values(row.first(), r.heads.back().score);
    }
    for (core::JsonValue row = doc["policies"].first(); row; row = row.next()) {
        PolicyScores p;
        p.policy = {{whole(row["window"], 0, 4096), whole(row["sinks"], 0, 4096)}, whole(row["bits"], 1, 32)};
        p.scores.loss = static_cast<float>(row["loss"].number());
        read_values(row["skills"].first(), p.scores.share);
        size_t i = 0;
        for (core::JsonValue v = row["asked"].first(); v && i < p.scores.asked.size(); v = v.next())
            p.scores.asked[i++] = static_cast<int>(v.number());
        r.policies.push_back(p);
    }
    if (r.loss.empty() || r.heads.empty()) return "The training report is incomplete.";
    out = std::move(r);
    return {};
}

std::vector<lm::CachePolicy> measured_policies() {
    std::vector<lm::CachePolicy> all = {{}};
    for (const int bits : {8, 4, 3, 2, 1}) all.push_back({{}, bits});
    for (const int window : {48, 24, 16, 8, 4})
        for (const int sinks : {0, 4}) all.push_back({{window, sinks}, 32});
    return all;
}

TrainingSession::TrainingSession(const lm::TrainConfig& config) : trainer_(lm::Shape{}, config) {
    report_.config = config;
    report_.predicted = lm::predicted_peak(lm::Shape{}, config);
}

void TrainingSession::step() {
    const float loss = trainer_.step();
    const int at = trainer_.done();
    report_.step = at;
    report_.measured = trainer_.ledger().at_peak();
    if (at == 1 || at % kLossEvery == 0) report_.loss.emplace_back(at, loss);
    if (at == 1 || at % kMeasureEvery == 0) measure(8);
}

void TrainingSession::measure(int lines) {
    const lm::Weights& w = trainer_.weights();
    report_.skills.emplace_back(report_.step, lm::measure_skills(w, {}, lines, kTestSeed).share);
    report_.heads = lm::measure_heads(w, lines, kTestSeed + 1);
    std::array<float, lm::kRoles> best{};
    for (const lm::HeadScores& h : report_.heads)
        for (size_t i = 0; i < best.size(); ++i) best[i] = std::max(best[i], h.score[i]);
    report_.best_heads.emplace_back(report_.step, best);
}

std::vector<PolicyScores> measure_policies(const lm::Weights& w, int lines) {
    std::vector<PolicyScores> out;
    for (const lm::CachePolicy& p : measured_policies())
        out.push_back({p, lm::measure_skills(w, p, lines, kTestSeed + 2)});
    return out;
}

}  // namespace kvx::app
