// The meaning of a page: one node for each thing that can be read or used. The same list feeds screen readers, tests
// and the layout lint.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/json_writer.h"
#include "ui/rect.h"

namespace kvx::ui {

using TableRows = std::vector<std::vector<std::string>>;

struct Node {
    std::string id, parent, role, name;  // roles: see docs/bridge.md
    std::string value, href, style, hint;
    std::string opener;            // of a dialog: the node whose press opened it
    std::string controls, active;  // of a search: the list below it, and the row that Enter takes
    Rect rect, clip;               // clip: the part of a `visible` node that is not scrolled away or covered
    int layer = 0;
    double now = 0, min = 0, max = 0, step = 0;
    bool numeric = false;                               // now, min, max, step count
    int8_t checked = -1, selected = -1, expanded = -1;  // -1: does not apply
    bool disabled = false, hidden = false, visible = false;
    bool typed = false;    // a select that letters open as a search
    bool invalid = false;  // a field whose last value was refused
    bool opens = false;    // a figure that opens its explanation
    int level = 0;         // headings
    std::vector<std::pair<std::string, std::string>> options;
    TableRows rows;  // of a table; the first one names the columns, the first cell of each names its row

    // What a plain node adds, in one expression: ui.node(make_node(id, "tab", label, r).with_parent("pages") …).
    Node&& with_parent(std::string_view id_of_parent) && {
        parent = id_of_parent;
        return std::move(*this);
    }
    Node&& with_checked(bool on) && {
        checked = on ? 1 : 0;
        return std::move(*this);
    }
    Node&& with_selected(bool on) && {
        selected = on ? 1 : 0;
        return std::move(*this);
    }
    Node&& with_level(int heading_level) && {
        level = heading_level;
        return std::move(*this);
    }
    Node&& with_href(std::string_view address) && {
        href = address;
        return std::move(*this);
    }
    Node&& with_options(std::vector<std::pair<std::string, std::string>> choices) && {
        options = std::move(choices);
        return std::move(*this);
    }
    Node&& with_rows(TableRows cells) && {
        rows = std::move(cells);
        return std::move(*this);
    }
    Node&& with_hint(std::string_view words) && {
        hint = words;
        return std::move(*this);
    }
    Node&& with_explanation() && {
        opens = true;
        return std::move(*this);
    }
    Node&& with_typing() && {
        typed = true;
        return std::move(*this);
    }
    Node&& with_list(std::string_view id_of_list, std::string_view id_of_row) && {
        controls = id_of_list, active = id_of_row;
        return std::move(*this);
    }
    Node&& with_range(double lowest, double highest, double at, double by) && {
        numeric = true;
        min = lowest, max = highest, now = at, step = by;
        return std::move(*this);
    }
    Node&& drawn_by_browser(std::string_view text_style) && {  // selectable, translatable: prose, links, text fields
        visible = true;
        style = text_style;
        return std::move(*this);
    }
};

Node make_node(std::string_view id, std::string_view role, std::string_view name, const Rect& r,
               std::string_view value = {});

// Turns each frame's list into the difference from the last one sent.
class SemanticTree {
  public:
    void add(Node n) { nodes_.push_back(std::move(n)); }
    void clear() { nodes_.clear(); }
    const std::vector<Node>& nodes() const { return nodes_; }
    std::vector<Node>& nodes() { return nodes_; }
    // With the first difference that has the node, if it comes soon.
    void focus(std::string_view id) {
        focus_ = id;
        focus_waits_ = 0;
    }
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
    static constexpr int kFocusPatience = 3;  // differences
    std::string focus_;
    int focus_waits_ = 0;
};

void write_rect(core::JsonWriter& w, const Rect& r, int decimals);  // [x, y, w, h]

}  // namespace kvx::ui
