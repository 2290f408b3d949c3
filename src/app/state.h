// Everything the app remembers. Only apply() changes it; URL, session and console are projections of it.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/layout/layout_state.h"
#include "app/learn/learn_state.h"
#include "core/catalog/catalog.h"
#include "core/catalog/dtype.h"
#include "core/memory/facts.h"
#include "core/serving/serving.h"
#include "core/training/training_plan.h"
#include "core/units.h"

namespace kvx::app {

enum class Page : uint8_t { inference, training, learn, layout };  // see app/pages.h
enum class Lengths : uint8_t { equal, staggered };                 // see sim/lengths.h
enum class CurveScale : uint8_t { linear, log };
enum class Pace : uint8_t { step, run };  // what playback on the training page moves through
enum class TrainingStage : uint8_t { device, devices };
enum class Chart : uint8_t { memory, pipeline, traffic };  // below the training page's stage
enum class Theme : uint8_t { automatic, dark, light };

inline constexpr std::string_view kImported = "imported";  // in older links: the newest imported model
inline constexpr std::string_view kOwnDevice = "own";      // id of the device with custom figures
inline constexpr std::string_view kReleased = "released";  // weights as the model's first release has them
inline constexpr size_t kMostOwnModels = 12;
core::Device own_device();  // its initial figures

// A model imported from a config.json.
struct OwnModel {
    core::Model model;   // id "own-…"
    std::string config;  // the fields it was read from
};

// "released", or "released-awq" of one that is not the first.
std::string release_key(const core::Model& m, const core::Release& r);

// A configuration: everything a link carries.
struct Inputs {
    Page page = Page::inference;
    std::string pins;            // links of configurations to compare with, see app/answers/compare.h
    std::string show = "stage";  // what the middle of the page shows
    std::string model = "llama-3.1-8b";
    std::string device = "h100-sxm-80gb";
    core::Device own = own_device();
    core::Tokens context{131072};    // maximum
    std::optional<core::Tokens> at;  // position of the scrubber; unset: at the maximum
    int64_t batch = 1;
    std::optional<bool> cb, pa, fa;  // unset: the device's documented default
    bool smw = false;
    Lengths lengths = Lengths::equal;
    core::Dtype weights = core::Dtype::bf16, kv = core::Dtype::bf16;
    std::optional<core::Dtype> kv_values;  // of cached values, where it is not that of the keys
    std::string release = "released";      // or "released-…", or a GGUF mixture; empty: converted to `weights`
    int64_t block = 16;
    double utilisation = 0.92;
    // many devices
    int devices = 1;
    std::string link = "auto", network = "auto";
    std::optional<int> tp, pp, ep, dcp;  // any set: chosen by hand, the unset ones are 1; none set: automatic
    // speed and money
    core::ServingInput serving;
    // training
    core::TrainingChoice training;
    std::optional<int> cp;
    TrainingStage stage = TrainingStage::device;
    Chart chart = Chart::memory;
    Pace pace = Pace::step;
    double phase = 0.35;  // of the step that is drawn, 0 … 1
    double progress = 0;  // of the run, 0 … 1
    LearnInputs learn;
    LayoutInputs layout;
    bool embed = false;    // inside another page: without the page bar
    bool present = false;  // presentation: large, without controls
    double speed = 1;
    CurveScale scale = CurveScale::linear;
    bool operator==(const Inputs&) const = default;
};

struct State {
    core::Catalog catalog;
    std::vector<core::Fact> facts;     // optional
    std::vector<OwnModel> own_models;  // newest last
    Inputs in;
    Theme theme = Theme::automatic;
    bool keys = true;    // single-key shortcuts
    bool debug = false;  // shows the cost of a frame
    std::string undo;    // the link before the last reset; empty: nothing to undo
    bool playing = false;
    double position = 0;  // tokens, fractional while playing; in.at follows it
    LearnState learn;
    double since_column = 0;           // seconds, while the layout page plays
    std::vector<std::string> notices;  // one sentence each: what was refused and why; shown once
    int noticed = 0;                   // counts notices, so that a repeated one is announced again
    std::string last_notice;
    std::string refused_param;  // whose last value was refused, until a new one or until the notice is dismissed
    int results = 0;            // counts what was carried out with one press, so that it is announced
    std::string last_result;

    const core::Model& model() const;  // never fails: an unknown id falls back to the first model
    const core::Device& device() const;
    const OwnModel* own_model(std::string_view id_or_name) const;  // nullptr when there is none
};

}  // namespace kvx::app
