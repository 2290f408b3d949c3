// The short form in which models.json gives a release: "linear=fp8 experts=packed:4:32 head=bf16".
#pragma once
#include <string>
#include <string_view>

#include "core/catalog/release.h"

namespace kvx::core {

// Words of classes or parts, "=" and a format, from general to special: a row of formats.json, with ":bits:group" where
// checkpoints choose those. A word alone ("bf16") is what the rest stays in. "" or what cannot be read.
std::string read_release(std::string_view text, Release& out);

}  // namespace kvx::core
