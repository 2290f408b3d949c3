// Line icons on an 18 × 18 grid, 1.5 px strokes.
#pragma once
#include "ui/ui.h"

namespace kvx::ui {

enum class Icon : uint8_t {
    play,
    pause,
    restart,
    share,
    theme,
    help,
    chevron,
    close,
    sliders,
    info,
    warning,
    check,
    search,
    logo,
    up,
    import,
    back,
    chevron_right,
    plus,
    minus,
    whole
};

// Centred in r at its natural 18 px, scaled by `scale`.
void icon(Ui& ui, Icon i, const Rect& r, Color c, float scale = 1);

}  // namespace kvx::ui
