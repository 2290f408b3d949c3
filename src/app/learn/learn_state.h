// What the learn page remembers.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/learn/learn_model.h"

namespace kvx::app {

enum class LearnStage : uint8_t { inside, lab };
enum class Keep : uint8_t { basic, prefix, window, quantised, none };  // how the cache is kept
enum class Depth : uint8_t { brief, longer, maths };
enum class HeadKind : uint8_t { layer, each, syntax, semantic, position, long_range };  // which heads are shown

inline constexpr int kTourSteps = 11;
inline constexpr std::string_view kPromptSeparator = "|";  // between prompts that share a prefix

struct LearnInputs {
    std::string text = "copy:lamp>la";
    std::optional<int> token = {};  // shown, from 1; unset: the last of the prompt
    int layer = 3, head = 4;        // from 1
    LearnStage stage = LearnStage::inside;
    Keep keep = Keep::basic;
    int window = 8, bits = 4;
    bool sinks = false;
    std::string prompts = "kx,bq,mo,ty,b|kx,bq,mo,ty,k|kx,bq,mo,ty,m|kx,bz,mo,ty,b";
    int block = 4;
    Depth depth = Depth::brief;
    HeadKind heads = HeadKind::layer;
    int tour = 0;  // 0: none
    lm::TrainConfig lab = {.steps = 600};
    bool operator==(const LearnInputs&) const = default;
};

enum class LabStatus : uint8_t { idle, starting, running, paused, done, failed };

// Wall-clock time of a decode, measured in this browser by the lab.
struct LearnTimes {
    std::string text;                   // of the tokens that were timed
    std::vector<double> with, without;  // seconds of each step
};

struct LearnState {
    std::shared_ptr<const LearnModel> shipped, trained;
    bool use_trained = false;
    std::string trouble;                // one sentence: why there is no model
    bool wanted = false;                // its files were requested
    std::vector<std::string> messages;  // to the page's worker, sent by the platform after the frame; "load": the files
    LabStatus lab = LabStatus::idle;
    std::string lab_trouble;
    LearnReport lab_report;
    LearnTimes times;
    bool measuring = false;
    std::vector<int8_t> answers = std::vector<int8_t>(kTourSteps, 0);  // chosen in the tour, from 1; 0: none yet
    double since_token = 0;                                            // seconds, while playing
    const LearnModel* model() const { return (use_trained && trained ? trained : shipped).get(); }
    std::shared_ptr<const LearnModel> shared_model() const { return use_trained && trained ? trained : shipped; }
};

}  // namespace kvx::app
