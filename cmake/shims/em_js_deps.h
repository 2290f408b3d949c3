/* SDL 2.32 names its JavaScript dependencies with EM_JS_DEPS, which Emscripten knows since 3.1.20. What the video part
   names there (UTF8ToString, stringToUTF8) is always present in older ones. */
#pragma once
#include <emscripten/em_js.h>
#ifndef EM_JS_DEPS
#define EM_JS_DEPS(tag, deps)
#endif
