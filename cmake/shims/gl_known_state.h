// Force-included into Dear ImGui's OpenGL backend, which asks for some twenty values of GL state each frame to put them back
// afterwards. In a browser each question waits for the GPU process to finish what is queued (tens of milliseconds with a slow
// GPU), and nothing of ours relies on the answers: every pass sets what it needs. So the questions about state are answered
// here; all others go to WebGL.
#pragma once
#include <GLES3/gl3.h>

static inline void kvx_get_integer(GLenum name, GLint* out) {
    switch (name) {
        case GL_ACTIVE_TEXTURE: *out = GL_TEXTURE0; break;
        case GL_BLEND_EQUATION_RGB:
        case GL_BLEND_EQUATION_ALPHA: *out = GL_FUNC_ADD; break;
        case GL_BLEND_SRC_RGB:
        case GL_BLEND_SRC_ALPHA: *out = GL_ONE; break;
        case GL_VIEWPORT:
        case GL_SCISSOR_BOX: out[0] = out[1] = out[2] = out[3] = 0; break;
        case GL_BLEND_DST_RGB:
        case GL_BLEND_DST_ALPHA:
        case GL_CURRENT_PROGRAM:
        case GL_TEXTURE_BINDING_2D:
        case GL_SAMPLER_BINDING:
        case GL_ARRAY_BUFFER_BINDING:
        case GL_ELEMENT_ARRAY_BUFFER_BINDING:
        case GL_VERTEX_ARRAY_BINDING:
        case GL_PIXEL_UNPACK_BUFFER_BINDING: *out = 0; break;
        default: glGetIntegerv(name, out);
    }
}
#define glGetIntegerv kvx_get_integer
