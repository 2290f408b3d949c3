// State <-> URL query, saved session, command line.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "app/params/params.h"
#include "app/state.h"

namespace kvx::app {

// The pairs of a query, decoded; what no parameter knows is named in `unknown`, one sentence each. Reads at most 8 KiB.
std::vector<Assignment> read_query(std::string_view query, std::vector<std::string>& unknown);

// Registry order, only what differs from the default, percent-encoded; always starts with "?view=…".
std::string to_query(const State& s);
// Starts from defaults; unknown keys and bad values are named in s.notices and ignored, the rest is kept. Accepts with
// or without "?", or a whole URL.
void from_query(State& s, std::string_view query);
// JSON {"v":1,"query":"?…","theme":"dark"}.
std::string to_session(const State& s);
enum class SessionRead : uint8_t {
    whole,
    own_models,  // of another version: only the models of one's own could be understood
    nothing,     // empty, or damaged: the state is as it was
};
SessionRead from_session(State& s, std::string_view json);
// One sentence for the person whose saved session is not taken up as a whole; "" when there is nothing to say.
std::string session_notice(SessionRead read, std::string_view json);
// Everything of the page back to a first visit's, its link kept for undo.
void reset(State& s);
void undo(State& s);
// The state of a first visit: a batch that shows every part of the picture.
void welcome(State& s);

}  // namespace kvx::app
