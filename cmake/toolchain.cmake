# Language level, warnings, sanitizers, compiler cache and linker for every target of ours.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib")
find_package(Threads REQUIRED)

set(CLEWLINE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize= (empty: none)")
option(CLEWLINE_FUZZ "Build the libFuzzer targets (needs clang)" OFF)
option(CLEWLINE_WERROR "Treat warnings as errors" ON)

add_compile_options(-Wall -Wextra "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")
if(CLEWLINE_WERROR)
  add_compile_options(-Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports overlapping copies in its own std::string (GCC bug 105651).
  add_compile_options(-Wno-restrict)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Debian 12's std::stable_sort calls std::get_temporary_buffer, which clang reports at our call.
  # Uses of deprecated names of ours or of others are g++'s to report.
  add_compile_options(-Wno-deprecated-declarations)
endif()

if(CLEWLINE_SANITIZE)
  add_compile_options(-fsanitize=${CLEWLINE_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CLEWLINE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Instrumentation hides initialisation from the flow analysis: false alarms in std::variant.
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
  if(CLEWLINE_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)
  endif()
endif()
if(CLEWLINE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "The fuzz targets need clang: use `cmake --preset fuzz`.")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(CLEWLINE_CCACHE ccache)
if(CLEWLINE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Clones and build folders share one cache: paths inside the tree are hashed relative to its root.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      "${CLEWLINE_CCACHE}")
endif()

# Programs name only the shared libraries they use: start-up time and the package depend on it.
add_link_options(-Wl,--as-needed)
find_program(CLEWLINE_MOLD mold)
if(CLEWLINE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
