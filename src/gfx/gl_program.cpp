#include "gfx/gl_program.h"

#include <GLES3/gl3.h>

namespace kvx::gfx {

namespace {

unsigned compile(unsigned kind, const char* text) {
    const unsigned s = glCreateShader(kind);
    glShaderSource(s, 1, &text, nullptr);
    glCompileShader(s);
    return s;
}

}  // namespace

unsigned link_program(const char* vertex, const char* fragment) {
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

void put_color(float* out, uint32_t c) {
    for (int i = 0; i < 4; ++i) out[i] = static_cast<float>((c >> (8 * i)) & 0xFF) / 255.0f;
}

void clip_to(const ImVec4& c, float s, float screen_h) {
    glEnable(GL_SCISSOR_TEST);
    glScissor(static_cast<int>(c.x * s), static_cast<int>((screen_h - c.w) * s), static_cast<int>((c.z - c.x) * s),
              static_cast<int>((c.w - c.y) * s));
}

}  // namespace kvx::gfx
