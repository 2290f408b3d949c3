#include "platform/layout_lint.h"

#include <cctype>

namespace kvx::platform {

namespace {

// Red, green, blue, opacity: 0 to 255.
void write_color(core::JsonWriter& out, ui::Color c) {
    out.begin_array();
    for (const int shift : {0, 8, 16, 24}) out.number((c >> shift) & 0xFFu);
    out.end_array();
}

void report(core::JsonWriter& out, const char* kind, const ui::LintBox& a, const ui::LintBox* b = nullptr) {
    out.begin_object().field("kind", kind).field("a", a.what);
    if (b) out.field("b", b->what);
    if (!a.control) write_color(out.key("ink"), a.ink);
    ui::write_rect(out.key("rect"), a.rect, 1);
    out.end_object();
}

// Letters and digits in lower case, so that punctuation and line breaks do not matter.
std::string letters_of(std::string_view s) {
    std::string out;
    for (const char c : s)
        if (const auto u = static_cast<unsigned char>(c); std::isalnum(u) != 0)
            out += static_cast<char>(std::tolower(u));
    return out;
}

// All text of the semantic tree, one line a node.
std::string text_of_tree(const ui::Ui& ui) {
    std::string out;
    for (const ui::Node& n : ui.tree.nodes()) {
        for (const std::string* part : {&n.name, &n.value, &n.hint}) out += letters_of(*part);
        for (const auto& [value, label] : n.options) out += letters_of(label);
        for (const std::vector<std::string>& row : n.rows)
            for (const std::string& cell : row) out += letters_of(cell) + '\n';
        out += '\n';
    }
    return out;
}

}  // namespace

std::string lint_layout(const ui::Ui& ui) {
    core::JsonWriter out;
    out.begin_array();
    const ui::Rect window{0, 0, ui.viewport.w, ui.viewport.h};
    const std::string exposed = text_of_tree(ui);
    for (size_t i = 0; i < ui.boxes.size(); ++i) {
        const ui::LintBox& a = ui.boxes[i];
        const ui::Rect seen = a.rect.intersect(a.clip);
        if (seen.w < 1 || seen.h < a.rect.h * 0.9f) continue;  // scrolled out of view: no fault
        if (a.covered) {
            report(out, "figure covered", a);
            continue;
        }
        if (a.cut) report(out, "cut text", a);
        if (!a.control) report(out, "text", a);
        if (!a.control && !a.cut && exposed.find(letters_of(a.what)) == std::string::npos)
            report(out, "text not in tree", a);
        if (!seen.inside(window, 1)) report(out, "outside the window", a);
        if (a.control && ui.viewport.coarse && (a.rect.w < 43.5f || a.rect.h < 43.5f))
            report(out, "target under 44 px", a);
        for (size_t j = i + 1; j < ui.boxes.size(); ++j) {
            const ui::LintBox& b = ui.boxes[j];
            if (a.layer != b.layer || a.control != b.control || b.covered) continue;
            if (b.rect.intersect(b.clip).h < b.rect.h * 0.9f) continue;
            if (a.rect.overlaps(b.rect, a.control ? 3.0f : 1.5f))
                report(out, a.control ? "controls overlap" : "text overlaps", a, &b);
        }
    }
    return out.end_array().text();
}

}  // namespace kvx::platform
