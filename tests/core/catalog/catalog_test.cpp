#include "core/catalog/catalog.h"

#include <cctype>
#include <set>

#include "core/memory/activations.h"
#include "core/memory/kv_cache.h"
#include "core/support.h"

namespace kvx::core {
namespace {

using test::catalog;

TEST(Catalog, HoldsEveryModelAndDeviceThePageMustOffer) {
    for (const char* id :
         {"llama-3.2-1b",       "llama-3.1-8b",       "llama-3.1-70b",   "llama-3.1-405b", "phi-3.5-mini",
          "phi-3.5-moe",        "qwen2.5-1.5b",       "qwen2.5-14b",     "qwen2.5-32b",    "qwen2.5-72b",
          "qwen3-next-80b-a3b", "qwen3-omni-30b-a3b", "mistral-7b-v0.3", "mixtral-8x7b",   "mixtral-8x22b",
          "gemma-2-9b",         "gemma-2-27b",        "deepseek-v3",     "gpt-2-124m",     "gpt-2-355m",
          "gpt-2-774m",         "gpt-2-1.5b"}) {
        const Model* m = catalog().model(id);
        ASSERT_TRUE(m) << id;
        EXPECT_EQ(m->id, id);
    }
    for (const char* id :
         {"t4-16gb",        "rtx-4090-24gb", "l40s-48gb",      "a100-sxm-40gb", "a100-sxm-80gb",     "h100-sxm-80gb",
          "h200-sxm-141gb", "b100",          "b200-sxm-180gb", "gb200",         "w7800-32gb",        "w7900-48gb",
          "mi210-64gb",     "mi250x-128gb",  "mi300x-192gb",   "arc-a770-16gb", "max-1550-128gb",    "gaudi-2-96gb",
          "tpu-v3",         "tpu-v4",        "wse-2",          "ipu-mk2",       "cloud-ai-100-ultra"}) {
        const Device* d = catalog().device(id);
        ASSERT_TRUE(d) << id;
        EXPECT_EQ(d->id, id);
    }
}

TEST(Catalog, EveryDeviceHasTheShapeOfItsMemory) {
    int of[5] = {};
    for (const Device& d : catalog().devices) {
        ++of[static_cast<int>(d.shape)];
        EXPECT_EQ(d.shape == Shape::package, d.kind == MemoryKind::hbm) << d.id;
        EXPECT_EQ(d.shape == Shape::chip || d.shape == Shape::wafer, d.kind == MemoryKind::sram) << d.id;
    }
    for (const int n : of) EXPECT_GE(n, 2);
    std::vector<Device> devices;
    const std::string row =
        R"({"devices":[{"id":"x","name":"X","short":"X","vendor":"V","group":"chip","label":"1 GB","type":"SRAM",)"
        R"("memory":1e9,)"
        R"("bandwidth":1e12,"modules":1,"module":"m","shape":"package","verified":"seen","source":"s"}]})";
    EXPECT_NE(load_devices(row, devices).find("shape"), std::string::npos);
}

TEST(Catalog, HoldsEveryRowOfItsFiles) {
    const auto rows = [](const char* file, const char* list) {
        JsonText json;
        EXPECT_EQ(json.parse(test::asset(file)), "");
        return json.root()[list].size();
    };
    EXPECT_EQ(catalog().models.size(), rows("models.json", "models"));
    EXPECT_EQ(catalog().devices.size(), rows("devices.json", "devices"));
    EXPECT_EQ(catalog().clusters.links.size(), rows("clusters.json", "links"));
    EXPECT_EQ(catalog().clusters.systems.size(), rows("clusters.json", "systems"));
}

TEST(Catalog, FindsModelsByTheNamesPeopleUse) {
    const std::pair<const char*, const char*> names[] = {{"Llama-3.1-8B", "llama-3.1-8b"},
                                                         {"meta-llama/Llama-3.1-8B-Instruct", "llama-3.1-8b"},
                                                         {"LLAMA 3.1 8B", "llama-3.1-8b"},
                                                         {"mixtral-8x7b", "mixtral-8x7b"},
                                                         {"Qwen-2.5-72B", "qwen2.5-72b"},
                                                         {"Qwen/Qwen2.5-72B-Instruct", "qwen2.5-72b"},
                                                         {"Qwen3-Omni-30B", "qwen3-omni-30b-a3b"},
                                                         {"Qwen3-Next-80B", "qwen3-next-80b-a3b"},
                                                         {"google/gemma-2-9b-it", "gemma-2-9b"},
                                                         {"Gemma 2 27B", "gemma-2-27b"},
                                                         {"DeepSeek V3", "deepseek-v3"},
                                                         {"gpt2", "gpt-2-124m"},
                                                         {"gpt2-xl", "gpt-2-1.5b"},
                                                         {"GPT-2 345M", "gpt-2-355m"},
                                                         {"Phi-3.5-mini-instruct", "phi-3.5-mini"},
                                                         {"Mistral-7B", "mistral-7b-v0.3"},
                                                         {"qwen3-30b", "qwen3-30b-a3b"}};
    for (const auto& [said, id] : names) {
        const Model* m = catalog().model(said);
        ASSERT_TRUE(m) << said;
        EXPECT_EQ(m->id, id) << said;
    }
    for (const char* unclear :
         {"", "llama", "llama-3.1", "deepseek", "gpt", "qwen", "8b", "no such model", "gemma-2-9", "llama-3.1-8"})
        EXPECT_FALSE(catalog().model(unclear)) << unclear;
}

TEST(Catalog, FindsDevicesByTheNamesPeopleUse) {
    const std::pair<const char*, const char*> names[] = {
        {"H100", "h100-sxm-80gb"},      {"h100-80gb", "h100-sxm-80gb"},
        {"H100 80G", "h100-sxm-80gb"},  {"A100", "a100-sxm-80gb"},
        {"A100-40GB", "a100-sxm-40gb"}, {"Tesla T4", "t4-16gb"},
        {"RTX 4090", "rtx-4090-24gb"},  {"NVIDIA H200", "h200-sxm-141gb"},
        {"B200", "b200-sxm-180gb"},     {"GB200", "gb200"},
        {"AMD MI300X", "mi300x-192gb"}, {"gaudi2", "gaudi-2-96gb"},
        {"TPU v4", "tpu-v4"},           {"WSE-2", "wse-2"},
        {"Graphcore IPU", "ipu-mk2"},   {"Cloud AI 100", "cloud-ai-100-ultra"},
        {"Arc A770", "arc-a770-16gb"},  {"Max 1550", "max-1550-128gb"}};
    for (const auto& [said, id] : names) {
        const Device* d = catalog().device(said);
        ASSERT_TRUE(d) << said;
        EXPECT_EQ(d->id, id) << said;
    }
    for (const char* unclear : {"", "nvidia", "tpu", "rtx", "apple", "v100-16gb", "h1"})
        EXPECT_FALSE(catalog().device(unclear)) << unclear;
}

TEST(Catalog, EveryIdAndEveryNameLeadsToItsOwnRow) {
    for (const Model& m : catalog().models) {
        EXPECT_EQ(catalog().model(m.id), &m) << m.id;
        EXPECT_EQ(catalog().model(m.name), &m) << m.name;
        EXPECT_EQ(catalog().model(m.hf_repo), &m) << m.hf_repo;
        for (const std::string& a : m.aliases) EXPECT_EQ(catalog().model(a), &m) << a;
    }
    for (const Device& d : catalog().devices) {
        EXPECT_EQ(catalog().device(d.id), &d) << d.id;
        EXPECT_EQ(catalog().device(d.name), &d) << d.name;
        for (const std::string& a : d.aliases) EXPECT_EQ(catalog().device(a), &d) << a;
    }
}

TEST(Catalog, RowsAreComplete) {
    for (const Model& m : catalog().models) {
        for (const char c : m.id)
            EXPECT_TRUE(std::islower(static_cast<unsigned char>(c)) || std::isdigit(static_cast<unsigned char>(c)) ||
                        c == '-' || c == '.')
                << m.id;
        EXPECT_FALSE(m.source.empty()) << m.id;
        EXPECT_GT(total_params(m), 1e8) << m.id;
        EXPECT_LE(active_params(m), total_params(m)) << m.id;
        const std::vector<std::string> card = model_card(m);
        ASSERT_EQ(card.size(), 3u) << m.id;
        for (const std::string& line : card)
            EXPECT_TRUE(line.size() > 20 && line.size() < 220 && line.back() == '.') << m.id << ": " << line;
        EXPECT_FALSE(attention_summary(m).empty());
    }
    for (const Device& d : catalog().devices) {
        EXPECT_FALSE(d.source.empty()) << d.id;
        EXPECT_FALSE(d.short_name.empty()) << d.id;
        EXPECT_LE(d.reported.value, d.memory.value) << d.id;
        EXPECT_GT(d.reported.value, 0.85 * d.memory.value) << d.id;
        EXPECT_GE(d.modules, 1) << d.id;
        EXPECT_LE(d.modules, 32) << d.id;
    }
}

TEST(Catalog, DevicesThatTablesGetWrongAreRight) {
    EXPECT_GT(test::device("b100").memory.value, 190e9);            // not 80 GB
    EXPECT_EQ(test::device("a100-sxm-40gb").memory_type, "HBM2");   // not HBM2e
    EXPECT_EQ(test::device("t4-16gb").cache.value, 4 * 1048576.0);  // not 6 MB
    EXPECT_EQ(test::device("tpu-v3").memory.gib(), 32);             // 16 is one core
    EXPECT_LT(test::device("gb200").memory.value, 200e9);           // 384 GB are two GPUs
    EXPECT_EQ(test::device("tpu-v5e").bandwidth, 819e9);
    EXPECT_EQ(test::device("h100-sxm-80gb").modules, 5);  // not 6 stacks
    EXPECT_NEAR(test::device("h100-sxm-80gb").reported.gib(), 79.18, 1e-6);
}

TEST(Catalog, DefaultsFollowKindAndSizeOfMemoryAndSayWhy) {
    const auto check = [](const char* id, bool serving) {
        const DeviceDefaults d = defaults_for(test::device(id));
        EXPECT_EQ(d.continuous_batching, serving) << id;
        EXPECT_EQ(d.paged_attention, serving) << id;
        EXPECT_TRUE(d.flash_attention) << id;
        for (const std::string& why : {d.why_cb, d.why_pa, d.why_fa})
            EXPECT_TRUE(why.size() > 20 && why.back() == '.') << id;
    };
    check("t4-16gb", false);
    check("arc-a770-16gb", false);
    check("rtx-4090-24gb", true);
    check("h100-sxm-80gb", true);
    check("tpu-v5e", true);
    check("ipu-mk2", true);
    check("cloud-ai-100-ultra", true);
    Device old;
    old.kind = MemoryKind::gddr;
    old.memory = gib(8);
    EXPECT_FALSE(defaults_for(old).flash_attention);
}

TEST(Catalog, APriceIsTheMedianOfDatedListsOrNone) {
    int priced = 0;
    for (const Device& d : catalog().devices) {
        const ListPrice& p = d.price;
        if (p.offers == 0) {
            EXPECT_EQ(p.median, 0) << d.id;
            continue;
        }
        ++priced;
        EXPECT_GE(p.offers, 2) << d.id << ": one provider's figure decides";
        EXPECT_LE(p.lowest, p.median) << d.id;
        EXPECT_GT(p.lowest, 0) << d.id;
        EXPECT_GE(p.day, "2026-01-01") << d.id;
        EXPECT_FALSE(p.source.empty()) << d.id;
        EXPECT_NE(p.words().find(p.day), std::string::npos) << d.id;
    }
    EXPECT_GE(priced, 20);
    EXPECT_EQ(test::device("h100-sxm-80gb").price.words(),
              "median of 12 price lists of 2026-10-05, from $2.31 (ewyluda/gpu-price-index@0b49da20)");
    EXPECT_EQ(test::device("tpu-v5e").price.words(), "no public price list");
}

TEST(Catalog, RefusesAPriceWithoutItsDay) {
    const auto error = [](const std::string& price) {
        std::vector<Device> devices;
        return load_devices(
            R"({"devices":[{"id":"x","name":"X","short":"X","vendor":"V","group":"consumer","label":"1 GB",)"
            R"("type":"GDDR6","memory":1e9,"bandwidth":1e12,"modules":1,"module":"m","shape":"board",)"
            R"("verified":"seen","source":"s","price":)" +
                price + "}]}",
            devices);
    };
    EXPECT_EQ(error(R"({"low":1,"median":2,"offers":3,"day":"2026-10-05","source":"s"})"), "");
    EXPECT_NE(error(R"({"low":1,"median":2,"offers":3,"source":"s"})").find("\"day\""), std::string::npos);
    EXPECT_NE(error(R"({"low":1,"median":2,"offers":3,"day":"October","source":"s"})").find("\"day\""),
              std::string::npos);
    EXPECT_NE(error(R"({"low":3,"median":2,"offers":3,"day":"2026-10-05","source":"s"})").find("\"low\""),
              std::string::npos);
    EXPECT_NE(error(R"({"median":2,"offers":3,"day":"2026-10-05","source":"s"})").find("\"low\""), std::string::npos);
    EXPECT_NE(error("1.25").find("price"), std::string::npos);
}

TEST(Catalog, RowsOfAGroupStandTogether) {
    std::set<std::string> families, groups;
    std::string now;
    for (const Model& m : catalog().models)
        if (m.family != now) {
            EXPECT_TRUE(families.insert(m.family).second) << m.id << " stands apart from its family " << m.family;
            now = m.family;
        }
    for (const Device& d : catalog().devices)
        if (const std::string label(group_label(d.group)); label != now) {
            EXPECT_TRUE(groups.insert(label).second) << d.id << " stands apart from " << label;
            EXPECT_NE(d.group, DeviceGroup::own) << d.id;
            now = label;
        }
    EXPECT_EQ(groups.size(), 5u);
}

std::string models_with(const std::string& row) {
    return "{\"models\":[" + row + "]}";
}
const char* const kGoodRow =
    R"({"id":"a","name":"A","org":"O","hf_repo":"o/a","source":"s","hidden":64,"vocab":100,"max_context":10,"attention":{"full":{"q":4,"kv":2,"k":16}},"mlp":{"dense":{"w":128}},"layers":[["full","dense",2]]})";

TEST(Catalog, NamesRowAndFieldOfAFaultAndKeepsWhatWasThere) {
    std::vector<Model> out;
    ASSERT_EQ(load_models(models_with(kGoodRow), out), "");
    ASSERT_EQ(out.size(), 1u);
    const auto broken = [&](const std::string& from, const std::string& to) {
        std::string row = kGoodRow;
        const size_t at = row.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        row.replace(at, from.size(), to);
        const std::string error = load_models(models_with(row), out);
        EXPECT_EQ(out.size(), 1u);
        return error;
    };
    EXPECT_NE(broken("\"hidden\":64", "\"hidden\":\"64\"").find("\"hidden\""), std::string::npos);
    EXPECT_NE(broken("\"hidden\":64", "\"hidden\":-1").find("row 1 (a)"), std::string::npos);
    EXPECT_NE(broken("\"hidden\":64", "\"hidden\":1.5").find("whole"), std::string::npos);
    EXPECT_NE(broken("\"kv\":2", "\"kv\":8").find("\"kv\""), std::string::npos);
    EXPECT_NE(broken("\"full\",\"dense\",2", "\"fool\",\"dense\",2").find("layers"), std::string::npos);
    EXPECT_NE(broken("\"full\",\"dense\",2", "\"full\",\"dense\",0").find("layers"), std::string::npos);
    EXPECT_NE(broken("\"full\",\"dense\",2", "\"full\",\"dense\",9999").find("layers"), std::string::npos);
    EXPECT_NE(broken("[[\"full\",\"dense\",2]]", "[{\"repeat\":4000,\"of\":[[\"full\",\"dense\",2]]}]").find("layers"),
              std::string::npos);
    EXPECT_NE(broken("[[\"full\",\"dense\",2]]", "[]").find("layers"), std::string::npos);
    EXPECT_NE(broken("\"name\":\"A\"", "\"name\":7").find("name"), std::string::npos);
    EXPECT_NE(broken("\"k\":16", "\"k\":16,\"beside\":\"full\"").find("beside"), std::string::npos);
    EXPECT_NE(broken("\"k\":16", "\"k\":16,\"beside\":\"mamba\"").find("beside"), std::string::npos);
    EXPECT_NE(broken("\"k\":16", "\"k\":1e300").find("\"k\""), std::string::npos);
    for (const char* bad : {"", "{", "[]", "{\"models\":{}}", "{\"models\":[]}", "{\"models\":[1]}", "null", "\xff"}) {
        EXPECT_NE(load_models(bad, out), "") << bad;
        EXPECT_EQ(out.size(), 1u);
    }
    EXPECT_NE(load_models(models_with(std::string(kGoodRow) + "," + kGoodRow), out).find("twice"), std::string::npos);
    std::vector<Device> devices;
    EXPECT_NE(load_devices(R"({"devices":[{"id":"x"}]})", devices), "");
    EXPECT_TRUE(devices.empty());
}

}  // namespace
}  // namespace kvx::core
