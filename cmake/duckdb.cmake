# Target clewline::duckdb: the pinned DuckDB shared library and the C header of the same version.
# A DuckDB that find_package() finds wins; otherwise both files are fetched once per machine, by the
# registries' own clients, into a cache that every build folder shares. Why this way:
# docs/decisions/0001-build-and-pinned-duckdb.md

set(CLEWLINE_DUCKDB_VERSION "1.5.6")
set(CLEWLINE_DUCKDB_NPM_PACKAGE "@duckdb/node-bindings-linux-x64@1.5.6-r.1")
set(CLEWLINE_DUCKDB_NPM_FILE "duckdb-node-bindings-linux-x64-1.5.6-r.1.tgz")
set(CLEWLINE_DUCKDB_NPM_SHA256 "1b9f82478539bb9a1d1df44bd103121a12ae52142c07158dc52b97d2ec1d69ff")
set(CLEWLINE_DUCKDB_PYPI_FILE "duckdb-1.5.6.tar.gz")
set(CLEWLINE_DUCKDB_PYPI_SHA256 "166a91dbfacfc0c9f08cc76c0243cb6d3d4296bfab5bad72a3cfb63140a5b7c8")
set(CLEWLINE_DUCKDB_HEADER "duckdb-1.5.6/external/duckdb/src/include/duckdb.h")

# Sets OUT to the folder that keeps fetched files between builds.
function(clew_cache_folder OUT)
  if(DEFINED ENV{CLEWLINE_CACHE})
    set(folder "$ENV{CLEWLINE_CACHE}")
  elseif(DEFINED ENV{HOME})
    set(folder "$ENV{HOME}/.cache/clewline")
  else()
    set(folder "${CMAKE_BINARY_DIR}/cache")
  endif()
  set(${OUT} "${folder}" PARENT_SCOPE)
endfunction()

# Stops the configuration unless FILE has the SHA-256 sum EXPECTED.
function(clew_check_sum FILE EXPECTED)
  file(SHA256 "${FILE}" actual)
  if(NOT actual STREQUAL EXPECTED)
    file(REMOVE "${FILE}")
    message(FATAL_ERROR
      "The downloaded file differs from the pinned one and was deleted: ${FILE}\n"
      "  expected sha256 ${EXPECTED}\n  found    sha256 ${actual}\n"
      "Configure again; if it differs again, do not build: the registry's copy has changed.")
  endif()
endfunction()

# Runs a registry client in FOLDER so that it leaves FILE there; ARGN is the command.
function(clew_fetch FOLDER FILE SHA256)
  if(NOT EXISTS "${FOLDER}/${FILE}")
    message(STATUS "Fetching ${FILE}")
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY "${FOLDER}" RESULT_VARIABLE status
                    OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(NOT status EQUAL 0 OR NOT EXISTS "${FOLDER}/${FILE}")
      string(JOIN " " command ${ARGN})
      message(FATAL_ERROR
        "Could not fetch ${FILE}. The command was:\n  ${command}\n${output}\n"
        "Run `./dev setup` (it installs npm and pip), check the network, and configure again; or "
        "put the file into ${FOLDER} yourself; or install DuckDB ${CLEWLINE_DUCKDB_VERSION} so "
        "that find_package(DuckDB) finds it.")
    endif()
  endif()
  clew_check_sum("${FOLDER}/${FILE}" "${SHA256}")
endfunction()

# Fills FOLDER with include/duckdb.h, lib/libduckdb.so and the licence, each in one rename.
function(clew_fetch_duckdb FOLDER)
  if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux" OR NOT CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    message(FATAL_ERROR
      "The pinned DuckDB is for Linux x86_64. Install DuckDB ${CLEWLINE_DUCKDB_VERSION} for this "
      "machine so that find_package(DuckDB) finds it.")
  endif()
  find_program(CLEWLINE_NPM npm)
  find_program(CLEWLINE_PYTHON python3)
  if(NOT CLEWLINE_NPM OR NOT CLEWLINE_PYTHON)
    message(FATAL_ERROR "npm and python3 with pip are needed to fetch DuckDB: run `./dev setup`.")
  endif()
  set(download "${FOLDER}/download")
  file(MAKE_DIRECTORY "${download}" "${FOLDER}/include" "${FOLDER}/lib")
  clew_fetch("${download}" "${CLEWLINE_DUCKDB_NPM_FILE}" "${CLEWLINE_DUCKDB_NPM_SHA256}"
    "${CLEWLINE_NPM}" pack --silent "${CLEWLINE_DUCKDB_NPM_PACKAGE}")
  clew_fetch("${download}" "${CLEWLINE_DUCKDB_PYPI_FILE}" "${CLEWLINE_DUCKDB_PYPI_SHA256}"
    "${CLEWLINE_PYTHON}" -m pip download --disable-pip-version-check --no-deps
    --no-binary duckdb "duckdb==${CLEWLINE_DUCKDB_VERSION}")
  file(ARCHIVE_EXTRACT INPUT "${download}/${CLEWLINE_DUCKDB_NPM_FILE}" DESTINATION "${download}"
       PATTERNS "package/libduckdb.so" "package/LICENSE")
  file(ARCHIVE_EXTRACT INPUT "${download}/${CLEWLINE_DUCKDB_PYPI_FILE}" DESTINATION "${download}"
       PATTERNS "${CLEWLINE_DUCKDB_HEADER}")
  file(RENAME "${download}/${CLEWLINE_DUCKDB_HEADER}" "${FOLDER}/include/duckdb.h")
  file(RENAME "${download}/package/LICENSE" "${FOLDER}/LICENSE")
  file(RENAME "${download}/package/libduckdb.so" "${FOLDER}/lib/libduckdb.so")
  file(REMOVE_RECURSE "${download}")
endfunction()

find_package(DuckDB CONFIG QUIET)
if(DuckDB_FOUND AND TARGET duckdb)
  message(STATUS "DuckDB: ${DuckDB_DIR}")
  add_library(clewline::duckdb ALIAS duckdb)
else()
  clew_cache_folder(cache)
  set(folder "${cache}/duckdb-${CLEWLINE_DUCKDB_VERSION}")
  if(NOT EXISTS "${folder}/lib/libduckdb.so")
    file(MAKE_DIRECTORY "${folder}")
    file(LOCK "${folder}/lock" GUARD FILE TIMEOUT 600)
    if(NOT EXISTS "${folder}/lib/libduckdb.so")
      clew_fetch_duckdb("${folder}")
    endif()
    file(LOCK "${folder}/lock" RELEASE)
  endif()
  message(STATUS "DuckDB: ${folder}")
  add_library(clewline::duckdb SHARED IMPORTED GLOBAL)
  set_target_properties(clewline::duckdb PROPERTIES
    IMPORTED_LOCATION "${folder}/lib/libduckdb.so"
    INTERFACE_INCLUDE_DIRECTORIES "${folder}/include")
endif()
