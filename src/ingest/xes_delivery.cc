#include <array>

#include "ingest/text_pieces.h"
#include "ingest/xes_events.h"

namespace clewline::ingest {
namespace {

/// An XES file while it is read.
struct XesFile {
  std::unique_ptr<ByteSource> source;
  XesEvents events;
  bool ended = false;

  Result<std::string> next_piece() {
    std::array<char, 1 << 16> buffer{};
    while (!ended && events.lines_bytes() < kPieceBytes) {
      const std::size_t got = source->read(buffer);
      ended = !events.read({buffer.data(), got}, got == 0) || got == 0;
    }
    return events.take_lines();
  }
  std::string trouble() const {
    return source->trouble().empty() ? events.trouble() : source->trouble();
  }
};

}  // namespace

std::unique_ptr<Delivery> deliver_xes(std::unique_ptr<ByteSource> source, FileOutcome outcome) {
  auto file = std::make_shared<XesFile>();
  file->source = std::move(source);
  return deliver_pieces([file] { return file->next_piece(); }, [file] { return file->trouble(); },
                        std::move(outcome), "xes");
}

}  // namespace clewline::ingest
