#include "cli/model_files.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "app/action.h"
#include "app/text.h"
#include "core/catalog/checkpoint/names.h"

namespace kvx::cli {
namespace {

namespace fs = std::filesystem;
constexpr size_t kMostFiles = 4096;

bool is_of_model(const fs::path& p) {
    return p.extension() == ".json" || p.extension() == ".safetensors" || p.extension() == ".gguf";
}

bool is_file(const fs::path& p) {
    std::error_code bad;
    return fs::is_regular_file(p, bad);
}

void add(const fs::path& p, std::vector<fs::path>& out) {
    if (out.size() < kMostFiles && std::find(out.begin(), out.end(), p) == out.end()) out.push_back(p);
}

// What belongs to the one file that was named: the other parts of a split model, the config beside its tensors, the
// number formats beside a config.
void add_neighbours(const fs::path& p, std::vector<fs::path>& out) {
    const fs::path folder = p.parent_path();
    const std::string name = p.filename().string();
    if (const auto split = core::split_name(name)) {
        const std::string end = name.substr(split->stem.size() + 15);  // after "-00001-of-00003"
        for (int i = 1; i <= split->count && i <= static_cast<int>(kMostFiles); ++i) {
            char number[32];
            std::snprintf(number, sizeof number, "-%05d-of-%05d", i, split->count);
            const fs::path part = folder / (std::string(split->stem) + number + end);
            if (is_file(part)) add(part, out);
        }
    }
    const bool tensors = p.extension() == ".safetensors" || name.ends_with(".index.json");
    for (const char* beside : {"config.json", "hf_quant_config.json", "quantize_config.json", "quant_config.json"})
        if (is_file(folder / beside) && (tensors || (p.extension() == ".json" && beside != std::string("config.json"))))
            add(folder / beside, out);
}

std::vector<fs::path> files_of(const std::vector<std::string>& paths) {
    std::vector<fs::path> out;
    for (const std::string& path : paths) {
        std::error_code bad;
        if (!fs::is_directory(path, bad)) {
            add(path, out);
            continue;
        }
        std::vector<fs::path> inside;
        for (const fs::directory_entry& e : fs::directory_iterator(path, bad))
            if (is_of_model(e.path()) && is_file(e.path()) && inside.size() < kMostFiles) inside.push_back(e.path());
        std::sort(inside.begin(), inside.end());
        for (const fs::path& p : inside) add(p, out);
    }
    if (paths.size() == 1 && out.size() == 1 && out.front() == fs::path(paths.front()))
        add_neighbours(out.front(), out);
    return out;
}

// Gives the file piece by piece until enough of it was seen.
bool read_beginning(const fs::path& path, app::OpenFiles& files) {
    std::error_code bad;
    const uintmax_t bytes = fs::file_size(path, bad);
    if (bad) return false;
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return false;
    bool wanted = files.open(path.filename().string(), bytes);
    char buffer[65536];
    size_t got = 0;
    while (wanted && (got = std::fread(buffer, 1, sizeof buffer, file)) > 0) wanted = files.take({buffer, got});
    const bool good = std::ferror(file) == 0;
    std::fclose(file);
    return good;
}

}  // namespace

std::string import_files(const std::vector<std::string>& paths, app::State& s) {
    const std::vector<fs::path> all = files_of(paths);
    if (all.empty()) return "there are no model files in this folder.";
    const std::shared_ptr<app::OpenFiles> files = app::open_files();
    for (const fs::path& path : all)
        if (!is_file(path) || !read_beginning(path, *files))
            return app::shown_input(path.filename().string()) + " cannot be read as a file.";
    const std::vector<app::Refusal> refused = app::try_apply(s, app::ImportFiles{files});
    return refused.empty() ? std::string() : refused.front().reason;
}

}  // namespace kvx::cli
