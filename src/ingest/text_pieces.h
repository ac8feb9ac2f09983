#pragma once

#include <functional>
#include <memory>
#include <string>

#include "ingest/delivery.h"

namespace clewline::ingest {

/// Where a delivery's text comes from: a piece of whole lines each time, empty at the end.
using NextPiece = std::function<Result<std::string>()>;

/// How many bytes a piece should have before it is handed over.
inline constexpr std::size_t kPieceBytes = std::size_t{16} << 20;

/// Delivers JSON objects, one a line, that are made of a file of another form piece by piece, so
/// that they pass the same masking and reading as any other record. Offsets count bytes of the text
/// of all pieces. `outcome` says what is known of the file before it is read, `trouble` what went
/// wrong by its end (empty: nothing).
std::unique_ptr<Delivery> deliver_pieces(NextPiece next_piece, std::function<std::string()> trouble,
                                         FileOutcome outcome, std::string packing);

/// Hashes and counts the bytes of a file as they lie on the disk.
Result<FileOutcome> hash_file(const std::string& path);

}  // namespace clewline::ingest
