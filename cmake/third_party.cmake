# Third-party code: JSON from the system, SDL2 and Dear ImGui from build/third_party (tools/fetch-sources.sh).
# Their headers are system headers: our warnings are not about them.

# nlohmann/json in a folder of its own, since /usr/include must never be on Emscripten's path
find_path(KVX_JSON_INCLUDE nlohmann/json.hpp PATHS /usr/include /usr/local/include /opt/homebrew/include NO_CMAKE_FIND_ROOT_PATH)
if(NOT KVX_JSON_INCLUDE)
    message(FATAL_ERROR "nlohmann/json.hpp was not found: install the package nlohmann-json3-dev.")
endif()
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/include/json)
file(CREATE_LINK ${KVX_JSON_INCLUDE}/nlohmann ${CMAKE_BINARY_DIR}/include/json/nlohmann SYMBOLIC)
add_library(json INTERFACE)
target_include_directories(json SYSTEM INTERFACE ${CMAKE_BINARY_DIR}/include/json)
# bad input is reported by return value (parse with allow_exceptions=false), never thrown
target_compile_definitions(json INTERFACE JSON_NOEXCEPTION JSON_USE_IMPLICIT_CONVERSIONS=0)

if(NOT (EMSCRIPTEN AND KVX_APP))
    return()
endif()

set(KVX_THIRD_PARTY ${CMAKE_SOURCE_DIR}/build/third_party CACHE PATH "unpacked sources of SDL2 and Dear ImGui")
foreach(name sdl2 imgui)
    if(NOT EXISTS ${KVX_THIRD_PARTY}/${name})
        message(FATAL_ERROR "${KVX_THIRD_PARTY}/${name} is missing: run tools/fetch-sources.sh (make does it).")
    endif()
endforeach()

# SDL2: window, GL context and timer only; cmake/patches/sdl2-video-only.patch switches the rest off
set(sdl ${KVX_THIRD_PARTY}/sdl2)
file(GLOB sdl_sources ${sdl}/src/*.c)
foreach(folder atomic audio cpuinfo dynapi events file haptic joystick libm loadso/dummy locale locale/emscripten misc misc/emscripten
               power render sensor stdlib thread thread/generic timer timer/unix video video/emscripten video/yuv2rgb)
    file(GLOB found ${sdl}/src/${folder}/*.c)
    list(APPEND sdl_sources ${found})
endforeach()
list(FILTER sdl_sources EXCLUDE REGEX "/SDL_(emscripten(events|mouse|framebuffer)|gesture|keyboard|touch)\\.c$")
add_library(sdl2 STATIC ${sdl_sources} ${CMAKE_SOURCE_DIR}/cmake/shims/gl_proc_address.c
    ${CMAKE_SOURCE_DIR}/cmake/shims/sdl_no_input.c)
target_include_directories(sdl2 SYSTEM PUBLIC ${sdl}/include)
# its own switch: no software blitters, which nothing here uses (18 kB with brotli)
target_compile_definitions(sdl2 PRIVATE SDL_LEAN_AND_MEAN=1)
target_compile_options(sdl2 PRIVATE -w -include ${CMAKE_SOURCE_DIR}/cmake/shims/em_js_deps.h)

# Dear ImGui without demo, debug windows and files; 32-bit indices because WebGL2 has no vertex offset
set(imgui ${KVX_THIRD_PARTY}/imgui)
file(STRINGS ${imgui}/imgui.h imgui_version REGEX "define IMGUI_VERSION_NUM")
set(imgui_core ${imgui}/imgui.cpp)
if(imgui_version MATCHES " 19222" AND NOT KVX_DEBUG)
    set(imgui_core ${CMAKE_BINARY_DIR}/imgui/imgui.cpp)
    add_custom_command(OUTPUT ${imgui_core} VERBATIM
        COMMAND node ${CMAKE_SOURCE_DIR}/tools/slim-imgui.mjs ${imgui}/imgui.cpp ${imgui_core}
        DEPENDS ${imgui}/imgui.cpp ${CMAKE_SOURCE_DIR}/tools/slim-imgui.mjs)
    set(imgui_widgets ${CMAKE_SOURCE_DIR}/cmake/shims/imgui_slim.cpp)
else()
    set(imgui_widgets ${imgui}/imgui_tables.cpp ${imgui}/imgui_widgets.cpp)
endif()
add_library(imgui STATIC
    ${imgui_core} ${imgui}/imgui_draw.cpp ${imgui_widgets} ${imgui}/backends/imgui_impl_opengl3.cpp)
target_include_directories(imgui SYSTEM PUBLIC ${imgui} ${imgui}/backends)
target_compile_definitions(imgui PUBLIC IMGUI_USER_CONFIG="kvx_imconfig.h" IMGUI_IMPL_OPENGL_ES3)
target_include_directories(imgui SYSTEM PUBLIC ${CMAKE_SOURCE_DIR}/cmake/shims)
target_compile_options(imgui PRIVATE -w -fno-exceptions -fno-rtti)
# no WebGL queries during a frame: each would wait for the GPU
set_source_files_properties(${imgui}/backends/imgui_impl_opengl3.cpp PROPERTIES
    COMPILE_OPTIONS "-include;${CMAKE_SOURCE_DIR}/cmake/shims/gl_known_state.h")
