// Links, sessions, the registry and playback.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "app/action.h"
#include "app/codec.h"
#include "app/params/params.h"
#include "app/view.h"

namespace kvx::app {
namespace {

std::string read(const std::string& name) {
    std::ifstream in(std::string(KVX_ASSETS_DIR) + "/" + name);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

State fresh() {
    static const core::Catalog catalog = [] {
        core::Catalog c;
        EXPECT_EQ(core::load_models(read("models.json"), c.models), "");
        EXPECT_EQ(core::load_devices(read("devices.json"), c.devices), "");
        EXPECT_EQ(core::load_clusters(read("clusters.json"), c.clusters), "");
        return c;
    }();
    State s;
    s.catalog = catalog;
    from_query(s, "");
    return s;
}

TEST(Registry, EveryParameterIsCompleteAndItsDefaultIsAccepted) {
    std::vector<std::string_view> ids;
    for (const Param& p : params()) {
        EXPECT_FALSE(p.id.empty());
        EXPECT_FALSE(p.label.empty()) << p.id;
        EXPECT_FALSE(p.help.empty()) << p.id;
        ASSERT_TRUE(p.get && p.set && p.initial) << p.id;
        EXPECT_EQ(std::count(ids.begin(), ids.end(), p.id), 0) << p.id;
        ids.push_back(p.id);
        State s = fresh();
        EXPECT_EQ(p.set(s, p.initial(s)), "") << p.id;
        if (!p.choices) continue;
        for (const Choice& c : p.choices(s)) EXPECT_EQ(p.set(s, c.value), "") << p.id << "=" << c.value;
    }
}

TEST(Registry, RefusesNonsenseInOneSentenceAndKeepsTheState) {
    for (const Param& p : params())
        for (const char* bad : {"", "banana", "-1", "nan", "inf", "1e99", "<script>"}) {
            State s = fresh();
            const std::string before = to_query(s);
            const std::string said = p.set(s, bad);
            if (said.empty()) continue;  // some words are allowed by some parameters
            EXPECT_EQ(to_query(s), before) << p.id << "=" << bad;
            EXPECT_EQ(said.find('\n'), std::string::npos);
        }
    State s = fresh();
    EXPECT_NE(find_param("context")->set(s, "banana"), "");
    EXPECT_NE(find_param("model")->set(s, "no-such-model"), "");
    EXPECT_NE(find_param("batch")->set(s, "0"), "");
}

TEST(Links, CarryTheWholeConfiguration) {
    const char* const queries[] = {
        "?view=inference&model=deepseek-v3&gpu=b200-sxm-180gb&context=1M&batch=8&kv=fp8",
        "?model=gemma-2-27b&device=t4-16gb&context=64K&at=1000&cb=1&pa=0&fa=0&smw=1&lengths=staggered&batch=5",
        "?weights=int4&kv=int8&block=64&util=0.8&speed=20&scale=log",
    };
    for (const char* query : queries) {
        State a = fresh(), b = fresh();
        from_query(a, query);
        EXPECT_TRUE(a.notices.empty()) << a.notices.front();
        from_query(b, to_query(a));
        EXPECT_EQ(to_query(a), to_query(b));
        EXPECT_TRUE(a.in == b.in) << query;
    }
}

// kvcache.io joined pairs with either mark, and named models and devices in its own short way.
TEST(Links, TakeTheOlderAppsForm) {
    State s = fresh();
    from_query(s, "?model=llama-70b?context=1000000?batch=4?gpu=h100?cb=1&pa=1&fa=1");
    EXPECT_TRUE(s.notices.empty()) << s.notices.front();
    EXPECT_EQ(s.in.model, "llama-3.1-70b");
    EXPECT_EQ(s.in.device, "h100-sxm-80gb");
    EXPECT_EQ(s.in.context.value, 1000000);
    EXPECT_EQ(s.in.batch, 4);
    EXPECT_TRUE(derive(s).cb);
    EXPECT_TRUE(derive(s).fa);
    // A question mark that no parameter follows belongs to the text.
    from_query(s, "?view=learn&text=what?&token=3");
    EXPECT_EQ(s.in.learn.text, "what?");
    from_query(s, "?view=learn&text=is it 1?no=1");
    EXPECT_EQ(s.in.learn.text, "is it 1?no=1");
}

TEST(Links, NameABadValueAndKeepTheRest) {
    State s = fresh();
    from_query(s, "?model=llama-3.1-70b&context=banana&batch=4&nonsense=1&x=%zz");
    EXPECT_EQ(s.in.model, "llama-3.1-70b");
    EXPECT_EQ(s.in.batch, 4);
    EXPECT_EQ(s.in.context.value, 131072);
    ASSERT_FALSE(s.notices.empty());
    EXPECT_NE(s.notices.front().find("context"), std::string::npos);
}

TEST(Session, RoundTripsAndADamagedOneChangesNothing) {
    State a = fresh();
    from_query(a, "?model=mixtral-8x7b&batch=3");
    State b = fresh();
    EXPECT_EQ(from_session(b, to_session(a)), SessionRead::whole);
    EXPECT_EQ(to_query(a), to_query(b));
    for (const char* bad : {"", "{", "[]", "{\"v\":1}", "{\"v\":1,\"query\":5}", "null"}) {
        State c = fresh();
        const std::string before = to_query(c);
        from_session(c, bad);
        EXPECT_EQ(to_query(c), before) << bad;
    }
}

TEST(Session, OfAnotherVersionRestoresOnlyItsModels) {
    State s = fresh();
    const std::string before = to_query(s);
    const std::string config =
        R"({\"model_type\":\"llama\",\"_name_or_path\":\"Mine\",\"hidden_size\":2048,\"vocab_size\":1000,)"
        R"(\"num_hidden_layers\":16,\"num_attention_heads\":32,\"intermediate_size\":8192})";
    const std::string newer = R"({"v":2,"query":"?batch=9","theme":"light","own":[{"shape":1},")" + config + R"("]})";
    EXPECT_EQ(from_session(s, newer), SessionRead::own_models);
    EXPECT_EQ(to_query(s), before);
    EXPECT_EQ(s.theme, Theme::automatic);
    ASSERT_EQ(s.own_models.size(), 1u);
    EXPECT_EQ(s.own_models[0].model.name, "Mine");
    EXPECT_TRUE(s.notices.empty());
    EXPECT_NE(session_notice(SessionRead::own_models, newer), "");
    EXPECT_NE(session_notice(SessionRead::nothing, "{"), "");
    EXPECT_EQ(session_notice(SessionRead::nothing, ""), "");
    EXPECT_EQ(session_notice(SessionRead::whole, to_session(s)), "");
}

TEST(Device, BringsItsOwnDefaults) {
    State s = fresh();
    apply(s, SetParam{"fa", "0"});
    EXPECT_FALSE(derive(s).fa);
    apply(s, SetParam{"device", "t4-16gb"});
    const View v = derive(s);
    EXPECT_TRUE(v.fa);
    EXPECT_FALSE(v.cb);
}

TEST(Playback, ReachesExactlyTheMaximumAtAnyFrameRate) {
    for (const double frame : {0.001, 0.0166, 0.1, 0.25}) {
        State s = fresh();
        apply(s, Play{true});
        EXPECT_EQ(s.position, 0) << "playing at the end starts over";
        for (int i = 0; i < 100000 && s.playing; ++i) apply(s, Tick{frame});
        EXPECT_FALSE(s.playing);
        EXPECT_EQ(s.position, static_cast<double>(s.in.context.value));
        EXPECT_FALSE(s.in.at.has_value());
    }
}

TEST(View, IsTheSameThroughAnImportedConfig) {
    State s = fresh();
    apply(
        s,
        Import{
            R"({"model_type":"llama","hidden_size":4096,"vocab_size":128256,"num_hidden_layers":32,"num_attention_heads":32,
        "num_key_value_heads":8,"intermediate_size":14336,"max_position_embeddings":131072,"tie_word_embeddings":false})"});
    EXPECT_EQ(derive(s).plan.rate.growing.value, 131072);
    apply(s, Import{"{"});
    EXPECT_FALSE(s.notices.empty());
    EXPECT_EQ(derive(s).plan.rate.growing.value, 131072) << "the last good model stays";
}

TEST(Report, HasEveryInputAndQuantity) {
    const State s = fresh();
    const std::string json = quantities_json(s);
    for (const char* part :
         {"\"inputs\"", "\"quantities\"", "\"kv_used\"", "\"devices_needed\"", "\"substituted\"", "\"source\""})
        EXPECT_NE(json.find(part), std::string::npos) << part;
}

}  // namespace
}  // namespace kvx::app
