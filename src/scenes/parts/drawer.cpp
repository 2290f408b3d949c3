#include "scenes/parts/drawer.h"

#include "scenes/parts/page_frame.h"

namespace kvx::scenes {

using ui::Rect;

void draw_drawer(Page& p, const Rect& area, const std::function<void(const Rect&)>& content) {
    ui::Ui& ui = p.ui;
    if (!p.memory.drawer) {
        // In the top bar, left of the icons, where it covers nothing.
        const float icons =
            p.state.in.embed
                ? 150.0f
                : (ui.viewport.w >= kPresentFrom ? 4.0f : 3.0f) * ((ui.viewport.coarse ? 44.0f : 36.0f) + 8) + 24;
        const Rect b{area.right() - 16 - icons - 110, area.y - 48, 110, 44};
        if (ui::button(ui, "drawer.open", b, "Controls")) {
            p.memory.drawer = true, ui.ask_frame();
            ui.tree.focus("drawer.close");
        }
        return;
    }
    const float k = ui.animate("drawer", 1, ui::duration::sheet), w = 340;
    const Rect drawer{area.right() - w * k, area.y, w, area.h + 12};
    ui.begin_layer(drawer);
    ui.fill(drawer, ui.theme->bg);
    ui.fill({drawer.x, drawer.y, 1, drawer.h}, ui.theme->line2);
    Rect body = drawer.inset(16, 12);
    Rect top = body.cut_top(44, 4);
    if (ui::icon_button(ui, "drawer.close", top.cut_right(44, 8), ui::Icon::close, "Close controls") ||
        (!ui.dialog_open() && ui.took_key("Escape"))) {
        p.memory.drawer = false, ui.ask_frame();
        ui.tree.focus("drawer.open");
    }
    ui::heading(ui, "drawer", top, "Controls", ui::type::title, ui.theme->text, 2);
    content(body);
    ui.end_layer();
}

}  // namespace kvx::scenes
