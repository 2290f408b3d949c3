# A floor is one static library. Its include path shows itself and the floors below it and nothing else: each floor
# exposes a folder that contains one link (build/include/sim/sim -> src/sim), so a wrong include does not compile.
# A floor may be divided into rooms, lowest first: each is a library of its own that sees the floor's root (the files
# in no room) and the rooms before it, under the same paths ("core/memory/weights.h").
function(kvx_floor name)
    cmake_parse_arguments(FLOOR "" "" "ROOMS;BELOW;LIBRARIES" ${ARGN})
    set(links ${FLOOR_LIBRARIES})
    foreach(below IN LISTS FLOOR_BELOW)
        list(APPEND links kvx_${below})
    endforeach()
    set(stage ${CMAKE_BINARY_DIR}/include/${name})
    if(NOT FLOOR_ROOMS)
        kvx_stage(${stage}/${name} ${CMAKE_SOURCE_DIR}/src/${name})
        file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
        kvx_floor_library(kvx_${name} ${stage} "${links}" ${sources})
        return()
    endif()

    file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.h)
    file(REMOVE_RECURSE ${stage})
    foreach(header IN LISTS headers)
        get_filename_component(file ${header} NAME)
        kvx_stage(${stage}/${name}/${file} ${header})
    endforeach()
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
    kvx_floor_library(kvx_${name}_root ${stage} "${links}" ${sources})
    set(links kvx_${name}_root)
    foreach(room IN LISTS FLOOR_ROOMS)
        set(stage ${CMAKE_BINARY_DIR}/include/${name}_${room})
        kvx_stage(${stage}/${name}/${room} ${CMAKE_SOURCE_DIR}/src/${name}/${room})
        file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/${room}/*.cpp)
        kvx_floor_library(kvx_${name}_${room} ${stage} "${links}" ${sources})
        list(PREPEND links kvx_${name}_${room})
    endforeach()
    add_library(kvx_${name} INTERFACE)
    target_link_libraries(kvx_${name} INTERFACE ${links})
endfunction()

function(kvx_stage link target)
    get_filename_component(folder ${link} DIRECTORY)
    file(MAKE_DIRECTORY ${folder})
    file(CREATE_LINK ${target} ${link} SYMBOLIC)
endfunction()

# The standard library is parsed once a library, not once a file, which saves a third of the compile time of tests and page. The
# command line is built without it, so that a missing #include is noticed.
function(kvx_precompile target)
    list(LENGTH ARGN files)
    if(files GREATER 5 AND (KVX_TESTS OR EMSCRIPTEN))
        target_precompile_headers(${target} PRIVATE <algorithm> <array> <cmath> <cstdint> <functional> <map> <memory> <optional> <span>
            <string> <string_view> <unordered_map> <utility> <vector>)
    endif()
endfunction()

# headers only when there are no sources
function(kvx_floor_library library stage links)
    if(ARGN)
        add_library(${library} STATIC ${ARGN})
        target_include_directories(${library} PUBLIC ${stage})
        target_link_libraries(${library} PUBLIC ${links} PRIVATE kvx_flags kvx_warnings)
        kvx_precompile(${library} ${ARGN})
    else()
        add_library(${library} INTERFACE)
        target_include_directories(${library} INTERFACE ${stage})
        target_link_libraries(${library} INTERFACE ${links})
    endif()
endfunction()

# Hot kernels are worth the bytes: kvx_fast(forward.cpp attention.cpp) in the floor's CMakeLists.txt.
function(kvx_fast)
    # what is precompiled was compiled for size
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -O3 SKIP_PRECOMPILE_HEADERS ON)
endfunction()
