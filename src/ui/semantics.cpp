#include "ui/semantics.h"

#include <cmath>
#include <cstdio>
#include <unordered_set>

namespace kvx::ui {

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            char buffer[8];
            std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(c));
            out += buffer;
        } else {
            out += c;
        }
    }
    out += '"';
}

namespace {

void field(std::string& out, const char* key, std::string_view text) {
    if (text.empty()) return;
    out += ",\"";
    out += key;
    out += "\":";
    append_json_string(out, text);
}

void field(std::string& out, const char* key, double v) {
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, ",\"%s\":%.10g", key, v);
    out += buffer;
}

void flag(std::string& out, const char* key, int state) {
    if (state < 0) return;
    out += ",\"";
    out += key;
    out += state ? "\":true" : "\":false";
}

// Everything but id and rectangle.
std::string body_of(const Node& n) {
    std::string out;
    field(out, "parent", n.parent);
    field(out, "role", n.role);
    field(out, "name", n.name);
    field(out, "value", n.value);
    field(out, "href", n.href);
    field(out, "style", n.style);
    if (n.numeric) {
        field(out, "now", n.now);
        field(out, "min", n.min);
        field(out, "max", n.max);
        field(out, "step", n.step);
    }
    flag(out, "checked", n.checked);
    flag(out, "selected", n.selected);
    flag(out, "expanded", n.expanded);
    flag(out, "disabled", n.disabled ? 1 : -1);
    flag(out, "hidden", n.hidden ? 1 : -1);
    flag(out, "visible", n.visible ? 1 : -1);
    if (!n.clip.empty()) {
        char buffer[96];
        std::snprintf(buffer, sizeof buffer, ",\"clip\":[%.1f,%.1f,%.1f,%.1f]", static_cast<double>(n.clip.x),
                      static_cast<double>(n.clip.y), static_cast<double>(n.clip.w), static_cast<double>(n.clip.h));
        out += buffer;
    }
    if (n.level) field(out, "level", n.level);
    if (!n.options.empty()) {
        out += ",\"options\":[";
        for (size_t i = 0; i < n.options.size(); ++i) {
            out += i ? ",[" : "[";
            append_json_string(out, n.options[i].first);
            out += ',';
            append_json_string(out, n.options[i].second);
            out += ']';
        }
        out += ']';
    }
    return out;
}

bool same(const Rect& a, const Rect& b) {
    const auto near = [](float p, float q) { return std::fabs(p - q) < 0.25f; };
    return near(a.x, b.x) && near(a.y, b.y) && near(a.w, b.w) && near(a.h, b.h);
}

}  // namespace

std::string SemanticTree::difference() {
    std::string set, remove;
    std::unordered_set<std::string_view> alive;
    std::vector<std::string> order;
    order.reserve(nodes_.size());
    for (const Node& n : nodes_) {
        if (!alive.insert(n.id).second) continue;  // a duplicate id would make focus ambiguous: the first one counts
        order.push_back(n.id);
        std::string body = body_of(n);
        const auto it = sent_.find(n.id);
        if (it != sent_.end() && it->second.body == body && same(it->second.rect, n.rect)) continue;
        set += set.empty() ? "{\"id\":" : ",{\"id\":";
        append_json_string(set, n.id);
        char buffer[96];
        std::snprintf(buffer, sizeof buffer, ",\"rect\":[%.2f,%.2f,%.2f,%.2f]", static_cast<double>(n.rect.x),
                      static_cast<double>(n.rect.y), static_cast<double>(n.rect.w), static_cast<double>(n.rect.h));
        set += buffer;
        set += body;
        set += '}';
        sent_[n.id] = {std::move(body), n.rect};
    }
    for (auto it = sent_.begin(); it != sent_.end();) {
        if (alive.count(it->first)) {
            ++it;
            continue;
        }
        if (!remove.empty()) remove += ',';
        append_json_string(remove, it->first);
        it = sent_.erase(it);
    }
    const bool reordered = order != order_;
    if (set.empty() && remove.empty() && !reordered) return {};
    std::string out = "{\"remove\":[" + remove + "],\"set\":[" + set + "]";
    if (reordered) {
        out += ",\"order\":[";
        for (size_t i = 0; i < order.size(); ++i) {
            if (i) out += ',';
            append_json_string(out, order[i]);
        }
        out += ']';
        order_ = std::move(order);
    }
    return out + "}";
}

}  // namespace kvx::ui
