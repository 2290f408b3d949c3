# GoogleTest from the system's sources, one binary for core, sim, app, lm, cli and the plain parts of ui; natively also the fuzz targets.
set(KVX_GTEST /usr/src/googletest CACHE PATH "sources of GoogleTest")
if(NOT EXISTS ${KVX_GTEST}/googletest/src/gtest-all.cc)
    message(FATAL_ERROR "GoogleTest's sources were not found in ${KVX_GTEST}: install the package googletest.")
endif()
add_library(gtest_main STATIC ${KVX_GTEST}/googletest/src/gtest-all.cc ${KVX_GTEST}/googletest/src/gtest_main.cc)
target_include_directories(gtest_main SYSTEM PUBLIC ${KVX_GTEST}/googletest/include)
target_include_directories(gtest_main PRIVATE ${KVX_GTEST}/googletest)
target_compile_options(gtest_main PRIVATE -w -O0)

file(GLOB_RECURSE test_sources CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/tests/core/*.cpp ${CMAKE_SOURCE_DIR}/tests/sim/*.cpp
    ${CMAKE_SOURCE_DIR}/tests/app/*.cpp ${CMAKE_SOURCE_DIR}/tests/cli/*.cpp ${CMAKE_SOURCE_DIR}/tests/lm/*.cpp
    ${CMAKE_SOURCE_DIR}/tests/ui/*.cpp)
if(test_sources)
    # the parts of ui that need no ImGui
    add_library(kvx_ui_plain STATIC ${CMAKE_SOURCE_DIR}/src/ui/gestures.cpp ${CMAKE_SOURCE_DIR}/src/ui/plot.cpp
        ${CMAKE_SOURCE_DIR}/src/ui/semantics.cpp)
    target_include_directories(kvx_ui_plain PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(kvx_ui_plain PUBLIC kvx_core PRIVATE kvx_flags kvx_warnings)

    add_executable(kvx_tests ${test_sources})
    target_include_directories(kvx_tests PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_compile_definitions(kvx_tests PRIVATE
        KVX_ASSETS_DIR="${CMAKE_SOURCE_DIR}/assets" KVX_TESTS_DIR="${CMAKE_SOURCE_DIR}/tests"
        KVX_DOCS_DIR="${CMAKE_SOURCE_DIR}/docs")
    target_link_libraries(kvx_tests PRIVATE kvx_cli kvx_app kvx_lm kvx_ui_plain gtest_main kvx_warnings)
    # of the tests' own code neither speed nor coverage matters, and it compiles in half the time
    target_compile_options(kvx_tests PRIVATE -O0 $<$<AND:$<BOOL:${KVX_SANITIZE}>,$<CXX_COMPILER_ID:Clang>>:-fno-sanitize=fuzzer-no-link>)
    target_precompile_headers(kvx_tests PRIVATE <gtest/gtest.h> <nlohmann/json.hpp>)
    if(NOT EMSCRIPTEN)
        include(test_files)
    endif()
    if(EMSCRIPTEN)
        target_compile_options(kvx_tests PRIVATE -fno-exceptions)
        target_compile_options(gtest_main PRIVATE -fno-exceptions)
        set_target_properties(kvx_tests PROPERTIES SUFFIX .cjs)
        target_link_options(kvx_tests PRIVATE
            -sNODERAWFS=1 -sWASM_ASYNC_COMPILATION=0 -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=1GB -sASSERTIONS=1
            -sEXIT_RUNTIME=1 -sENVIRONMENT=node)
    endif()
endif()

# libFuzzer comes with clang only
include(CheckCXXSourceCompiles)
if(NOT EMSCRIPTEN AND CMAKE_CXX_COMPILER_ID MATCHES Clang)
    set(CMAKE_REQUIRED_FLAGS -fsanitize=fuzzer)
    check_cxx_source_compiles("#include <cstddef>
        extern \"C\" int LLVMFuzzerTestOneInput(const unsigned char*, std::size_t) { return 0; }" KVX_HAVE_FUZZER)
    unset(CMAKE_REQUIRED_FLAGS)
    file(GLOB fuzz_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/*.cpp)
    if(KVX_HAVE_FUZZER)
        foreach(source IN LISTS fuzz_sources)
            get_filename_component(name ${source} NAME_WE)
            string(REGEX REPLACE "^fuzz_" "" name ${name})
            add_executable(fuzz_${name} ${source})
            target_compile_definitions(fuzz_${name} PRIVATE KVX_ASSETS_DIR="${CMAKE_SOURCE_DIR}/assets")
            target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
            target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
            target_link_libraries(fuzz_${name} PRIVATE kvx_cli kvx_app kvx_lm kvx_flags kvx_warnings)
            set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
        endforeach()
    endif()
endif()
