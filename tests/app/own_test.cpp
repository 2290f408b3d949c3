// Imported models and devices, starting over, exported tables.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "app/action.h"
#include "app/answers/reference_tables.h"
#include "app/codec.h"
#include "app/export.h"
#include "app/headline.h"
#include "app/pages.h"
#include "app/params/params.h"
#include "app/support.h"
#include "app/view.h"
#include "core/catalog/import/hf_config.h"
#include "core/support.h"

namespace kvx::app {
namespace {

std::string small(const std::string& name, int layers) {
    return R"({"_name_or_path":")" + name + R"(","model_type":"llama","hidden_size":2048,"num_hidden_layers":)" +
           std::to_string(layers) +
           R"(,"num_attention_heads":32,"num_key_value_heads":8,"vocab_size":1000,"max_position_embeddings":8192,)" +
           R"("intermediate_size":8192,"tie_word_embeddings":true,"torch_dtype":"bfloat16","eos_token_id":[1,2]})";
}

double figure(const State& s, std::string_view id) {
    for (const core::Quantity& q : quantities(derive(s), s))
        if (q.id == id) return q.value;
    ADD_FAILURE() << id;
    return 0;
}

TEST(CompactConfig, KeepsTheModelOfEveryKnownFile) {
    int seen = 0;
    for (const auto& file : std::filesystem::directory_iterator(std::string(KVX_TESTS_DIR) + "/data/configs")) {
        const std::string json = test::read_file(file.path().string()), shorter = core::compact_config(json);
        const core::ConfigImport whole = core::import_config(json);
        if (!whole.ok) {
            EXPECT_EQ(shorter, "");
            continue;
        }
        const core::ConfigImport again = core::import_config(shorter);
        ASSERT_TRUE(again.ok) << file.path();
        EXPECT_EQ(again.model, whole.model) << file.path();
        EXPECT_EQ(again.assumptions, whole.assumptions) << file.path();
        EXPECT_LE(shorter.size(), json.size()) << file.path();
        EXPECT_EQ(core::compact_config(shorter), shorter) << file.path();
        ++seen;
    }
    EXPECT_GT(seen, 20);
}

// A hostile file: the cost must not grow with the square of its fields, or it would take hours.
TEST(CompactConfig, DropsAHundredThousandUnusedFields) {
    const std::string plain = small("Mine", 16);
    std::string json = plain.substr(0, plain.size() - 1);
    for (int i = 0; i < 90000; ++i) json += ",\"a" + std::to_string(i) + "\":1";
    json += "}";
    ASSERT_LT(json.size(), 1u << 20);
    EXPECT_EQ(core::compact_config(json), core::compact_config(plain));
}

TEST(OwnModels, ASessionThatShowsAnEarlierOneKeepsTheirOrder) {
    State s = state_of();
    apply(s, Import{small("My First", 16)});
    apply(s, Import{small("My Second", 32)});
    apply(s, SetParam{"model", "own-my-first"});
    const std::string session = to_session(s);
    State again = state_of();
    ASSERT_EQ(from_session(again, session), SessionRead::whole);
    EXPECT_EQ(to_session(again), session);
    EXPECT_EQ(again.in.model, "own-my-first");
}

TEST(OwnModels, TheSameModelAgainIsOneWhateverItsNumber) {
    State s = state_of();
    apply(s, Import{small("Mine", 12)});
    apply(s, Import{small("Mine", 24)});
    apply(s, ForgetModel{"own-mine"});
    apply(s, Import{small("Mine", 24)});
    EXPECT_EQ(s.own_models.size(), 1u);
    EXPECT_EQ(s.model().layer_count(), 24);
}

TEST(OwnModels, SeveralAreKeptUnderTheirNamesAndTheLastIsShown) {
    State s = state_of();
    apply(s, Import{small("My First", 16)});
    apply(s, Import{small("My Second", 32)});
    EXPECT_EQ(s.in.model, "own-my-second");
    EXPECT_EQ(s.model().layer_count(), 32);
    apply(s, SetParam{"model", "own-my-first"});
    EXPECT_EQ(s.model().layer_count(), 16);
    const std::vector<Choice> list = find_param("model")->choices(s);
    EXPECT_EQ(list[0].label, "My Second");
    EXPECT_EQ(list[1].label, "My First");
    EXPECT_TRUE(s.notices.empty());
}

TEST(OwnModels, TheSameFileTwiceIsOneModelAndAnotherOfThatNameGetsANumber) {
    State s = state_of();
    apply(s, Import{small("Mine", 16)});
    apply(s, Import{small("Mine", 16)});
    EXPECT_EQ(s.own_models.size(), 1u);
    apply(s, Import{small("Mine", 24)});
    EXPECT_EQ(s.in.model, "own-mine-2");
    EXPECT_EQ(s.own_models.size(), 2u);
}

TEST(OwnModels, ALinkCarriesThem) {
    State s = state_of();
    apply(s, Import{small("Mine \u00e9 <b>", 16)});
    apply(s, SetParam{"batch", "8"});
    const std::string link = to_query(s);
    State other = state_of();
    from_query(other, link);
    EXPECT_TRUE(other.notices.empty()) << other.notices.front();
    EXPECT_EQ(other.model(), s.model());
    EXPECT_EQ(to_query(other), link);
    EXPECT_EQ(figure(other, "kv_used"), figure(s, "kv_used"));
}

TEST(OwnModels, EveryKnownConfigFitsALinkOrIsLeftOut) {
    for (const auto& file : std::filesystem::directory_iterator(std::string(KVX_TESTS_DIR) + "/data/configs")) {
        State s = state_of(), other = state_of();
        apply(s, Import{test::read_file(file.path().string())});
        if (s.own_models.empty()) continue;
        s.notices.clear();
        const std::string link = to_query(s);
        EXPECT_LE(link.size(), 8192u) << file.path();
        from_query(other, link);
        if (!find_param("own")->get(s).empty()) EXPECT_EQ(other.model(), s.model()) << file.path();
    }
}

TEST(OwnModels, TheSessionKeepsThemAllAndADamagedSessionNone) {
    State s = state_of();
    apply(s, Import{small("One", 8)});
    apply(s, Import{small("Two", 12)});
    State again = state_of();
    ASSERT_EQ(from_session(again, to_session(s)), SessionRead::whole);
    EXPECT_EQ(again.own_models.size(), 2u);
    EXPECT_EQ(again.model(), s.model());
    State damaged = state_of();
    EXPECT_EQ(from_session(damaged, R"({"v":1,"query":"?batch=3","own":["{",5,null,"{\"hidden_size\":1}"]})"),
              SessionRead::whole);
    EXPECT_TRUE(damaged.own_models.empty());
    EXPECT_EQ(damaged.in.batch, 3);
}

TEST(OwnModels, OnlyTheNewestAreKeptWithANotice) {
    State s = state_of();
    for (int i = 0; i < 13; ++i) apply(s, Import{small("Model " + std::to_string(i), 4 + i)});
    EXPECT_EQ(s.own_models.size(), kMostOwnModels);
    ASSERT_FALSE(s.notices.empty());
    EXPECT_NE(s.notices.front().find("Model 0"), std::string::npos);
}

TEST(OwnModels, DeletingTheShownOneShowsTheDefault) {
    State s = state_of();
    apply(s, Import{small("Mine", 16)});
    apply(s, ForgetModel{"own-mine"});
    EXPECT_TRUE(s.own_models.empty());
    EXPECT_EQ(s.in.model, Inputs().model);
    apply(s, SetParam{"model", "own-mine"});
    EXPECT_NE(s.notices.back().find("own model"), std::string::npos);
}

TEST(OwnModels, ImportedAgainKeepsItsLayersOnTheTrainingPage) {
    State s = state_of();
    apply(s, Import{small("A", 12)});
    apply(s, Import{small("B", 24)});
    apply(s, SetParam{"view", "training"});
    apply(s, SetParam{"model", "own-a"});
    const View shown = derive(s);
    apply(s, Import{small("A", 12)});
    const View again = derive(s, &shown);
    EXPECT_EQ(again.training->plan.input.model->layer_count(), 12);
    // B is imported again and A is selected before a frame is drawn.
    apply(s, Import{small("B", 24)});
    apply(s, SetParam{"model", "own-a"});
    EXPECT_EQ(derive(s, &again).training->plan.input.model->layer_count(), 12);
    // Another file under the same name is another model.
    apply(s, ForgetModel{"own-a"});
    apply(s, Import{small("A", 16)});
    EXPECT_EQ(s.in.model, "own-a");
    EXPECT_EQ(derive(s, &again).training->plan.input.model->layer_count(), 16);
}

// AddressSanitizer reports what still points into the state.
TEST(View, OutlivesTheStateItWasMadeFrom) {
    for (const char* query : {"?view=inference", "?view=inference&devices=16&tp=2", "?view=training&devices=16",
                              "?view=layout", "?view=layout&source=shape", "?view=learn"}) {
        View kept;
        {
            State s = state_of();
            from_query(s, query);
            apply(s, SetParam{"device", "own"});
            apply(s, Import{small("Mine", 12)});
            const View first = derive(s);
            kept = derive(s, &first);
        }
        ASSERT_NE(kept.requested.model, nullptr) << query;
        EXPECT_EQ(kept.subject->model.layer_count(), 12) << query;
        EXPECT_EQ(kept.subject->device.id, kOwnDevice) << query;
        EXPECT_FALSE(core::explain(kept.input, core::plan_inference(kept.input)).empty()) << query;
        if (kept.cluster.device) EXPECT_EQ(kept.cluster.device->id, kOwnDevice) << query;
        if (kept.cluster.between) EXPECT_FALSE(kept.cluster.between->id.empty()) << query;
        if (kept.training) EXPECT_FALSE(core::explain_training(kept.training->plan, 1).empty()) << query;
        if (kept.training) EXPECT_FALSE(core::training_savings(kept.training->plan).empty()) << query;
        if (kept.layout)
            for (const core::LayerCache& l : kept.layout->layers)
                EXPECT_FALSE((layer_name(l) + layer_kept_text(*kept.layout, l)).empty()) << query;
    }
}

TEST(OwnDevice, ItsFiguresComeFromParametersLinksAndFiles) {
    State s = state_of();
    apply(
        s,
        Import{R"({"name":"Lab card","memory_gib":48,"bandwidth_gbs":864,"bf16_tflops":362,"watts":350,"price":0.9})"});
    ASSERT_TRUE(s.notices.empty()) << s.notices.front();
    EXPECT_EQ(s.device().name, "Lab card");
    EXPECT_EQ(s.device().memory.value, 48.0 * 1073741824);
    EXPECT_EQ(s.device().bandwidth, 864e9);
    EXPECT_EQ(s.in.serving.price, 0.9);
    State other = state_of();
    from_query(other, to_query(s));
    EXPECT_EQ(other.device(), s.device());
    // A decode step cannot be faster than reading the weights once.
    EXPECT_GE(figure(s, "decode_floor"), figure(s, "weights") / 864e9 * 0.999);
}

TEST(OwnDevice, ARowOfTheDeviceListIsReadInItsUnits) {
    State s = state_of();
    apply(s, Import{R"({"name":"Copy","memory":85899345920,"bandwidth":3350000000000,"bf16":989.4})"});
    EXPECT_EQ(s.device().memory.gib(), 80);
    EXPECT_EQ(s.device().bandwidth, 3.35e12);
    EXPECT_DOUBLE_EQ(s.device().bf16_flops, 989.4e12);
}

TEST(OwnDevice, AWrongFieldIsNamedAndNothingChanges) {
    for (const auto& [json, word] :
         {std::pair{R"({"memory_gib":"much","bandwidth_gbs":1})", "memory_gib"},
          std::pair{R"({"memory_gib":80})", "bandwidth_gbs"}, std::pair{R"({"bandwidth_gbs":80})", "memory_gib"},
          std::pair{R"({"memory_gib":80,"bandwidth_gbs":-4})", "bandwidth_gbs"},
          std::pair{R"({"memory_gib":1e300,"bandwidth_gbs":4})", "memory_gib"}}) {
        State s = state_of();
        const std::string before = to_query(s);
        apply(s, Import{json});
        ASSERT_EQ(s.notices.size(), 1u) << json;
        EXPECT_NE(s.notices[0].find(word), std::string::npos) << s.notices[0];
        EXPECT_EQ(to_query(s), before);
    }
}

TEST(StartOver, ResetsEverythingAndUndoRestoresIt) {
    State s = state_of();
    from_query(s, "?view=training&model=gpt-3-175b&devices=64&zero=3&phase=0.7");
    const std::string before = to_query(s);
    apply(s, Reset{});
    EXPECT_EQ(s.in.page, Page::training);
    EXPECT_EQ(s.in.model, Inputs().model);
    EXPECT_EQ(s.in.devices, 1);
    EXPECT_FALSE(s.undo.empty());
    apply(s, Tick{0.1});
    apply(s, Undo{});
    EXPECT_EQ(to_query(s), before);
    EXPECT_TRUE(s.undo.empty());
    apply(s, Undo{});
    EXPECT_EQ(to_query(s), before) << "once";
}

TEST(StartOver, UndoIsGoneAfterTheNextChange) {
    State s = state_of();
    apply(s, SetParam{"batch", "9"});
    apply(s, Reset{});
    apply(s, SetParam{"batch", "3"});
    EXPECT_TRUE(s.undo.empty());
    apply(s, Undo{});
    EXPECT_EQ(s.in.batch, 3);
}

TEST(StartOver, UndoIsGoneAfterAChangeFromTheConsole) {
    State s = state_of();
    apply(s, SetParam{"batch", "9"});
    apply(s, Reset{});
    EXPECT_TRUE(try_apply(s, SetParam{"batch", "3"}).empty());
    EXPECT_TRUE(s.undo.empty());
    EXPECT_EQ(s.in.batch, 3);
}

TEST(TryApply, ReturnsWhatWasRefusedInsteadOfANotice) {
    State s = state_of();
    const std::string before = to_query(s);
    const std::vector<Refusal> batch = try_apply(s, SetParam{"batch", "many"});
    ASSERT_EQ(batch.size(), 1u);
    EXPECT_EQ(batch[0].key, "batch");
    EXPECT_EQ(batch[0].reason.substr(0, 4), "many");
    EXPECT_EQ(try_apply(s, SetParam{"gpuz", "1"}).size(), 1u);
    EXPECT_EQ(try_apply(s, Import{"{"}).size(), 1u);
    EXPECT_EQ(try_apply(s, ImportModel{R"({"memory_gib":80,"bandwidth_gbs":1000})"}).size(), 1u) << "a device";
    const Param* p = find_param("context");
    EXPECT_EQ(try_apply(s, Assign{{{p, "--context", "x"}}}).at(0).key, "--context");
    EXPECT_TRUE(s.notices.empty());
    EXPECT_EQ(to_query(s), before);
    apply(s, SetParam{"gpuz", "1"});
    apply(s, SetParam{"batch", "many"});
    EXPECT_EQ(s.notices.size(), 2u);
}

TEST(Neighbour, WrapsAroundAndBackUndoesForward) {
    const State s = state_of();
    const Param& model = *find_param("model");
    const size_t count = model.choices(s).size();
    State t = s;
    for (size_t i = 0; i < count; ++i) model.set(t, neighbour(model, t, 1).value);
    EXPECT_EQ(t.in.model, s.in.model);
    model.set(t, neighbour(model, t, 1).value);
    model.set(t, neighbour(model, t, -1).value);
    EXPECT_EQ(t.in.model, s.in.model);
}

TEST(Export, TheTablesHoldEveryFigureOfThePage) {
    for (const PageRow& page : pages()) {
        if (page.runs_small_model != nullptr && page.has_model != nullptr && !page.has_model(state_of())) continue;
        State s = state_of();
        s.in.page = page.id;
        const std::vector<core::Quantity> all = quantities(derive(s), s);
        const std::string csv = figures_csv(s), table = figures_markdown(s);
        for (const core::Quantity& q : all) {
            EXPECT_NE(csv.find("\n" + q.id + ","), std::string::npos) << page.name << " " << q.id;
            EXPECT_NE(table.find("| " + q.label + " |"), std::string::npos) << page.name << " " << q.id;
        }
        EXPECT_NE(table.find(headline(s, derive(s))), std::string::npos);
        EXPECT_NE(table.find(to_query(s)), std::string::npos);
    }
}

TEST(Export, ACellIsNeverAFormula) {
    ReferenceTable t;
    t.columns = {"id", "value"};
    t.rows = {{"=1+1", "-5"}, {"+cmd", "-5e3"}, {"@sum", "-x"}, {"\ttab", "a\nb"}, {"plain", "1,000"}, {"\r=1", ""}};
    EXPECT_EQ(to_csv(t), "id,value\n'=1+1,-5\n'+cmd,-5e3\n'@sum,'-x\n'\ttab,\"a\nb\"\nplain,\"1,000\"\n\"'\r=1\",\n");
}

TEST(Export, NamesAreEscapedInTables) {
    State s = state_of();
    apply(s, Import{R"({"name":"[x](javascript:alert(1)) *b* |","memory_gib":48,"bandwidth_gbs":864})"});
    const std::string table = figures_markdown(s);
    EXPECT_NE(table.find(R"(\[x\](javascript:alert(1)) \*b\* \|)"), std::string::npos) << table.substr(0, 200);
    EXPECT_EQ(table.find("[x](javascript"), std::string::npos);
    apply(s, Import{small("=SUM(A1)", 12)});
    EXPECT_EQ(figures_csv(s).find(",=SUM"), std::string::npos);
}

TEST(OwnDevice, ItsNameIsValidatedLikeAModels) {
    for (const char* name : {"<img src=x>", "a\u202Eb",
                             "a\x01"
                             "b",
                             "a\nb"}) {
        State s = state_of();
        apply(s, SetParam{"own-name", name});
        for (const char* bad : {"<", ">", "\u202E", "\x01", "\n"})
            EXPECT_EQ(s.in.own.name.find(bad), std::string::npos) << name;
        State other = state_of();
        from_query(other, to_query(s));
        EXPECT_EQ(other.in.own.name, s.in.own.name);
    }
}

}  // namespace
}  // namespace kvx::app
