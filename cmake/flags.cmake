# Flags of all targets, and of our own code only.

# For everything, including third-party code: optimisation and sanitizers.
if(EMSCRIPTEN)
    set(CMAKE_CXX_FLAGS_RELEASE "-DNDEBUG")
    set(CMAKE_C_FLAGS_RELEASE "-DNDEBUG")
    if(KVX_TESTS)
        add_compile_options(-O1)
        add_link_options(-O1)
    elseif(KVX_DEBUG)
        add_compile_options(-O1 -g -UNDEBUG)
        add_link_options(-O1 -g)
    else()
        add_compile_options(-Oz -flto)
        add_link_options(-Oz -flto)
    endif()
else()
    set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
endif()
if(KVX_SANITIZE)
    add_compile_options(-O1 -g1 -UNDEBUG -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize=vptr
                        -fno-sanitize-recover=all)
    add_link_options(-fsanitize=address,undefined)
    find_program(KVX_LLD ld.lld)
    if(KVX_LLD AND CMAKE_CXX_COMPILER_ID MATCHES Clang)
        add_link_options(-fuse-ld=lld) # nine programs are linked: seconds each with the usual linker
    endif()
    # libFuzzer needs coverage of every floor, not just of its own few lines
    if(KVX_TESTS AND CMAKE_CXX_COMPILER_ID MATCHES Clang AND NOT EMSCRIPTEN)
        add_compile_options(-fsanitize=fuzzer-no-link)
    endif()
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    # the checkout's path must not reach the output: same sources, same bytes, in any folder
    add_compile_options(-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/= -fdebug-prefix-map=${CMAKE_SOURCE_DIR}/=)
endif()

# No exceptions and no RTTI in what is shipped, and the same natively, so that what passes there passes in the browser.
add_library(kvx_flags INTERFACE)
target_compile_options(kvx_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)

add_library(kvx_warnings INTERFACE)
target_compile_options(kvx_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # GCC 12 and 13 warn about overlapping copies in their own std::string (GCC bug 105329)
    target_compile_options(kvx_warnings INTERFACE -Wno-restrict)
endif()
if(EMSCRIPTEN)
    # EM_JS and EM_ASM pass JavaScript through the preprocessor: that is what these two complain about
    target_compile_options(kvx_warnings INTERFACE -Wno-gnu-zero-variadic-macro-arguments -Wno-dollar-in-identifier-extension)
endif()
