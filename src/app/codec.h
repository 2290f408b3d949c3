// State <-> URL query, saved session, command line.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "app/params/params.h"
#include "app/state.h"

namespace kvx::app {

// The decoded pairs of a query, at most 8 KiB; `unknown` gets one sentence for each unknown key.
std::vector<Assignment> read_query(std::string_view query, std::vector<std::string>& unknown);

// Registry order, non-default values only, percent-encoded; always starts with "?view=…".
std::string to_query(const State& s);
// Starts from defaults; unknown keys and bad values are ignored with a sentence in s.notices. Accepts a query with or
// without "?", or a whole URL.
void from_query(State& s, std::string_view query);
// JSON {"v":1,"query":"?…","theme":"dark"}.
std::string to_session(const State& s);
enum class SessionRead : uint8_t {
    whole,
    own_models,  // of another version: only the models of one's own could be understood
    nothing,     // empty, or damaged: the state is as it was
};
SessionRead from_session(State& s, std::string_view json);
// One sentence for the visitor whose saved session is not fully restored; "" otherwise.
std::string session_notice(SessionRead read, std::string_view json);
// The page as on a first visit; its link is kept for undo.
void reset(State& s);
void undo(State& s);
// The state of a first visit: a batch that shows every part of the stage.
void welcome(State& s);

}  // namespace kvx::app
