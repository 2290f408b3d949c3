#include "cli/files.h"

#include <cstdio>
#include <cstdlib>

#include "app/action.h"

#ifndef KVX_ASSETS_DIR
#define KVX_ASSETS_DIR "assets"
#endif

namespace kvx::cli {
namespace {

constexpr size_t kLongestAsset = 16u << 20;

}  // namespace

bool read_file(const std::string& path, size_t limit, std::string& out) {
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return false;
    out.clear();
    char buffer[16384];
    size_t got = 0;
    while (out.size() <= limit && (got = std::fread(buffer, 1, sizeof buffer, file)) > 0) out.append(buffer, got);
    const bool good = std::ferror(file) == 0 && out.size() <= limit;
    std::fclose(file);
    return good;
}

bool load_catalog(const std::string& dir, core::Catalog& out, std::string& err) {
    const auto load = [&](const char* name, auto read) {
        std::string text;
        const std::string path = dir + "/" + name;
        if (!read_file(path, kLongestAsset, text)) {
            err = path +
                  " cannot be read; set KVX_ASSETS to the folder that holds models.json, devices.json and "
                  "clusters.json.";
            return false;
        }
        err = read(text);
        return err.empty();
    };
    return load("models.json", [&](const std::string& t) { return core::load_models(t, out.models); }) &&
           load("devices.json", [&](const std::string& t) { return core::load_devices(t, out.devices); }) &&
           load("clusters.json", [&](const std::string& t) { return core::load_clusters(t, out.clusters); });
}

std::string load_learn_model(const std::string& dir, app::State& s) {
    app::ProvideModel files;
    read_file(dir + "/learn/model.bin", kLongestAsset, files.weights);
    read_file(dir + "/learn/report.json", kLongestAsset, files.report);
    app::apply(s, files);
    return s.learn.trouble;
}

std::string assets_directory() {
    const char* chosen = std::getenv("KVX_ASSETS");
    return chosen != nullptr && *chosen != '\0' ? chosen : KVX_ASSETS_DIR;
}

}  // namespace kvx::cli
