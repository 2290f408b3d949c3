#include "platform/layout_lint.h"

#include <cstdio>

namespace kvx::platform {

namespace {

struct Report {
    std::string out = "[";
    void add(const char* kind, const ui::LintBox& a, const ui::LintBox* b) {
        out += out.size() > 1 ? ",{\"kind\":" : "{\"kind\":";
        ui::append_json_string(out, kind);
        out += ",\"a\":";
        ui::append_json_string(out, a.what);
        if (b) {
            out += ",\"b\":";
            ui::append_json_string(out, b->what);
        }
        char buffer[96];
        std::snprintf(buffer, sizeof buffer, ",\"rect\":[%.1f,%.1f,%.1f,%.1f]}", static_cast<double>(a.rect.x),
                      static_cast<double>(a.rect.y), static_cast<double>(a.rect.w), static_cast<double>(a.rect.h));
        out += buffer;
    }
};

}  // namespace

std::string lint_layout(const ui::Ui& ui) {
    Report report;
    const ui::Rect window{0, 0, ui.view.w, ui.view.h};
    for (size_t i = 0; i < ui.boxes.size(); ++i) {
        const ui::LintBox& a = ui.boxes[i];
        const ui::Rect seen = a.rect.intersect(a.clip);
        if (seen.w < 1 || seen.h < a.rect.h * 0.9f) continue;  // scrolled out of view: no fault
        if (a.cut) report.add("cut text", a, nullptr);
        if (!seen.inside(window, 1)) report.add("outside the window", a, nullptr);
        if (a.control && ui.view.coarse && (a.rect.w < 43.5f || a.rect.h < 43.5f))
            report.add("target under 44 px", a, nullptr);
        for (size_t j = i + 1; j < ui.boxes.size(); ++j) {
            const ui::LintBox& b = ui.boxes[j];
            if (a.layer != b.layer || a.control != b.control) continue;
            if (b.rect.intersect(b.clip).h < b.rect.h * 0.9f) continue;
            if (a.rect.overlaps(b.rect, a.control ? 3.0f : 1.5f))
                report.add(a.control ? "controls overlap" : "text overlaps", a, &b);
        }
    }
    return report.out + "]";
}

}  // namespace kvx::platform
