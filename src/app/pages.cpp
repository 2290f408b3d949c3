#include "app/pages.h"

#include <algorithm>

#include "app/codec.h"
#include "app/inference/inference_view.h"
#include "app/layout/layout_page.h"
#include "app/learn/learn_page.h"
#include "app/tour.h"
#include "app/training/training_page.h"
#include "core/json.h"

namespace kvx::app {
namespace {

constexpr std::string_view kTrainingShares[] = {"model", "device", "system",   "devices", "link", "network", "tp",
                                                "pp",    "ep",     "estimate", "price",   "pue",  "speed"};
constexpr std::string_view kLearnShares[] = {"speed"};
constexpr std::string_view kLayoutShares[] = {"model", "device", "context", "at",   "batch", "weights",
                                              "kv",    "dtype",  "block",   "util", "text",  "token"};

bool shows_small_model(const State& s) {
    return s.in.layout.source == LayoutSource::small;
}

// In the order of the enumeration, which is the order of the bar.
constexpr PageRow kPages[] = {
    {.id = Page::inference,
     .name = "inference",
     .label = "Inference",
     .first = true,
     .usage = "[--flag value …] [--config FILE] [--json]",
     .about = "memory, speed and cost of serving",
     .help = "Memory of one device while serving: from its capacity down to what is free.",
     .shares_all = true,
     .derive = derive_inference,
     .quantities = inference_quantities,
     .headline = inference_headline,
     .modules =
         [](const State& s) {
             std::vector<std::string_view> needed;
             if (s.in.show != "stage") needed.push_back("answers");
             if (s.in.devices > 1 || could_take_hall(s)) needed.push_back("cluster");
             const core::Shape shape = s.device().shape;
             if (shape == core::Shape::board || shape == core::Shape::wafer) needed.push_back("chips");
             return needed;
         },
     .seek = seek_tokens,
     .play = play_tokens,
     .tick = tick_tokens,
     .paused = inference_paused,
     .pressure = inference_pressure,
     .status = inference_status},
    {.id = Page::training,
     .name = "training",
     .label = "Training",
     .usage = "[--flag value …] [--config FILE] [--json]",
     .about = "memory, speed and cost of training",
     .help = "Memory of the fullest device while training, time of a step, cost of a run.",
     .shared = kTrainingShares,
     .derive = derive_training,
     .quantities = training_quantities,
     .headline = training_headline,
     .modules = [](const State&) { return std::vector<std::string_view>{"cluster"}; },
     .seek = seek_training,
     .play = play_training,
     .tick = tick_training,
     .paused = training_paused,
     .pressure = training_pressure,
     .status = training_status,
     .appendix = training_appendix},
    {.id = Page::learn,
     .name = "learn",
     .label = "Learn",
     .usage = "[--text PROMPT] [--flag value …] [--json]",
     .about = "the small model on a prompt",
     .help = "The learn page’s small transformer on a prompt: what it predicts, what its cache holds and saves.",
     .shared = kLearnShares,
     .derive = derive_learn_page,
     .quantities = learn_quantities,
     .headline = learn_headline,
     .has_model = [](const State&) { return false; },
     .runs_small_model = [](const State&) { return true; },
     .seek = seek_learn,
     .play = play_learn,
     .tick = tick_learn,
     .next_tick = next_tick_learn,
     .paused = learn_paused,
     .told = tour_announcement,
     .report = learn_report},
    {.id = Page::layout,
     .name = "layout",
     .label = "Layout",
     .usage = "[--flag value …] [--json]",
     .about = "the cache layer by layer, and in memory",
     .help = "What each layer keeps of a sequence, where a cell lies in memory, and what a decode step reads.",
     .shared = kLayoutShares,
     .derive = derive_layout_page,
     .quantities = layout_quantities,
     .headline = layout_headline,
     .modules =
         [](const State& s) {
             return shows_small_model(s) ? std::vector<std::string_view>{"learn"} : std::vector<std::string_view>();
         },
     .has_model = [](const State& s) { return s.in.layout.source == LayoutSource::model; },
     .runs_small_model = shows_small_model,
     .seek = seek_layout,
     .play = play_layout,
     .tick = tick_layout,
     .next_tick = next_tick_layout,
     .paused = layout_paused,
     .report = layout_report},
};

// Applies a link without its imported models, which need the importer; returns whether it has any.
bool assign_all_but_models(State& s, std::string_view query) {
    std::vector<std::string> unknown;
    std::vector<Assignment> all = read_query(query, unknown);
    const auto is_own = [](const Assignment& a) { return a.param->id == "own" && !a.value.empty(); };
    const bool own = std::any_of(all.begin(), all.end(), is_own);
    std::erase_if(all, is_own);
    assign(s, all);
    return own;
}

}  // namespace

std::span<const PageRow> pages() {
    return kPages;
}

const PageRow& page_row(Page id) {
    return kPages[static_cast<size_t>(id)];
}

const PageRow& page_row(const State& s) {
    return page_row(s.in.page);
}

const PageRow* find_page(std::string_view name) {
    const auto* const row =
        std::find_if(std::begin(kPages), std::end(kPages), [&](const PageRow& p) { return p.name == name; });
    return row == std::end(kPages) ? nullptr : row;
}

std::vector<std::string_view> modules_for(const State& s) {
    const PageRow& row = page_row(s);
    std::vector<std::string_view> needed;
    if (row.modules != nullptr) needed = row.modules(s);
    if (!row.first) needed.push_back(row.name);
    return needed;
}

std::vector<std::string_view> modules_for(const State& start, std::string_view query, std::string_view session) {
    State s = start;
    bool own = false;
    core::JsonText text;
    if (text.parse(session).empty()) {
        const core::JsonValue doc = text.root();
        own = doc["config"] || doc["own"].first();
        own = assign_all_but_models(s, doc["query"].text()) || own;
    }
    if (query.find('=') != std::string_view::npos) {
        s.in = Inputs{};
        own = assign_all_but_models(s, query) || own;
    }
    std::vector<std::string_view> needed = modules_for(s);
    if (own) needed.push_back("import");
    return needed;
}

bool runs_small_model(const State& s) {
    const PageRow& row = page_row(s);
    return row.runs_small_model != nullptr && row.runs_small_model(s);
}

}  // namespace kvx::app
