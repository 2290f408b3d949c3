#include "gfx/gl_program.h"

#include <GLES3/gl3.h>

#include <algorithm>

namespace kvx::gfx {

namespace {

unsigned compile(unsigned kind, const char* text) {
    const unsigned s = glCreateShader(kind);
    glShaderSource(s, 1, &text, nullptr);
    glCompileShader(s);
    return s;
}

unsigned link(const char* vertex, const char* fragment) {
    const unsigned v = compile(GL_VERTEX_SHADER, vertex), f = compile(GL_FRAGMENT_SHADER, fragment);
    const unsigned program = glCreateProgram();
    glAttachShader(program, v);
    glAttachShader(program, f);
    glLinkProgram(program);
    int ok = 0;
    glGetProgramiv(program, GL_LINK_STATUS, &ok);
    glDeleteShader(v);
    glDeleteShader(f);
    if (ok) return program;
    glDeleteProgram(program);
    return 0;
}

}  // namespace

bool Program::ready(const char* vertex, const char* fragment, std::span<const char* const> uniforms) {
    if (id_ != 0 || failed_) return id_ != 0;
    id_ = link(vertex, fragment);
    failed_ = id_ == 0;
    if (failed_) return false;
    for (size_t i = 0; i < std::min(uniforms.size(), uniforms_.size()); ++i)
        uniforms_[i] = glGetUniformLocation(id_, uniforms[i]);
    return true;
}

void Program::use() const {
    glUseProgram(id_);
}

void put_color(float* out, uint32_t c) {
    for (int i = 0; i < 4; ++i) out[i] = static_cast<float>((c >> (8 * i)) & 0xFF) / 255.0f;
}

void clip_to(const ImVec4& c, float s, float screen_h) {
    glEnable(GL_SCISSOR_TEST);
    glScissor(static_cast<int>(c.x * s), static_cast<int>((screen_h - c.w) * s), static_cast<int>((c.z - c.x) * s),
              static_cast<int>((c.w - c.y) * s));
}

}  // namespace kvx::gfx
