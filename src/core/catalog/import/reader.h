// Reads the fields of a config.json under the names of every dialect, and remembers what was missing, assumed and
// asked.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/catalog/import/hf_config.h"
#include "core/catalog/import/size_names.h"
#include "core/json.h"

namespace kvx::core::hf {

constexpr int64_t kMostLayers = 4096;

class Reader {
  public:
    // `inner` describes the language model, `outer` the whole file; both may be the same object. `type`: whose
    // documented defaults fill what is left out. A file that is not nested always has the sizes without which it is
    // broken.
    Reader(JsonValue inner, JsonValue outer, std::string type, bool nested, ConfigImport& out);

    JsonValue at(std::string_view path) const;  // "attn_config.kv_n_heads" enters objects
    JsonValue root() const { return inner_; }
    // A usable whole number under any name of the size; of a list the first. -1 if there is none.
    int64_t find(Size s);
    int64_t number(Size s, int64_t otherwise);
    int64_t need(Size s);          // above 0, or it is missing
    int64_t need_or_zero(Size s);  // 0 is a value
    // One value for each layer, where the size is a list. Empty if it is not; a list that is too short is missing.
    std::vector<int64_t> each_layer(Size s, int64_t layers);

    int64_t whole(std::string_view path, int64_t otherwise, double most = 1048576) const;
    double real(std::string_view path, double otherwise) const;
    bool flag(std::string_view path, bool otherwise = false) const;
    bool flag_here_or_outside(std::string_view path, bool otherwise) const;
    std::string_view text(std::string_view path) const;
    std::vector<JsonValue> list(std::string_view path) const;  // empty if it is no list of 1 to 4,096

    void lack(std::string_view field);
    void lack(Size s);
    void assume(std::string text);
    void refuse(std::string sentence);  // the first one counts
    bool failed() const;
    const std::unordered_set<std::string>& asked() const { return asked_; }

  private:
    int64_t default_of(Size s);

    JsonValue inner_, outer_;
    std::string type_;
    bool nested_;
    ConfigImport& out_;
    std::unordered_map<std::string_view, JsonValue> fields_;  // of inner_: a hostile file may have 100,000
    mutable std::unordered_set<std::string> asked_;
};

// import_config, and the fields of the language model that it asked for.
ConfigImport import_and_note(std::string_view json, std::unordered_set<std::string>& asked);

// Control characters become spaces; at most `most` bytes, cut between characters.
std::string printable(std::string_view s, size_t most);

}  // namespace kvx::core::hf
