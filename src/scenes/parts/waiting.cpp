#include "scenes/parts/waiting.h"

#include <algorithm>

namespace kvx::scenes {

using ui::Rect;
using ui::Theme;

void draw_waiting(Page& p, const Rect& area, std::string_view page) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const std::string& trouble = p.state.learn.trouble;
    const float w = std::min(area.w - 32, 440.0f);
    const std::string words = trouble.empty() ? "Loading the small model (112 kB)." : trouble;
    const float words_h = ui.paragraph({0, 0, w, 0}, words, ui::type::control, 0, true);
    Rect r = area.centered(w, 30 + words_h + 64);
    ui::heading(ui, "learn.waiting", r.cut_top(24, 8),
                trouble.empty() ? std::string("One moment") : "The " + std::string(page) + " page has no model",
                ui::type::title, t.text, 2);
    const Rect line = r.cut_top(words_h, 20);
    ui.paragraph(line, words, ui::type::control, t.dim);
    ui.record("learn.trouble", "status", words, line);
    if (!trouble.empty() && ui::button(ui, "learn.retry", r.cut_top(44).centered(std::min(w, 160.0f), 44), "Try again",
                                       ui::ButtonLook::primary))
        p.out.push_back(app::AskLab{app::LabRequest::load});
}

}  // namespace kvx::scenes
