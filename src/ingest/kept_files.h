#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/import.h"
#include "ingest/import_session.h"
#include "store/database.h"

namespace clewline::ingest {

/// A delivered file in the ledger.
struct KeptFile {
  std::int64_t import_id = 0;
  std::int64_t file_id = 0;
  std::string name;
  std::string sha256;
  std::string packing;
  std::string encoding;
  bool kept = false;
};

/// An import in the ledger.
struct KeptImport {
  std::int64_t import_id = 0;
  TimeUs started_at = 0;
  std::string mapping_label;
  std::string source;
  std::vector<KeptFile> files;

  /// Returns the mapping's name, the part of the label before '@'.
  std::string mapping_name() const { return mapping_label.substr(0, mapping_label.find('@')); }
  /// Returns the hash of the mapping, the part after '#'.
  std::string mapping_hash() const { return mapping_label.substr(mapping_label.find('#') + 1); }
};

/// Returns the imports that are in force (not forgotten), with their files, by number.
Result<std::vector<KeptImport>> kept_imports(store::Connection& connection);

/// Returns where the kept bytes of a file lie.
std::string kept_path(const std::string& raw_folder, const KeptFile& file);

/// Describes a kept file for an ImportSession. Records that the first reading cut off stay
/// rejected.
Result<FileToImport> reread(store::Connection& connection, const std::string& raw_folder,
                            const KeptFile& file);

/// Loads the mapping as it was when the import ran.
Result<Mapping> stored_mapping(const std::string& raw_folder, const KeptImport& import);

/// Loads the mapping of an import as it stands: `given` (a path or name) when it has the same name,
/// else the file it came from, else the preset of that name.
Result<Mapping> mended_mapping(const ImportEnvironment& environment, const KeptImport& import,
                               const std::string& given);

}  // namespace clewline::ingest
