// Shared by the shaders of this floor: a linked program, colours as floats, the clip of a draw command.
#pragma once
#include <imgui.h>

#include <array>
#include <cstdint>
#include <span>

namespace kvx::gfx {

class Program {
  public:
    // Links on first use; false if that failed, which is tried only once.
    bool ready(const char* vertex, const char* fragment, std::span<const char* const> uniforms);
    void use() const;
    int uniform(size_t i) const { return uniforms_[i]; }  // in the order of `ready`
    void forget() { *this = {}; }                         // after a lost context

  private:
    unsigned id_ = 0;
    bool failed_ = false;
    std::array<int, 8> uniforms_ = {};
};

void put_color(float* out, uint32_t c);                         // an ImGui colour as four floats
void clip_to(const ImVec4& clip, float scale, float screen_h);  // CSS px
}  // namespace kvx::gfx
