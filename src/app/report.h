// The answers as a document for programs.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "app/state.h"
#include "core/json_writer.h"
#include "core/quantity.h"

namespace kvx::app {

std::string_view version();
std::vector<core::Quantity> quantities(const State& s);
void write_model(core::JsonWriter& w, const core::Model& m);  // one object
void write_device(core::JsonWriter& w, const core::Device& d);
// {"version","command","inputs","quantities","notices"}; only the named quantities when `ids` is not empty.
std::string report_json(const State& s, std::string_view command, const std::vector<std::string>& ids);
// {"version","command","parameters":[{"id","flag",…,"choices","help"}]}: the registry, as `kvx params --json` gives it.
std::string params_json(const State& s);

}  // namespace kvx::app
