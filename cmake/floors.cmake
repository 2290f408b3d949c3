# A floor is one static library. Its include path shows itself and the floors below it and nothing else: each floor
# exposes a folder that contains one link (build/include/core/core -> src/core), so a wrong include does not compile.
function(kvx_floor name)
    cmake_parse_arguments(FLOOR "" "" "BELOW;LIBRARIES" ${ARGN})
    set(stage ${CMAKE_BINARY_DIR}/include/${name})
    file(MAKE_DIRECTORY ${stage})
    file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${name} ${stage}/${name} SYMBOLIC)

    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
    set(links ${FLOOR_LIBRARIES})
    foreach(below IN LISTS FLOOR_BELOW)
        list(APPEND links kvx_${below})
    endforeach()
    if(sources)
        add_library(kvx_${name} STATIC ${sources})
        target_include_directories(kvx_${name} PUBLIC ${stage})
        target_link_libraries(kvx_${name} PUBLIC ${links} PRIVATE kvx_flags kvx_warnings)
    else()
        add_library(kvx_${name} INTERFACE)
        target_include_directories(kvx_${name} INTERFACE ${stage})
        target_link_libraries(kvx_${name} INTERFACE ${links})
    endif()
endfunction()

# Hot kernels are worth their bytes: kvx_fast(forward.cpp attention.cpp) in the floor's CMakeLists.txt.
function(kvx_fast)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -O3)
endfunction()
