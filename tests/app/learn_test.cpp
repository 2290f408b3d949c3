// The learn page behind its picture: prompts, links, figures, the tour, the lab.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "app/action.h"
#include "app/codec.h"
#include "app/learn/lab.h"
#include "app/params/params.h"
#include "app/playback.h"
#include "app/report.h"
#include "app/tour.h"
#include "app/view.h"
#include "core/support.h"

namespace kvx::app {
namespace {

std::string file(const std::string& path) {
    std::ifstream in(std::string(KVX_ASSETS_DIR) + "/learn/" + path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

State learn_state() {
    static const std::string weights = file("model.bin"), report = file("report.json");
    State s;
    s.in.page = Page::learn;
    apply(s, ProvideModel{weights, report});
    return s;
}
void set(State& s, const char* id, const std::string& value) {
    apply(s, SetParam{id, value});
}
const core::Quantity* find(const std::vector<core::Quantity>& all, std::string_view id) {
    for (const core::Quantity& q : all)
        if (q.id == id) return &q;
    return nullptr;
}

TEST(LearnModel, TheShippedModelDoesWhatItsReportSays) {
    const State s = learn_state();
    ASSERT_EQ(s.learn.trouble, "");
    const LearnReport& r = s.learn.shipped->report;
    const lm::SkillScores* whole = r.under({});
    ASSERT_NE(whole, nullptr);
    EXPECT_GE((*whole)[lm::Skill::copy], 0.98f);
    EXPECT_GE((*whole)[lm::Skill::brackets], 0.98f);
    EXPECT_GE((*whole)[lm::Skill::agreement], 0.99f);
    EXPECT_GE((*whole)[lm::Skill::recall], 0.98f);
    // Evaluated again here, the same lines give the same answers.
    for (const lm::CachePolicy& p : {lm::CachePolicy{}, lm::CachePolicy{{8, 4}, 32}, lm::CachePolicy{{}, 2}}) {
        const lm::SkillScores again = lm::measure_skills(s.learn.shipped->weights, p, 100, 0x7E57 + 2);
        for (size_t k = 0; k < lm::kSkills; ++k) EXPECT_NEAR(again.share[k], r.under(p)->share[k], 5e-5f);
    }
    // What compression costs: a skill falls, none rises by more than chance.
    EXPECT_LT((*r.under({{8, 0}, 32}))[lm::Skill::copy], 0.8f);
    EXPECT_LT((*r.under({{}, 1}))[lm::Skill::recall], 0.5f);
    EXPECT_GT((*r.under({{}, 8}))[lm::Skill::recall], (*whole)[lm::Skill::recall] - 0.01f);
    for (const lm::CachePolicy& p : measured_policies()) EXPECT_NE(r.under(p), nullptr);
}

TEST(LearnModel, HeadsHaveTheReportedRoles) {
    const State s = learn_state();
    const std::vector<lm::HeadScores>& heads = s.learn.shipped->report.heads;
    ASSERT_EQ(heads.size(), 12u);
    const auto best = [&](lm::Role r) {
        float most = 0;
        for (const lm::HeadScores& h : heads) most = std::max(most, h.score[static_cast<size_t>(r)]);
        return most;
    };
    EXPECT_GE(best(lm::Role::previous), lm::kRoleThreshold);
    EXPECT_GE(best(lm::Role::induction), lm::kRoleThreshold);
    EXPECT_GE(best(lm::Role::recall), lm::kRoleThreshold);
    const std::vector<lm::HeadScores> again = lm::measure_heads(s.learn.shipped->weights, 100, 1);
    for (size_t h = 0; h < heads.size(); ++h)
        for (size_t r = 0; r < lm::kRoles; ++r) EXPECT_NEAR(again[h].score[r], heads[h].score[r], 1e-4f);
}

// The first steps of `make train` give the losses of the shipped report, natively and as WebAssembly.
TEST(LearnModel, TrainingFromScratchMatchesTheReport) {
    const LearnReport shipped = learn_state().learn.shipped->report;
    lm::TrainConfig config = shipped.config;
    lm::Trainer t(lm::Shape{}, lm::TrainConfig{});
    EXPECT_EQ(config.steps, lm::TrainConfig{}.steps);
    EXPECT_EQ(config.seed, lm::TrainConfig{}.seed);
    size_t next = 0;
    for (int step = 1; step <= 5; ++step) {
        const float loss = t.step();
        if (shipped.loss[next].first != step) continue;
        EXPECT_NEAR(loss, shipped.loss[next].second, 6e-5f) << step;
        ++next;
    }
    EXPECT_EQ(next, 2u);
}

TEST(LearnModel, DamagedFilesAreReportedAndTheOldModelStays) {
    State s = learn_state();
    const auto before = s.learn.shipped;
    std::string weights = file("model.bin");
    weights[5000] = static_cast<char>(weights[5000] ^ 1);
    apply(s, ProvideModel{weights, file("report.json")});
    EXPECT_EQ(s.learn.trouble, "The model’s file is damaged.");
    apply(s, ProvideModel{"", ""});
    EXPECT_NE(s.learn.trouble.find("could not be loaded"), std::string::npos);
    apply(s, ProvideModel{file("model.bin"), "{}"});
    EXPECT_NE(s.learn.trouble, "");
    EXPECT_EQ(s.learn.shipped, before);
}

TEST(LearnReport, RoundTrips) {
    const LearnReport r = learn_state().learn.shipped->report;
    LearnReport back;
    ASSERT_EQ(read_report(to_json(r), back), "");
    EXPECT_EQ(to_json(back), to_json(r));
}

TEST(LearnPrompt, RefusesOnlyEmptyTextAndSaysWhatItChanged) {
    State s = learn_state();
    set(s, "text", "");
    EXPECT_EQ(s.in.learn.text, "copy:lamp>la");
    ASSERT_EQ(s.notices.size(), 1u);
    s.notices.clear();
    set(s, "text", std::string(500, 'x'));
    EXPECT_EQ(derive(s).learn->prompt, 96);
    ASSERT_EQ(s.notices.size(), 1u);
    s.notices.clear();
    set(s, "text", "caf\xC3\xA9 \xF0\x9F\x98\x80\x01");
    const auto v = derive(s).learn;
    EXPECT_EQ(v->prompt, 7);
    EXPECT_EQ(v->replaced, 2);  // the control character became a space
    ASSERT_EQ(s.notices.size(), 1u);
    s.notices.clear();
    set(s, "text", "broken \xFF\xF0\x9F");
    EXPECT_EQ(derive(s).learn->replaced, 3);
    State again = learn_state();
    EXPECT_EQ(from_session(again, to_session(s)), SessionRead::whole);
    EXPECT_EQ(again.in, s.in);
    set(s, "text", "two\nlines");
    EXPECT_EQ(s.in.learn.text, "two lines");
    // Very long UTF-8 is cut between characters.
    std::string long_text;
    for (int i = 0; i < 200; ++i) long_text += "é";
    set(s, "text", long_text);
    EXPECT_EQ(s.in.learn.text.size(), 2u * 96);
}

TEST(LearnPrompt, TheModelContinuesToTheEndOfTheLine) {
    State s = learn_state();
    set(s, "text", "copy:lamp>la");
    const auto v = derive(s).learn;
    EXPECT_EQ(lm::text_of(v->tokens), "copy:lamp>lamp");
    EXPECT_EQ(v->steps.back().best(), lm::kEnd);
    EXPECT_EQ(shown_token(s.in.learn, *v), 12);
    set(s, "text", "the cats near the dog run");
    EXPECT_EQ(lm::text_of(derive(s).learn->tokens), "the cats near the dog run.");
    set(s, "text", "the cat near the dogs run");
    EXPECT_EQ(lm::text_of(derive(s).learn->tokens), "the cat near the dogs runs.");
    set(s, "text", "{(a)[b");
    EXPECT_EQ(lm::text_of(derive(s).learn->tokens).substr(0, 8), "{(a)[b]}");
    set(s, "text", "kx,bq,mo,ty,ce,b");
    EXPECT_EQ(derive(s).learn->tokens[16], lm::token_of('q'));
}

TEST(LearnFigures, AreExactAndExplained) {
    State s = learn_state();
    const std::vector<core::Quantity> all = quantities(s);
    const auto value = [&](const char* id) {
        const core::Quantity* q = find(all, id);
        return q ? q->value : -1;
    };
    EXPECT_EQ(value("learn_cache"), 12 * 1536);
    EXPECT_EQ(value("learn_per_token"), 1536);
    EXPECT_EQ(value("rows_total_without"), 78);
    EXPECT_EQ(value("rows_total_with"), 12);
    EXPECT_EQ(value("macs_with"), 109120);
    EXPECT_EQ(value("macs_without"), 1215808);
    for (const core::Quantity& q : all) {
        EXPECT_FALSE(q.label.empty() || q.text.empty() || q.source.empty()) << q.id;
        EXPECT_FALSE(q.formula.empty()) << q.id;
    }
    set(s, "keep", "window");
    EXPECT_EQ(find(quantities(s), "learn_cache")->value, 8 * 1536);
    set(s, "keep", "quantised");
    EXPECT_EQ(find(quantities(s), "learn_per_token")->value, 24 * (8 + 8));
    set(s, "keep", "none");
    EXPECT_EQ(find(quantities(s), "learn_cache")->value, 0);
    set(s, "keep", "prefix");
    EXPECT_NEAR(find(quantities(s), "hit_rate")->value, 28.0 / 52, 1e-9);
}

TEST(LearnFigures, GrowWithEveryToken) {
    State s = learn_state();
    double rows = 0, macs = 0;
    for (int n = 1; n <= 12; ++n) {
        set(s, "token", std::to_string(n));
        const std::vector<core::Quantity> all = quantities(s);
        EXPECT_EQ(find(all, "learn_cache")->value, n * 1536.0);
        EXPECT_EQ(find(all, "rows_total_without")->value, rows += n);
        EXPECT_GT(find(all, "macs_total_with")->value, macs);
        macs = find(all, "macs_total_with")->value;
        for (const Depth d : {Depth::brief, Depth::longer, Depth::maths})
            EXPECT_GT(explain_step(s, *derive(s).learn, d).size(), 40u);
    }
}

TEST(LearnHeads, AHeadKindShowsOnlyMeasuredHeads) {
    State s = learn_state();
    const LearnModel& m = *s.learn.shipped;
    EXPECT_EQ(shown_heads(s.in.learn, m).size(), 4u);
    for (const char* name : {"syntax", "semantic", "position", "long-range"}) {
        set(s, "heads", name);
        for (const HeadAt& h : shown_heads(s.in.learn, m)) {
            const lm::HeadScores& scores = m.report.heads[static_cast<size_t>(h.layer * 4 + h.head)];
            bool known = false;
            for (int r = 0; r < lm::kRoles; ++r)
                known = known || (kind_of(static_cast<lm::Role>(r)) == s.in.learn.heads &&
                                  scores.score[static_cast<size_t>(r)] >= lm::kRoleThreshold);
            EXPECT_TRUE(known) << name;
        }
        EXPECT_GT(meaning_of(s.in.learn.heads).size(), 40u);
    }
    set(s, "heads", "long-range");
    EXPECT_FALSE(shown_heads(s.in.learn, m).empty());
}

TEST(LearnLinks, EveryStepOfTheTourIsALink) {
    ASSERT_EQ(tour_steps().size(), static_cast<size_t>(kTourSteps));
    for (int step = 1; step <= kTourSteps; ++step) {
        State s = learn_state();
        set(s, "tour", std::to_string(step));
        EXPECT_EQ(to_query(s), "?view=learn&tour=" + std::to_string(step));
        State t = learn_state();
        apply(t, SetQuery{to_query(s)});
        EXPECT_EQ(t.in, s.in);
        // Changes made during a step are in the link too.
        set(s, "text", "AI is super cool");
        set(s, "keep", "none");
        set(s, "token", "3");
        apply(t, SetQuery{to_query(s)});
        EXPECT_EQ(t.in, s.in);
        EXPECT_TRUE(t.notices.empty());
        const TourStep& words = tour_steps()[static_cast<size_t>(step - 1)];
        EXPECT_TRUE(words.right >= 1 && words.right <= 3);
    }
    State s = learn_state();
    set(s, "tour", std::to_string(kTourSteps + 1));
    EXPECT_EQ(s.notices.size(), 1u);
}

// The answers that the tour marks as right are right.
TEST(LearnTour, ItsAnswersAreTrue) {
    State s = learn_state();
    const auto next = [&] {
        const auto v = derive(s).learn;
        return v->steps[static_cast<size_t>(shown_token(s.in.learn, *v) - 1)].best();
    };
    set(s, "tour", "1");
    EXPECT_EQ(next(), lm::token_of('m'));
    set(s, "tour", "4");
    EXPECT_EQ(find(quantities(s), "rows_total_without")->value, 78);
    set(s, "tour", "7");
    EXPECT_EQ(next(), lm::token_of('.'));
    const LearnReport& r = s.learn.shipped->report;
    const lm::SkillScores &whole = *r.under({}), &window = *r.under({{4, 0}, 32});
    for (const lm::Skill lost : {lm::Skill::copy, lm::Skill::recall, lm::Skill::agreement})
        EXPECT_LT(window[lost], window[lm::Skill::brackets] - 0.2f);
    EXPECT_EQ(tour_steps()[7].answers[tour_steps()[7].right - 1], "Brackets");
    EXPECT_GT((*r.under({{}, 4}))[lm::Skill::copy], whole[lm::Skill::copy] - 0.02f);
    EXPECT_LT((*r.under({{}, 2}))[lm::Skill::copy], whole[lm::Skill::copy] - 0.1f);
    set(s, "tour", "10");
    const auto shared = derive(s).learn->shared;
    EXPECT_EQ(shared[3].reused, 4);
    EXPECT_EQ(shared[1].reused, 12);
}

// The catalog, as the page has it.
State with_catalog() {
    State s = learn_state();
    s.catalog = test::catalog();
    return s;
}

TEST(LearnTour, HidesTheAnswerUntilOneIsGiven) {
    State s = learn_state();
    EXPECT_FALSE(tour_hides(s, TourHides::next_token));
    set(s, "tour", "1");
    EXPECT_TRUE(tour_hides(s, TourHides::next_token));
    EXPECT_FALSE(tour_hides(s, TourHides::rows));
    set(s, "tour-answer", "3");
    EXPECT_FALSE(tour_hides(s, TourHides::next_token));
    set(s, "tour", "4");
    EXPECT_TRUE(tour_hides(s, TourHides::rows));
}

TEST(LearnTour, AFormulaComesOnlyWithTheAnswer) {
    State s = with_catalog();
    for (int step = 1; step <= kTourSteps; ++step) {
        set(s, "tour", std::to_string(step));
        const TourWords w = tour_words(s);
        EXPECT_FALSE(w.title.empty() || w.text.empty() || w.question.empty() || w.reveal.empty()) << step;
        EXPECT_NE(s.in.learn.depth, Depth::maths) << step;
        EXPECT_EQ((w.text + w.question).find("O(n"), std::string::npos) << step;
        EXPECT_NE(tour_target(s), TourTarget::none) << step;
    }
}

TEST(LearnTour, IsAnnouncedStepByStepAndWithItsAnswers) {
    State s = learn_state();
    EXPECT_EQ(tour_announcement(s), "");
    set(s, "tour", "2");
    EXPECT_EQ(tour_announcement(s), "Tour, step 2 of 11: Looking back. May a token look at tokens that come after it?");
    set(s, "tour-answer", "1");
    EXPECT_EQ(tour_announcement(s).substr(0, 11), "Not quite. ");
    set(s, "tour-answer", "3");
    EXPECT_EQ(tour_announcement(s).substr(0, 5), "Yes. ");
}

// Its last step multiplies up to what the inference page computes, and opens that.
TEST(LearnTour, EndsAtARealModelWithTheInferencePagesFigures) {
    State s = with_catalog();
    set(s, "tour", std::to_string(kTourSteps));
    EXPECT_EQ(find(quantities(s), "learn_per_token")->value, tour_real_model(s).small_per_token.value);
    const RealModel r = tour_real_model(s);
    EXPECT_EQ(r.small_per_token.value, 1536);
    EXPECT_NE(tour_words(s).text.find("1,536 bytes"), std::string::npos);
    apply(s, SetQuery{r.query});
    EXPECT_TRUE(s.notices.empty());
    EXPECT_EQ(s.in.page, Page::inference);
    EXPECT_EQ(s.in.learn.tour, 0);
    const View fits = derive(s);
    EXPECT_EQ(fits.input.model->name, r.model);
    EXPECT_EQ(fits.input.device->name, r.device);
    EXPECT_EQ(fits.input.context_max, r.context);
    EXPECT_EQ(fits.at_max.bytes_per_token_now, r.per_token);
    EXPECT_LE(fits.at_max.pressure, 1);
    set(s, "batch", std::to_string(r.fits + 1));
    EXPECT_GT(derive(s).at_max.pressure, 1);
}

TEST(LearnTour, AnswersAreKeptInTheSession) {
    State s = learn_state();
    set(s, "tour", "3");
    set(s, "tour-answer", "2");
    State t = learn_state();
    ASSERT_EQ(from_session(t, to_session(s)), SessionRead::whole);
    EXPECT_EQ(t.learn.answers[2], 2);
    EXPECT_EQ(find_param("tour-answer")->get(t), "2");
    ASSERT_EQ(from_session(t, R"({"v":1,"query":"?view=learn","tour":"9x/\u0000zzzzzzzzzzzzzzzzz"})"),
              SessionRead::whole);
    EXPECT_EQ(t.learn.answers[0], 0);
}

TEST(LearnPlayback, MovesTokenByToken) {
    State s = learn_state();
    apply(s, Seek{1});
    apply(s, Play{true});
    apply(s, Tick{0.85});
    EXPECT_EQ(*s.in.learn.token, 2);
    EXPECT_NEAR(next_tick(s), 0.75, 1e-9);
    set(s, "speed", "5");
    apply(s, Tick{0.4});
    EXPECT_EQ(*s.in.learn.token, 4);
    apply(s, Seek{-3});
    EXPECT_EQ(*s.in.learn.token, 1);
    apply(s, Restart{});
    EXPECT_EQ(*s.in.learn.token, 1);
}

double fake_now = 0;
double fake_clock() {
    return fake_now += 0.03;
}

// The page's messages to the worker and back, without a browser.
TEST(LearnLab, TrainsPausesAndHandsOverItsModel) {
    State s = learn_state();
    set(s, "lab-batch", "8");
    set(s, "lab-length", "32");
    set(s, "lab-steps", "12");
    Lab lab(fake_clock);
    const auto deliver = [&] {
        for (const std::string& m : std::exchange(s.learn.messages, {})) lab.request(m);
        const std::string told = lab.work();
        if (!told.empty()) apply(s, LabReply{told, {}});
        const std::string weights = lab.take_weights();
        if (!weights.empty()) apply(s, LabReply{{}, weights});
    };
    apply(s, AskLab{LabRequest::train});
    EXPECT_EQ(s.learn.lab, LabStatus::starting);
    deliver();
    apply(s, AskLab{LabRequest::pause});
    deliver();
    EXPECT_FALSE(lab.busy());
    const int paused_at = s.learn.lab_report.step;
    deliver();
    EXPECT_EQ(s.learn.lab_report.step, paused_at);
    apply(s, AskLab{LabRequest::resume});
    for (int i = 0; i < 100 && s.learn.lab != LabStatus::done; ++i) deliver();
    ASSERT_EQ(s.learn.lab, LabStatus::done);
    EXPECT_EQ(s.learn.lab_report.step, 12);
    EXPECT_EQ(s.learn.lab_report.measured, s.learn.lab_report.predicted);
    EXPECT_EQ(s.learn.lab_report.predicted, lm::predicted_peak(lm::Shape{}, s.in.learn.lab));
    apply(s, AskLab{LabRequest::weights});
    deliver();
    EXPECT_TRUE(s.learn.use_trained);
    EXPECT_NE(s.learn.model(), s.learn.shipped.get());
    EXPECT_EQ(derive(s).learn->model.get(), s.learn.model());
    apply(s, AskLab{LabRequest::shipped});
    EXPECT_EQ(s.learn.model(), s.learn.shipped.get());
    // Times of every step, with and without a cache.
    apply(s, AskLab{LabRequest::measure});
    deliver();
    ASSERT_EQ(s.learn.times.with.size(), 14u);
    EXPECT_EQ(s.learn.times.text, "copy:lamp>lamp");
    EXPECT_NE(find(quantities(s), "time_with"), nullptr);
    apply(s, LabReply{R"({"failed":"no worker"})", {}});
    EXPECT_EQ(s.learn.lab, LabStatus::failed);
    apply(s, LabReply{"junk", {}});
    apply(s, LabReply{{}, "junk"});
    EXPECT_EQ(s.learn.model(), s.learn.shipped.get());
}

}  // namespace
}  // namespace kvx::app
