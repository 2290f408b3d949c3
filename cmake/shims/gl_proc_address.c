/* SDL looks GL functions up by name, and Emscripten's own look-up keeps every GL entry point alive (about 10 kB).
   SDL calls these few; everything else in the project calls GL directly. */
#include <GLES3/gl3.h>
#include <string.h>

void* emscripten_GetProcAddress(const char* name) {
    if (strcmp(name, "glGetString") == 0) return (void*)glGetString;
    if (strcmp(name, "glGetIntegerv") == 0) return (void*)glGetIntegerv;
    if (strcmp(name, "glGetError") == 0) return (void*)glGetError;
    return 0;
}
