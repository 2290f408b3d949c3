// The meaning of a page: one node for each thing a person can read or use. The same list feeds screen readers, tests
// and the layout lint.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ui/rect.h"

namespace kvx::ui {

struct Node {
    std::string id, parent, role, name;  // roles: see docs/bridge.md
    std::string value, href, style;
    Rect rect, clip;  // clip: the visible part of a `visible` node inside a scroll area
    double now = 0, min = 0, max = 0, step = 0;
    bool numeric = false;                               // now, min, max, step count
    int8_t checked = -1, selected = -1, expanded = -1;  // -1: does not apply
    bool disabled = false, hidden = false, visible = false;
    int level = 0;  // headings
    std::vector<std::pair<std::string, std::string>> options;
};

// Turns each frame's list into the difference from the last one sent.
class SemanticTree {
  public:
    void add(Node n) { nodes_.push_back(std::move(n)); }
    void clear() { nodes_.clear(); }
    const std::vector<Node>& nodes() const { return nodes_; }
    // JSON of the difference, "" when there is none; remembers what it returned.
    std::string difference();
    void forget() {
        sent_.clear();
        order_.clear();
    }

  private:
    struct Sent {
        std::string body;
        Rect rect;
    };
    std::vector<Node> nodes_;
    std::unordered_map<std::string, Sent> sent_;
    std::vector<std::string> order_;
};

void append_json_string(std::string& out, std::string_view text);

}  // namespace kvx::ui
