#include "gfx/strip_field.h"

#include <GLES3/gl3.h>

#include <cstddef>

#include "gfx/gl_program.h"

namespace kvx::gfx {

namespace {

constexpr int kParts = sizeof(Strip) / 16;  // attributes of four floats
static_assert(sizeof(Strip) == 16 * kParts);

const char* const kVertex = R"(#version 300 es
layout(location = 0) in vec4 a_rect;
layout(location = 1) in vec4 a_view;      // first, per_px, rows, light
layout(location = 2) in vec4 a_fill;      // from, to, reserved_to, end
layout(location = 3) in vec4 a_hue;       // hue, step, block, block_first
layout(location = 4) in vec4 a_kind;      // newest, color, values, width
uniform vec2 u_screen;
out vec2 v_at;
flat out vec4 v_rect, v_view, v_fill, v_hue, v_kind;
void main() {
    vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
    v_at = corner * a_rect.zw;
    v_rect = a_rect;
    v_view = a_view;
    v_fill = a_fill;
    v_hue = a_hue;
    v_kind = a_kind;
    vec2 p = (a_rect.xy + v_at) / u_screen;
    gl_Position = vec4(p.x * 2.0 - 1.0, 1.0 - p.y * 2.0, 0.0, 1.0);
})";

const char* const kFragment = R"(#version 300 es
precision highp float;
precision highp int;
uniform sampler2D u_values;
uniform vec4 u_color[12];  // unfilled, reserved, stripe, white, five kinds, negative, positive, gap
uniform float u_scale, u_stripe_light;
in vec2 v_at;
flat in vec4 v_rect, v_view, v_fill, v_hue, v_kind;
out vec4 color;

float stripes() {
    float d = mod((gl_FragCoord.x - gl_FragCoord.y) / u_scale * 0.70710678, 4.5);
    d = min(d, 4.5 - d);
    return clamp((0.65 - d) * u_scale + 0.5, 0.0, 1.0);
}
vec3 hue(float h) {
    vec3 k = clamp(abs(fract(h + vec3(0.0, 2.0 / 3.0, 1.0 / 3.0)) * 6.0 - 3.0) - 1.0, 0.0, 1.0);
    return mix(vec3(0.75), k, 0.6) * u_stripe_light;
}
void main() {
    float u = v_view.x + v_at.x * v_view.y;
    float column = floor(u), pitch = 1.0 / v_view.y;
    float in_x = (u - column) * pitch;              // CSS px from the cell's left edge
    float row_h = v_rect.w / v_view.z;
    float row = floor(v_at.y / row_h), in_y = v_at.y - row * row_h;
    if (column < 0.0 || u >= v_fill.w) discard;
    float gap_x = pitch >= 3.0 ? min(1.0 + floor(pitch / 24.0), 2.0) : pitch >= 2.5 ? 0.5 : 0.0;
    float gap_y = row_h >= 4.0 ? 1.0 : 0.0;
    bool edge = v_hue.z > 0.0 && pitch >= 5.0 && mod(column + v_hue.w, v_hue.z) < 0.5 && in_x < 1.0 && column > 0.0;
    if (edge) { color = vec4(u_color[11].rgb, 1.0); return; }
    float cover = 1.0;  // of the pixel by the cell: soft edges keep narrow cells even
    if (gap_x > 0.0) cover *= clamp((pitch - gap_x - in_x) * u_scale + 0.5, 0.0, 1.0) * clamp(in_x * u_scale + 0.5, 0.0, 1.0);
    if (gap_y > 0.0) cover *= clamp((row_h - gap_y - in_y) * u_scale + 0.5, 0.0, 1.0) * clamp(in_y * u_scale + 0.5, 0.0, 1.0);
    vec4 c = u_color[0];
    if (u >= v_fill.x && u < v_fill.y) {
        vec4 kind = u_color[4 + int(v_kind.y)];
        if (v_kind.z >= 0.0) {
            float sub = floor(in_y / max(row_h - gap_y, 1.0) * v_kind.w);
            float v = (texelFetch(u_values, ivec2(int(column), int(v_kind.z + row * v_kind.w + min(sub, v_kind.w - 1.0))), 0).r * 255.0 - 127.0) / 127.0;
            c = mix(u_color[0], v < 0.0 ? u_color[9] : u_color[10], pow(abs(v), 0.8));
        } else {
            c = mix(u_color[0], kind, 0.85);
        }
        float width = pitch < 8.0 ? 1.0 : min(pitch * 0.16, 4.0);
        if (in_x < width && v_kind.z < 0.0) c = vec4(mix(c.rgb, hue(v_hue.x + v_hue.y * column), pitch < 8.0 ? 0.45 : 0.75), 1.0);
        if (column == v_kind.x) c = mix(c, v_kind.z < 0.0 ? mix(kind, u_color[3], 0.55) : u_color[3], v_kind.z < 0.0 ? 0.85 : 0.22);
    } else if (u >= v_fill.y && u < v_fill.z) {
        c = mix(u_color[1], u_color[2], stripes());
    }
    color = vec4(mix(u_color[11].rgb, c.rgb, v_view.w * cover), 1.0);
})";

}  // namespace

void StripField::set_values(std::vector<uint8_t> texels, int positions, int rows) {
    texels_ = std::move(texels);
    positions_ = positions;
    rows_ = rows;
    dirty_ = true;
}

void StripField::forget() {
    program_.forget();
    vao_ = buffer_ = texture_ = 0;
    dirty_ = true;
}

bool StripField::build() {
    static constexpr const char* uniforms[] = {"u_screen", "u_values", "u_color", "u_scale", "u_stripe_light"};
    if (!program_.ready(kVertex, kFragment, uniforms)) return false;
    if (vao_ != 0) return true;
    glGenVertexArrays(1, &vao_);
    glGenBuffers(1, &buffer_);
    glGenTextures(1, &texture_);
    return true;
}

void StripField::draw(ImDrawList* list, const StripPalette& palette, float scale, float screen_w, float screen_h) {
    if (strips.empty()) return;
    Job job{this, palette, scale, screen_w, screen_h};
    list->AddCallback(render, &job, sizeof job);
    list->AddCallback(ImDrawCallback_ResetRenderState, nullptr);
}

void StripField::render(const ImDrawList*, const ImDrawCmd* cmd) {
    const Job& job = *static_cast<const Job*>(cmd->UserCallbackData);
    StripField& f = *job.field;
    if (!f.build()) return;
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, f.texture_);
    if (f.dirty_) {
        glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
        glTexImage2D(GL_TEXTURE_2D, 0, GL_R8, f.positions_, f.rows_, 0, GL_RED, GL_UNSIGNED_BYTE, f.texels_.data());
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
        f.dirty_ = false;
    }
    const StripPalette& p = job.palette;
    const uint32_t all[12] = {p.unfilled, p.reserved, p.stripe,   p.white,    p.cells[0], p.cells[1],
                              p.cells[2], p.cells[3], p.cells[4], p.negative, p.positive, p.gap};
    float colors[12 * 4];
    for (int i = 0; i < 12; ++i) put_color(colors + i * 4, all[i]);
    clip_to(cmd->ClipRect, job.scale, job.h);
    f.program_.use();
    glUniform2f(f.program_.uniform(0), job.w, job.h);
    glUniform1i(f.program_.uniform(1), 0);
    glUniform4fv(f.program_.uniform(2), 12, colors);
    glUniform1f(f.program_.uniform(3), job.scale);
    glUniform1f(f.program_.uniform(4), p.stripe_light);
    glBindVertexArray(f.vao_);
    glBindBuffer(GL_ARRAY_BUFFER, f.buffer_);
    glBufferData(GL_ARRAY_BUFFER, static_cast<long>(f.strips.size() * sizeof(Strip)), f.strips.data(), GL_STREAM_DRAW);
    for (unsigned i = 0; i < kParts; ++i) {
        glEnableVertexAttribArray(i);
        glVertexAttribPointer(i, 4, GL_FLOAT, GL_FALSE, sizeof(Strip),
                              reinterpret_cast<const void*>(static_cast<uintptr_t>(i) * 16));
        glVertexAttribDivisor(i, 1);
    }
    glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, static_cast<int>(f.strips.size()));
}

}  // namespace kvx::gfx
