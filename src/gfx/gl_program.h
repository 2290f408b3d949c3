// Shared by the shaders of this floor: a linked program, colours as floats, the clip of a draw command.
#pragma once
#include <imgui.h>

#include <cstdint>

namespace kvx::gfx {

unsigned link_program(const char* vertex, const char* fragment);  // 0 when it cannot be built
void put_color(float* out, uint32_t c);                           // an ImGui colour as four floats
void clip_to(const ImVec4& clip, float scale, float screen_h);    // CSS px
}  // namespace kvx::gfx
