#include "platform/layout_lint.h"

namespace kvx::platform {

namespace {

void report(core::JsonWriter& out, const char* kind, const ui::LintBox& a, const ui::LintBox* b = nullptr) {
    out.begin_object().field("kind", kind).field("a", a.what);
    if (b) out.field("b", b->what);
    ui::write_rect(out.key("rect"), a.rect, 1);
    out.end_object();
}

}  // namespace

std::string lint_layout(const ui::Ui& ui) {
    core::JsonWriter out;
    out.begin_array();
    const ui::Rect window{0, 0, ui.viewport.w, ui.viewport.h};
    for (size_t i = 0; i < ui.boxes.size(); ++i) {
        const ui::LintBox& a = ui.boxes[i];
        const ui::Rect seen = a.rect.intersect(a.clip);
        if (seen.w < 1 || seen.h < a.rect.h * 0.9f) continue;  // scrolled out of view: no fault
        if (a.covered) {
            report(out, "figure covered", a);
            continue;
        }
        if (a.cut) report(out, "cut text", a);
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
