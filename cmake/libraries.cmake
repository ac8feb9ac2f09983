# External libraries as imported targets, one name each:
#   simdjson::simdjson yaml-cpp::yaml-cpp clewline::phonenumber ICU::uc ICU::i18n re2::re2
#   OpenSSL::Crypto xxHash::xxhash ZLIB::ZLIB zstd::libzstd CLI11::CLI11 fmt::fmt
#   clewline::xlsxwriter clewline::expat absl::flat_hash_map absl::flat_hash_set GTest::gtest GTest::gmock GTest::gtest_main
#   rapidcheck benchmark::benchmark Threads::Threads clewline::duckdb (duckdb.cmake)
# `./dev setup` installs the Debian packages that hold them.

find_package(PkgConfig REQUIRED)

# Finds NAME by pkg-config module MODULE and offers it as imported target TARGET.
function(clew_find_pkg_config TARGET MODULE)
  string(MAKE_C_IDENTIFIER "CLEW_${MODULE}" prefix)
  pkg_check_modules(${prefix} REQUIRED IMPORTED_TARGET GLOBAL "${MODULE}")
  if(NOT TARGET ${TARGET})
    add_library(${TARGET} ALIAS PkgConfig::${prefix})
  endif()
endfunction()

find_package(simdjson REQUIRED)
find_package(yaml-cpp REQUIRED)
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
find_package(ICU REQUIRED COMPONENTS uc i18n data)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(absl REQUIRED)
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
find_package(benchmark REQUIRED)
clew_find_pkg_config(re2::re2 re2)
clew_find_pkg_config(xxHash::xxhash libxxhash)
clew_find_pkg_config(zstd::libzstd libzstd)
clew_find_pkg_config(clewline::xlsxwriter xlsxwriter)
clew_find_pkg_config(clewline::expat expat)

find_path(PHONENUMBER_INCLUDE_DIR phonenumbers/phonenumberutil.h REQUIRED)
find_library(PHONENUMBER_LIBRARY phonenumber REQUIRED)
find_library(PROTOBUF_LIBRARY protobuf)
if(NOT TARGET clewline::phonenumber)
  add_library(clewline::phonenumber UNKNOWN IMPORTED)
  set_target_properties(clewline::phonenumber PROPERTIES
    IMPORTED_LOCATION "${PHONENUMBER_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${PHONENUMBER_INCLUDE_DIR}")
  if(PROTOBUF_LIBRARY)
    target_link_libraries(clewline::phonenumber INTERFACE "${PROTOBUF_LIBRARY}")
  endif()
endif()
