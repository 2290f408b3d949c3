#include "app/learn/lab.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "app/learn/learn_view.h"
#include "app/notices.h"
#include "core/json.h"
#include "core/json_writer.h"

namespace kvx::app {

namespace {

std::string train_request(const lm::TrainConfig& c) {
    std::string out = "train";
    for (const int v : {c.batch, c.length, c.steps, static_cast<int>(c.optimizer), static_cast<int>(c.recompute)})
        out += " " + std::to_string(v);
    return out;
}

}  // namespace

void ask_lab(State& s, LabRequest what) {
    LearnState& l = s.learn;
    const auto send = [&](std::string request) { l.messages.push_back(std::move(request)); };
    switch (what) {
        case LabRequest::load:
            l.wanted = true;
            l.trouble.clear();
            l.messages.emplace_back("load");
            break;
        case LabRequest::train:
            l.lab = LabStatus::starting;
            l.lab_report = {};
            l.lab_report.config = s.in.learn.lab;
            send(train_request(s.in.learn.lab));
            break;
        case LabRequest::pause:
            if (l.lab == LabStatus::running || l.lab == LabStatus::starting) l.lab = LabStatus::paused, send("pause");
            break;
        case LabRequest::resume:
            if (l.lab == LabStatus::paused) l.lab = LabStatus::running, send("resume");
            break;
        case LabRequest::measure: {
            const std::shared_ptr<const LearnView> v = derive_learn(s, nullptr);
            if (v) l.measuring = true, send("measure " + lm::text_of(v->tokens));
            break;
        }
        case LabRequest::weights:
            send("weights");
            break;
        case LabRequest::shipped:
            l.use_trained = false;
            break;
    }
}

void provide_model(State& s, std::string_view weights, std::string_view report) {
    auto model = std::make_shared<LearnModel>();
    s.learn.trouble =
        weights.empty()
            ? "The model’s file could not be loaded. It comes with the app: check the connection and try again."
            : lm::unpack(weights, model->weights);
    if (s.learn.trouble.empty()) s.learn.trouble = read_report(report, model->report);
    if (s.learn.trouble.empty()) s.learn.shipped = std::move(model);
}

void take_reply(State& s, std::string_view json, std::string_view weights) {
    LearnState& l = s.learn;
    if (!weights.empty()) {
        auto model = std::make_shared<LearnModel>();
        const std::string error = lm::unpack(weights, model->weights);
        if (!error.empty()) return notice(s, error);
        model->report = l.lab_report;
        l.trained = std::move(model);
        l.use_trained = true;
        s.in.learn.stage = LearnStage::inside;
        return;
    }
    core::JsonText text;
    if (!text.parse(json).empty()) return;
    const core::JsonValue doc = text.root();
    if (doc["failed"]) {
        l.measuring = false;
        l.lab = LabStatus::failed;
        l.lab_trouble = doc["failed"].text();
        return notice(s, l.lab_trouble);
    }
    if (doc["times"]) {
        l.measuring = false;
        l.times = {std::string(doc["times"].text()), {}, {}};
        for (core::JsonValue v = doc["with"].first(); v; v = v.next()) l.times.with.push_back(v.number());
        for (core::JsonValue v = doc["without"].first(); v; v = v.next()) l.times.without.push_back(v.number());
        return;
    }
    LearnReport report;
    if (!read_report(json, report).empty()) return;
    l.lab_report = std::move(report);
    if (l.lab_report.step >= l.lab_report.config.steps)
        l.lab = LabStatus::done;
    else if (l.lab == LabStatus::starting)
        l.lab = LabStatus::running;
}

void Lab::request(std::string_view text) {
    const size_t space = std::min(text.find(' '), text.size());
    const std::string_view what = text.substr(0, space);
    std::string rest(text.substr(std::min(space + 1, text.size())));
    if (what == "train") {
        const char* at = rest.c_str();
        const auto whole = [&](int least, int most) {
            char* end = nullptr;
            const long v = std::strtol(at, &end, 10);
            at = end;
            return static_cast<int>(std::clamp(v, static_cast<long>(least), static_cast<long>(most)));
        };
        lm::TrainConfig c;
        c.batch = whole(1, 64);
        c.length = whole(8, 96);
        c.steps = whole(1, 5000);
        c.optimizer = static_cast<lm::Optimizer>(whole(0, 2));
        c.recompute = static_cast<lm::Recompute>(whole(0, 2));
        session_ = std::make_unique<TrainingSession>(c);
        paused_ = false;
        last_told_ = 0;
    } else if (what == "pause") {
        paused_ = true;
    } else if (what == "resume") {
        paused_ = false;
    } else if (what == "weights" && session_) {
        // With what the cache's settings do to it, as the shipped model's report has it; a second or two.
        session_->report().policies = measure_policies(session_->weights(), 40);
        reply_ = to_json(session_->report());
        weights_ = lm::pack(session_->weights());
    } else if (what == "measure") {
        // The clock does not care what the numbers are: any weights of the shape take the same time.
        reply_ = measure(rest, lm::Weights::random(lm::Shape{}, 1));
    }
}

std::string Lab::take_weights() {
    return std::exchange(weights_, {});
}

std::string Lab::measure(std::string_view text, const lm::Weights& w) {
    const std::vector<lm::Token> tokens = lm::encode(text, w.shape().context).tokens;
    const auto n = static_cast<int>(tokens.size());
    constexpr int kRuns = 5;
    constexpr double kLeast = 0.002;  // seconds a reading lasts at least: browsers round their clocks to 0.1 ms
    constexpr int kMost = 2000;       // steps a reading takes at most, should the clock stand still
    const auto median = [](std::vector<double> v) {
        std::sort(v.begin(), v.end());
        return v[v.size() / 2];
    };
    // One decode in a row, repeated; a step of it is too short for the clock, so each step runs often enough.
    const auto timed = [&](auto once) {
        std::vector<double> readings;
        for (int run = 0; run < kRuns; ++run) {
            int count = 0;
            const double from = clock_();
            double now = from;
            do {
                once();
                ++count;
                now = clock_();
            } while (now - from < kLeast && count < kMost);
            readings.push_back((now - from) / count);
        }
        return median(readings);
    };
    core::JsonWriter out;
    std::vector<double> with, without;
    lm::Decoder decoder(w, {}, std::max(1, n));
    for (int i = 0; i < n; ++i) {
        with.push_back(timed([&] {
            decoder.rewind(i);
            decoder.step(tokens[static_cast<size_t>(i)]);
        }));
        without.push_back(timed([&] { lm::logits_without_cache(w, tokens.data(), i + 1); }));
    }
    out.begin_object().field("times", text);
    for (const auto& [name, list] : {std::pair{"with", &with}, std::pair{"without", &without}}) {
        out.key(name).begin_array();
        for (const double v : *list) out.number(v);
        out.end_array();
    }
    return out.end_object().text();
}

std::string Lab::work() {
    if (!reply_.empty()) return std::exchange(reply_, {});
    if (!busy()) return {};
    constexpr double kSlice = 0.1, kTell = 0.5;
    const double from = clock_();
    const int before = session_->report().step;
    do session_->step();
    while (!session_->done() && clock_() - from < kSlice);
    const double now = clock_(), rate = (session_->report().step - before) / std::max(1e-6, now - from);
    double& speed = session_->report().steps_per_second;
    speed = speed > 0 ? 0.8 * speed + 0.2 * rate : rate;
    if (!session_->done() && now - last_told_ < kTell) return {};
    last_told_ = now;
    return to_json(session_->report());
}

}  // namespace kvx::app
