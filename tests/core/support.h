// What the tests of core and sim share: the shipped assets, test data, and a configuration to start from.
#pragma once
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "core/catalog/catalog.h"
#include "core/json.h"
#include "core/memory/inference_plan.h"
#include "sim/lengths.h"

namespace kvx::test {

inline std::string read_file(const std::string& path) {
    std::string out;
    if (FILE* f = std::fopen(path.c_str(), "rb")) {
        char buffer[65536];
        for (size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, f)) > 0;) out.append(buffer, n);
        std::fclose(f);
    }
    EXPECT_FALSE(out.empty()) << path;
    return out;
}
inline std::string asset(const std::string& name) {
    return read_file(std::string(KVX_ASSETS_DIR) + "/" + name);
}
inline std::string data(const std::string& name) {
    return read_file(std::string(KVX_TESTS_DIR) + "/data/" + name);
}

inline const core::Catalog& catalog() {
    static const core::Catalog all = [] {
        core::Catalog c;
        EXPECT_EQ(core::load_models(asset("models.json"), c.models), "");
        EXPECT_EQ(core::load_devices(asset("devices.json"), c.devices), "");
        EXPECT_EQ(core::load_clusters(asset("clusters.json"), c.clusters), "");
        return c;
    }();
    return all;
}
inline const core::Model& model(std::string_view id) {
    const core::Model* m = catalog().model(id);
    EXPECT_NE(m, nullptr) << id;
    return m ? *m : catalog().models.front();
}
inline const core::Device& device(std::string_view id) {
    const core::Device* d = catalog().device(id);
    EXPECT_NE(d, nullptr) << id;
    return d ? *d : catalog().devices.front();
}
inline core::InferenceInput setup(std::string_view m = "llama-3.1-8b", std::string_view d = "h100-sxm-80gb",
                                  int64_t tokens = 8192, int64_t batch = 4) {
    core::InferenceInput in;
    in.model = &model(m);
    in.device = &device(d);
    in.lengths = sim::equal_lengths({tokens}, batch);
    return in;
}
inline const core::Quantity* quantity(const std::vector<core::Quantity>& all, std::string_view id) {
    for (const core::Quantity& q : all)
        if (q.id == id) return &q;
    return nullptr;
}

}  // namespace kvx::test
