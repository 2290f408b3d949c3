// What happens to the page, in the numbers the browser's side sends (web/events.js holds the same ones).
#pragma once
#include <cstdint>
#include <string>

namespace kvx::ui {

enum class PointerPhase : uint8_t { move, down, up, cancel, leave };
enum class PointerKind : uint8_t { mouse, touch, pen };
struct PointerEvent {
    PointerPhase phase = PointerPhase::move;
    PointerKind kind = PointerKind::mouse;
    int id = 0;  // of the finger, or the mouse
    float x = 0, y = 0;
};

enum class Modifier : uint8_t { shift = 1, ctrl = 2, alt = 4, meta = 8 };

enum class ActKind : uint8_t { press, set, focus, blur, increment, decrement };
struct Act {  // an event of a semantic element
    std::string id;
    ActKind kind = ActKind::press;
    std::string value;
};

enum class ViewportFlag : uint16_t {
    coarse = 1,
    reduced_motion = 2,
    light = 4,
    forced_colors = 8,
    hidden = 16,
    software = 32,
    more_contrast = 128,
    less_transparency = 256,
    text_only = 512,
};

}  // namespace kvx::ui
