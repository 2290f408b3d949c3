#include "gfx/cell_field.h"

#include <GLES3/gl3.h>

#include <algorithm>

#include "gfx/gl_program.h"

namespace kvx::gfx {

namespace {

constexpr int kMaxModules = 128;

const char* const kVertex = R"(#version 300 es
uniform vec4 u_modules[128];
uniform vec4 u_grid;    // columns, rows, pitch, scale (CSS px)
uniform vec2 u_screen;  // CSS px
out vec2 v_at;
flat out int v_module;
void main() {
    vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
    vec2 size = u_grid.xy * u_grid.z;
    v_at = corner * size;
    v_module = gl_InstanceID;
    vec2 p = (u_modules[gl_InstanceID].xy + v_at) / u_screen;
    gl_Position = vec4(p.x * 2.0 - 1.0, 1.0 - p.y * 2.0, 0.0, 1.0);
})";

const char* const kFragment = R"(#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
uniform usampler2D u_state;
uniform vec4 u_grid;
uniform vec2 u_cell;         // gap, radius (CSS px)
uniform vec4 u_color[20];
uniform float u_outline;
in vec2 v_at;
flat in int v_module;
out vec4 color;

float box(vec2 p, vec2 half_size, float r) {
    vec2 q = abs(p) - half_size + r;
    return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - r;
}
float stripe(float pitch, float width) {
    float d = mod((gl_FragCoord.x - gl_FragCoord.y) / u_grid.w * 0.70710678, pitch);
    d = min(d, pitch - d);
    return clamp((width * 0.5 - d) * u_grid.w + 0.5, 0.0, 1.0);
}
void main() {
    vec2 cell = floor(v_at / u_grid.z);
    vec2 p = v_at - (cell + 0.5) * u_grid.z;
    int columns = int(u_grid.x);
    int index = int(cell.y) * columns + int(cell.x);
    uvec4 texel = texelFetch(u_state, ivec2(index, v_module), 0);
    int code = int(texel.r);
    if (code == 5) discard;
    vec2 half_size = vec2((u_grid.z - u_cell.x) * 0.5);
    float d = box(p, half_size, u_cell.y) * u_grid.w;
    float cover = clamp(0.5 - d, 0.0, 1.0);
    vec4 c;
    if (code >= 160) c = u_color[9];
    else if (code >= 96) c = mix(u_color[7], u_color[8], float(code - 96) / 63.0);
    else if (code >= 48) {
        vec4 s = u_color[11 + ((code - 48) & 7)];
        c = mix(u_color[3], vec4(s.rgb, 1.0), stripe(4.5, 1.3) * 0.62);
    } else if (code >= 16) {
        int s = code - 16;
        c = u_color[11 + (s & 7)];
        if (u_outline > 0.0 && ((s & 7) == 3 || (s & 7) == 7)) c.rgb *= d > -1.4 ? 0.7 : 1.0;
        if (s >= 8 && (p.x + p.y) < -half_size.x * 0.9) cover = 0.0;
    } else if (code == 1) c = u_color[1];
    else if (code == 2) c = u_color[2];
    else if (code == 3) c = mix(u_color[3], u_color[4], stripe(5.0, 1.4));
    else if (code == 4) {
        vec4 g = u_color[6];
        float k = stripe(4.5, 1.6) * g.a;
        vec4 base = mix(u_color[0], vec4(u_color[5].rgb, 1.0), u_color[5].a * 1.6);
        c = vec4(mix(base.rgb, g.rgb, k), 1.0);
    } else if (code == 6) {
        vec3 g = u_color[6].rgb;
        c = vec4(mix(mix(u_color[0].rgb, g, 0.55), g, stripe(4.5, 1.6)), 1.0);
    } else c = u_color[0];
    float age = float(texel.g) / 255.0;
    if (age > 0.0 && code >= 16 && code < 48) {
        float ring = clamp(d + 2.0 * u_grid.w * 0.5 + 0.5, 0.0, 1.0);
        c = mix(c, u_color[10], age * max(ring, 0.35));
    }
    color = vec4(c.rgb, c.a * cover);
})";

}  // namespace

void CellField::resize(int c, int r, size_t module_count) {
    const size_t bytes = static_cast<size_t>(c) * static_cast<size_t>(r) * module_count * 2;
    if (c == columns && r == rows && texels_.size() == bytes) return;
    columns = c;
    rows = r;
    texels_.assign(bytes, 0);
    dirty_ = true;
}

void CellField::forget() {
    program_.forget();
    texture_ = vao_ = 0;
    texture_w_ = texture_h_ = 0;
    dirty_ = true;
}

bool CellField::build() {
    static constexpr const char* uniforms[] = {"u_modules", "u_grid",  "u_screen", "u_state",
                                               "u_cell",    "u_color", "u_outline"};
    if (!program_.ready(kVertex, kFragment, uniforms)) return false;
    if (vao_ != 0) return true;
    glGenVertexArrays(1, &vao_);
    glGenTextures(1, &texture_);
    return true;
}

void CellField::draw(ImDrawList* list, const Palette& palette, float scale, float screen_w, float screen_h) {
    if (modules.empty() || columns <= 0 || rows <= 0) return;
    Job job{this, palette, scale, screen_w, screen_h};
    list->AddCallback(render, &job, sizeof job);
    list->AddCallback(ImDrawCallback_ResetRenderState, nullptr);
}

void CellField::render(const ImDrawList*, const ImDrawCmd* cmd) {
    const Job& job = *static_cast<const Job*>(cmd->UserCallbackData);
    CellField& f = *job.field;
    if (!f.build()) return;
    const auto count = std::min(f.modules.size(), static_cast<size_t>(kMaxModules));
    const int w = f.columns * f.rows, h = static_cast<int>(count);
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, f.texture_);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    if (w != f.texture_w_ || h != f.texture_h_) {
        glTexImage2D(GL_TEXTURE_2D, 0, GL_RG8UI, w, h, 0, GL_RG_INTEGER, GL_UNSIGNED_BYTE, f.texels_.data());
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
        f.texture_w_ = w;
        f.texture_h_ = h;
    } else if (f.dirty_) {
        glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, w, h, GL_RG_INTEGER, GL_UNSIGNED_BYTE, f.texels_.data());
    }
    f.dirty_ = false;

    float places[kMaxModules * 4] = {};
    for (size_t i = 0; i < count; ++i) {
        places[i * 4] = f.modules[i].x;
        places[i * 4 + 1] = f.modules[i].y;
    }
    float colors[20 * 4] = {};
    const Palette& p = job.palette;
    const uint32_t fixed[11] = {p.free,  p.weights, p.activations, p.outside, p.outside_stripe, p.ghost_fill,
                                p.ghost, p.idle,    p.green,       p.future,  p.white};
    for (int i = 0; i < 11; ++i) put_color(colors + i * 4, fixed[i]);
    for (int i = 0; i < 8; ++i) put_color(colors + (11 + i) * 4, p.sequence[i]);

    const float s = job.scale;
    clip_to(cmd->ClipRect, s, job.h);
    f.program_.use();
    glUniform4fv(f.program_.uniform(0), static_cast<int>(count), places);
    glUniform4f(f.program_.uniform(1), static_cast<float>(f.columns), static_cast<float>(f.rows), f.pitch, s);
    glUniform2f(f.program_.uniform(2), job.w, job.h);
    glUniform1i(f.program_.uniform(3), 0);
    glUniform2f(f.program_.uniform(4), f.gap, f.radius);
    glUniform4fv(f.program_.uniform(5), 20, colors);
    glUniform1f(f.program_.uniform(6), p.sequence_outline);
    glBindVertexArray(f.vao_);
    glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, static_cast<int>(count));
}

}  // namespace kvx::gfx
