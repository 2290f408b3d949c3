// Every colour, size, radius and duration of the app. The tokens of the design stand in theme_tokens.inc, which the
// page's CSS is made from as well.
#pragma once
#include <cstdint>

namespace kvx::ui {

using Color = uint32_t;  // ImGui order: 0xAABBGGRR

constexpr Color rgb(uint32_t hex, float alpha = 1.0f) {
    return (static_cast<uint32_t>(alpha * 255.0f + 0.5f) << 24) | ((hex & 0xFFu) << 16) | (hex & 0xFF00u) |
           ((hex >> 16) & 0xFFu);
}
constexpr Color fade(Color c, float alpha) {
    return (c & 0x00FFFFFFu) | (static_cast<uint32_t>(static_cast<float>(c >> 24) * alpha + 0.5f) << 24);
}
Color mix(Color a, Color b, float t);

struct Theme {
    bool dark;
#define KVX_COLOR(name, dark, light, contrast) Color name;
#include "ui/theme_tokens.inc"
    Color ghost, ghost_fill;  // translucent
    Color sequence[8];
};

const Theme& dark_theme();
const Theme& light_theme();
// For visitors who prefer more contrast: text and lines closer to black or white.
Theme more_contrast(Theme t);
// The system's own colours (forced-colors); colours with a meaning stay.
struct SystemColors {
    Color canvas = 0, text = 0, highlight = 0, highlight_text = 0, button = 0, link = 0;
};
Theme forced_theme(Theme t, const SystemColors& c);

namespace radius {
#define KVX_RADIUS(name, px) inline constexpr float name = px;
#include "ui/theme_tokens.inc"
}  // namespace radius
namespace duration {  // seconds
inline constexpr float hover = 0.10f, toggle = 0.15f, value = 0.20f, sheet = 0.25f, cell = 0.18f;
}

enum class Face : uint8_t { regular, semibold, mono };
struct TextStyle {
    Face face;
    float size, line;
};
namespace type {
#define KVX_TYPE(name, face, size, line) inline constexpr TextStyle name{Face::face, size, line};
#include "ui/theme_tokens.inc"
}  // namespace type

}  // namespace kvx::ui
