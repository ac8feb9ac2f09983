# clew_module(NAME
#   DEPENDS <modules>            modules of ours it uses; layers.toml must allow each
#   LIBRARIES <targets>          external libraries, used in its .cc files only
#   PUBLIC_LIBRARIES <targets>   external libraries that its headers include
#   SOURCES <files>              every .cc file but the tests (none: HEADERS_ONLY)
#   TESTS <files>                GoogleTest sources, also helpers used by tests alone
#   TEST_DEPENDS <modules>       further modules that only the tests use
#   TEST_LIBRARIES <targets>     further external libraries that only the tests use
#   FUZZERS <files>              x_fuzz.cc with LLVMFuzzerTestOneInput; built by preset fuzz
#   BENCHMARKS <files>           x_bench.cc, Google Benchmark
#   [HEADERS_ONLY])
#
# Makes the static library clew_NAME; the test program NAME_test (one ctest); and NAME_link_test,
# which links the whole archive against the declared libraries alone: a symbol that comes from
# anywhere else fails the build.
function(clew_module NAME)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "HEADERS_ONLY" ""
    "DEPENDS;LIBRARIES;PUBLIC_LIBRARIES;SOURCES;TESTS;TEST_DEPENDS;TEST_LIBRARIES;FUZZERS;BENCHMARKS")
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "clew_module(${NAME}): unknown arguments ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  foreach(list SOURCES TESTS FUZZERS BENCHMARKS)
    clew_present_files(ARG_${list} ${ARG_${list}})
  endforeach()
  set(library clew_${NAME})
  set(modules ${ARG_DEPENDS})
  list(TRANSFORM modules PREPEND clew_)

  if(ARG_HEADERS_ONLY)
    add_library(${library} INTERFACE)
    target_include_directories(${library} INTERFACE "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(${library} INTERFACE ${modules} ${ARG_LIBRARIES} ${ARG_PUBLIC_LIBRARIES}
                                               Threads::Threads)
  else()
    if(NOT ARG_SOURCES)
      file(WRITE "${CMAKE_BINARY_DIR}/${NAME}_empty.cc" "")
      set(ARG_SOURCES "${CMAKE_BINARY_DIR}/${NAME}_empty.cc")
    endif()
    add_library(${library} STATIC ${ARG_SOURCES})
    target_include_directories(${library} PUBLIC "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(${library} PUBLIC ${modules} ${ARG_PUBLIC_LIBRARIES} Threads::Threads
                                     PRIVATE ${ARG_LIBRARIES})
    clew_link_test(${NAME} ${library})
  endif()

  if(ARG_TESTS)
    set(test_modules ${ARG_TEST_DEPENDS})
    list(TRANSFORM test_modules PREPEND clew_)
    clew_test(${NAME}_test SOURCES ${ARG_TESTS}
      LIBRARIES ${library} ${test_modules} ${ARG_LIBRARIES} ${ARG_TEST_LIBRARIES})
  endif()
  foreach(source IN LISTS ARG_FUZZERS)
    clew_fuzzer("${source}" ${library} ${ARG_LIBRARIES})
  endforeach()
  foreach(source IN LISTS ARG_BENCHMARKS)
    clew_benchmark("${source}" ${library} ${ARG_LIBRARIES})
  endforeach()
endfunction()

# Leaves out, with a warning, listed files that are not there yet, so that one module in mid-edit
# does not stop the others.
function(clew_present_files OUT)
  set(present)
  foreach(file IN LISTS ARGN)
    if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
      list(APPEND present "${file}")
    else()
      message(WARNING "${CMAKE_CURRENT_SOURCE_DIR}/${file} is listed but missing")
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}")
    endif()
  endforeach()
  set(${OUT} ${present} PARENT_SCOPE)
endfunction()

# Links the whole archive of LIBRARY into a program that does nothing.
function(clew_link_test NAME LIBRARY)
  set(main "${CMAKE_BINARY_DIR}/link_test_main.cc")
  if(NOT EXISTS "${main}")
    file(WRITE "${main}" "int main() { return 0; }\n")
  endif()
  add_executable(${NAME}_link_test "${main}")
  set_target_properties(${NAME}_link_test PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_link_libraries(${NAME}_link_test PRIVATE "$<LINK_LIBRARY:WHOLE_ARCHIVE,${LIBRARY}>")
endfunction()

# clew_test(PROGRAM SOURCES <files> LIBRARIES <targets>): a GoogleTest program, run from the root of
# the source tree. CLEWLINE_SOURCE_DIR is that root.
function(clew_test PROGRAM)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LIBRARIES")
  add_executable(${PROGRAM} ${ARG_SOURCES})
  set_target_properties(${PROGRAM} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_include_directories(${PROGRAM} PRIVATE "${CMAKE_SOURCE_DIR}/src" "${CMAKE_SOURCE_DIR}")
  target_compile_definitions(${PROGRAM} PRIVATE "CLEWLINE_SOURCE_DIR=\"${CMAKE_SOURCE_DIR}\"")
  target_link_libraries(${PROGRAM} PRIVATE ${ARG_LIBRARIES} GTest::gmock GTest::gtest
                                           GTest::gtest_main rapidcheck)
  # Test bodies gain nothing from -O3 and take three times as long to compile.
  target_compile_options(${PROGRAM} PRIVATE -O1 -g0)
  # g++ 12 takes members of optimised-away temporaries in test bodies for uninitialised.
  target_compile_options(${PROGRAM} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  set_property(GLOBAL APPEND PROPERTY CLEWLINE_TEST_PROGRAMS ${PROGRAM})
  add_test(NAME ${PROGRAM} COMMAND ${PROGRAM} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
endfunction()

# One libFuzzer program per source; nothing unless CLEWLINE_FUZZ.
function(clew_fuzzer SOURCE)
  if(NOT CLEWLINE_FUZZ)
    return()
  endif()
  get_filename_component(program "${SOURCE}" NAME_WE)
  add_executable(${program} "${SOURCE}")
  set_target_properties(${program} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz")
  target_link_libraries(${program} PRIVATE ${ARGN})
  target_link_options(${program} PRIVATE -fsanitize=fuzzer)
  set_property(GLOBAL APPEND PROPERTY CLEWLINE_FUZZ_PROGRAMS ${program})
endfunction()

# One Google Benchmark program per source. Programs with a budget stand in bench/ and take --smoke.
function(clew_benchmark SOURCE)
  get_filename_component(program "${SOURCE}" NAME_WE)
  add_executable(${program} "${SOURCE}")
  set_target_properties(${program} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/microbench")
  target_link_libraries(${program} PRIVATE ${ARGN} benchmark::benchmark benchmark::benchmark_main)
endfunction()
