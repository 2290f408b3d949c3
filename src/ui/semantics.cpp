#include "ui/semantics.h"

#include <cmath>
#include <unordered_set>
#include <utility>

#include "core/json_writer.h"

namespace kvx::ui {

void write_rect(core::JsonWriter& w, const Rect& r, int decimals) {
    w.begin_array();
    for (const float side : {r.x, r.y, r.w, r.h}) w.fixed(static_cast<double>(side), decimals);
    w.end_array();
}

Node make_node(std::string_view id, std::string_view role, std::string_view name, const Rect& r,
               std::string_view value) {
    Node n;
    n.id = id;
    n.role = role;
    n.name = name;
    n.value = value;
    n.rect = r;
    return n;
}

namespace {

using core::JsonWriter;

void text_field(JsonWriter& w, const char* key, std::string_view text) {
    if (!text.empty()) w.field(key, text);
}

void flag(JsonWriter& w, const char* key, int state) {
    if (state >= 0) w.field(key, state != 0);
}

// Everything but id and rectangle: an object that is still open.
JsonWriter body_of(const Node& n) {
    JsonWriter w;
    w.begin_object();
    text_field(w, "parent", n.parent);
    text_field(w, "role", n.role);
    text_field(w, "name", n.name);
    text_field(w, "value", n.value);
    text_field(w, "href", n.href);
    text_field(w, "style", n.style);
    text_field(w, "hint", n.hint);
    text_field(w, "opener", n.opener);
    text_field(w, "controls", n.controls);
    text_field(w, "active", n.active);
    if (n.numeric) w.field("now", n.now).field("min", n.min).field("max", n.max).field("step", n.step);
    flag(w, "checked", n.checked);
    flag(w, "selected", n.selected);
    flag(w, "expanded", n.expanded);
    flag(w, "disabled", n.disabled ? 1 : -1);
    flag(w, "hidden", n.hidden ? 1 : -1);
    flag(w, "visible", n.visible ? 1 : -1);
    flag(w, "typed", n.typed ? 1 : -1);
    flag(w, "invalid", n.invalid ? 1 : -1);
    flag(w, "opens", n.opens ? 1 : -1);
    if (!n.clip.empty()) write_rect(w.key("clip"), n.clip, 1);
    if (n.level) w.field("level", static_cast<double>(n.level));
    if (!n.options.empty()) {
        w.key("options").begin_array();
        for (const auto& [value, label] : n.options) w.begin_array().string(value).string(label).end_array();
        w.end_array();
    }
    if (!n.rows.empty()) {
        w.key("rows").begin_array();
        for (const std::vector<std::string>& row : n.rows) {
            w.begin_array();
            for (const std::string& cell : row) w.string(cell);
            w.end_array();
        }
        w.end_array();
    }
    return w;
}

bool same(const Rect& a, const Rect& b) {
    const auto near = [](float p, float q) { return std::fabs(p - q) < 0.25f; };
    return near(a.x, b.x) && near(a.y, b.y) && near(a.w, b.w) && near(a.h, b.h);
}

}  // namespace

std::string SemanticTree::difference() {
    JsonWriter out;
    out.begin_object().key("set").begin_array();
    bool changed = false;
    std::unordered_set<std::string_view> alive;
    std::vector<std::string> order;
    order.reserve(nodes_.size());
    for (const Node& n : nodes_) {
        if (!alive.insert(n.id).second) continue;  // a duplicate id would make focus ambiguous: the first one counts
        order.push_back(n.id);
        JsonWriter body = body_of(n);
        const auto it = sent_.find(n.id);
        if (it != sent_.end() && it->second.body == body.text() && same(it->second.rect, n.rect)) continue;
        changed = true;
        sent_[n.id] = {body.text(), n.rect};
        write_rect(body.field("id", n.id).key("rect"), n.rect, 2);
        out.json(body.end_object().text());
    }
    out.end_array().key("remove").begin_array();
    for (auto it = sent_.begin(); it != sent_.end();) {
        if (alive.count(it->first)) {
            ++it;
            continue;
        }
        changed = true;
        out.string(it->first);
        it = sent_.erase(it);
    }
    out.end_array();
    if (order != order_) {
        changed = true;
        out.key("order").begin_array();
        for (const std::string& id : order) out.string(id);
        out.end_array();
        order_ = std::move(order);
    }
    if (!focus_.empty() && sent_.count(focus_) > 0) {
        changed = true;
        out.field("focus", std::exchange(focus_, {}));
    } else if (++focus_waits_ > kFocusPatience) {
        focus_.clear();
    }
    return changed ? out.end_object().text() : std::string();
}

}  // namespace kvx::ui
