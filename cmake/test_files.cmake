# One small program per test file, built only when asked for (tools/test-one.sh): it links its own floor and what stands
# below, so a single test runs after seconds.
set(KVX_TEST_LIBRARIES_core kvx_sim) # their support.h spreads lengths as sim does
set(KVX_TEST_LIBRARIES_sim kvx_sim)
set(KVX_TEST_LIBRARIES_lm kvx_lm)
set(KVX_TEST_LIBRARIES_app kvx_app)
set(KVX_TEST_LIBRARIES_ui kvx_ui_plain)
set(KVX_TEST_LIBRARIES_cli kvx_cli kvx_app)
foreach(source IN LISTS test_sources)
    file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR}/tests ${source})
    string(REGEX MATCH "^[^/]+" floor ${path})
    string(REGEX REPLACE "[.]cpp$" "" name ${path})
    string(REPLACE "/" "-" name ${name})
    add_executable(${name} EXCLUDE_FROM_ALL ${source})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_compile_definitions(${name} PRIVATE
        KVX_ASSETS_DIR="${CMAKE_SOURCE_DIR}/assets" KVX_TESTS_DIR="${CMAKE_SOURCE_DIR}/tests"
        KVX_DOCS_DIR="${CMAKE_SOURCE_DIR}/docs")
    target_link_libraries(${name} PRIVATE ${KVX_TEST_LIBRARIES_${floor}} gtest_main kvx_warnings)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/one)
endforeach()
