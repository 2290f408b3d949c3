#include "app/answers/reference_tables.h"

#include "app/numbers.h"
#include "app/weights_choice.h"
#include "core/format.h"
#include "core/memory/kv_cache.h"
#include "core/memory/weights.h"

namespace kvx::app {
namespace {

constexpr std::string_view kModels[] = {"llama-3.2-1b",    "llama-3.1-8b", "llama-3.1-70b", "llama-3.1-405b",
                                        "mistral-7b-v0.1", "mixtral-8x7b", "gemma-2-27b",   "qwen3-next-80b-a3b",
                                        "deepseek-v3",     "gpt-oss-120b"};
constexpr int64_t kContexts[] = {4096, 32768, 131072, 1000000, 10000000};
constexpr std::string_view kDevices[] = {"rtx-4090-24gb",  "l40s-48gb",      "a100-sxm-80gb", "h100-sxm-80gb",
                                         "h200-sxm-141gb", "b200-sxm-180gb", "mi300x-192gb"};

// A cell that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection"); a negative
// number stays one.
std::string csv_cell(const std::string& cell) {
    double number = 0;
    const bool formula = cell.find_first_of("=+-@\t\r\n") == 0 && !parse_real(cell, number);
    std::string inert = (formula ? "'" : "") + cell;
    if (inert.find_first_of(",\"\r\n") == std::string::npos) return inert;
    std::string out = "\"";
    for (const char c : inert) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

// Plain words, whatever is in them: CommonMark takes a backslash before any punctuation; a line break ends a row.
std::string markdown_text(const std::string& words) {
    const auto inside_word = [&](size_t i) {
        const auto letter = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        };
        return i > 0 && i + 1 < words.size() && letter(words[i - 1]) && letter(words[i + 1]);
    };
    std::string out;
    for (size_t i = 0; i < words.size(); ++i) {
        const char c = words[i];
        const bool marks =
            std::string_view("\\`*[]<|&").find(c) != std::string_view::npos || (c == '_' && !inside_word(i));
        if (marks) out += '\\';
        out += c == '\n' || c == '\r' ? ' ' : c;
    }
    return out;
}

}  // namespace

std::vector<ReferenceTable> reference_tables(const State& s) {
    ReferenceTable cache{
        "cache",
        "KV cache of one sequence",
        "In " + core::label_of(cache_of(s)) +
            ". Tables that show twice as much for Llama 3.1 405B used its first config, with 16 KV heads; "
            "tables that differ by 2 to 5 % mix 128,000 and 131,072 tokens.",
        {"Model"},
        {}};
    for (const int64_t n : kContexts) cache.columns.push_back(core::short_tokens({n}));
    ReferenceTable fits{"fits",
                        "Longest context of one sequence on one device",
                        "Weights and cache in the same format, utilisation " + core::significant(s.in.utilisation, 2) +
                            ", model: " + s.model().name + ".",
                        {"Device"},
                        {}};
    std::vector<std::string_view> models(std::begin(kModels), std::end(kModels));
    if (s.in.model != kImported) {
        bool there = false;
        for (const std::string_view id : models) there = there || id == s.in.model;
        if (!there) models.insert(models.begin(), s.in.model);
    }
    for (const std::string_view id : models) {
        const core::Model* m = s.catalog.model(id);
        if (!m) continue;
        std::vector<std::string> row = {m->name};
        for (const int64_t n : kContexts)
            row.push_back(core::format_bytes(core::kv_bytes(*m, {n}, cache_of(s))).text());
        cache.rows.push_back(std::move(row));
    }
    constexpr core::Dtype kFormats[] = {core::Dtype::bf16, core::Dtype::fp8, core::Dtype::int4};
    for (const core::Dtype d : kFormats) fits.columns.emplace_back(core::info(d).label);
    for (const std::string_view id : kDevices) {
        const core::Device* device = s.catalog.device(id);
        if (!device) continue;
        std::vector<std::string> row = {device->name};
        for (const core::Dtype d : kFormats) {
            core::InferenceInput in;
            in.model = &s.model();
            in.device = device;
            in.lengths = {{1}};
            in.weight_dtype = in.kv_dtype = d;
            in.utilisation = s.in.utilisation;
            in.block_size = s.in.block;
            const core::InferencePlan p = core::plan_inference(in);
            row.push_back(p.fits_context.value > 0 ? core::short_tokens(p.fits_context)
                                                   : "no: weights " + core::format_bytes(p.weights).text());
        }
        fits.rows.push_back(std::move(row));
    }
    return {std::move(cache), std::move(fits)};
}

std::string to_markdown(const ReferenceTable& t) {
    std::string out = "**" + markdown_text(t.title) + "**\n\n|";
    for (const std::string& c : t.columns) out += " " + markdown_text(c) + " |";
    out += "\n|";
    for (size_t i = 0; i < t.columns.size(); ++i) out += i == 0 ? "---|" : "---:|";
    for (const auto& row : t.rows) {
        out += "\n|";
        for (const std::string& cell : row) out += " " + markdown_text(cell) + " |";
    }
    return out + "\n\n" + markdown_text(t.note) + (t.link.empty() ? "" : " " + t.link) + "\n";
}

std::string to_csv(const ReferenceTable& t) {
    std::string out;
    const auto line = [&out](const std::vector<std::string>& cells) {
        for (size_t i = 0; i < cells.size(); ++i) out += (i ? "," : "") + csv_cell(cells[i]);
        out += "\n";
    };
    line(t.columns);
    for (const auto& row : t.rows) line(row);
    return out;
}

}  // namespace kvx::app
