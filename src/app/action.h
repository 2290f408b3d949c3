// Everything that can happen to the state.
#pragma once
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "app/import/open_files.h"
#include "app/params/params.h"
#include "app/state.h"

namespace kvx::app {

struct SetParam {
    std::string id, value;
};  // a refused value becomes a notice; the old value stays
struct Assign {
    std::vector<Assignment> assignments;
};  // several at once, in registry order
struct ResetParam {
    std::string id;
};  // back to its default
struct Play {
    bool on;
};                  // at the end: starts again from zero
struct Restart {};  // position to zero; stays paused if it was
struct Seek {
    double to;  // tokens; on the training page, a fraction of the step or the run
};
struct Reset {};  // the page as on a first visit; Undo restores it
struct Undo {};
struct Tick {
    double seconds;
};  // playback; ignored when paused
struct Import {
    std::string text;
};  // what import_any takes
struct ImportFiles {
    std::shared_ptr<OpenFiles> files;
};  // read to the end of what they need
struct ImportModel {
    std::string json;
};  // a model's config.json and nothing else
struct ForgetModel {
    std::string id;
};
struct SetQuery {
    std::string query;
};  // "?model=…&…": replaces the whole configuration; bad keys become notices
// The learn page's model and its training lab.
enum class LabRequest : uint8_t { load, train, pause, resume, measure, weights, shipped };
struct AskLab {
    LabRequest what;
};  // to the lab, or a request for its files
struct ProvideModel {
    std::string weights, report;
};  // the shipped files; empty if missing
struct LabReply {
    std::string json, weights;
};  // from the lab: a report, times, or the weights it trained
struct DismissNotice {};
struct ReportResult {
    std::string what;
};  // "Store the cache in FP8": the changes before it belong together; announced with the state it led to
struct SetTheme {
    Theme theme;
};

using Action =
    std::variant<SetParam, Assign, ResetParam, Play, Restart, Seek, Reset, Undo, Tick, Import, ImportFiles, ImportModel,
                 ForgetModel, SetQuery, AskLab, ProvideModel, LabReply, DismissNotice, ReportResult, SetTheme>;

// The only way to change the state; what is refused becomes a notice.
void apply(State& s, const Action& a);
// The same for a caller that reports refusals itself: returns them, and leaves no notice.
[[nodiscard]] std::vector<Refusal> try_apply(State& s, const Action& a);

}  // namespace kvx::app
