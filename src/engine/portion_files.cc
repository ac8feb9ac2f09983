#include "engine/portion_files.h"

#include <fmt/format.h>
#include <zstd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include "base/assert.h"

namespace clewline::engine {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

Error failed(std::string_view what, const std::filesystem::path& path) {
  return Error{ErrorCode::io, fmt::format("{} {}: {}", what, path.string(), std::strerror(errno)),
               "Linking more events than fit into memory needs about 100 bytes of disk for each; "
               "make room there, or give --memory more. Nothing was changed."};
}

/// Writes vectors of plain rows and a string table, one after another.
class SliceWriter {
 public:
  template <typename Row>
  void rows(const std::vector<Row>& rows) {
    static_assert(std::is_trivially_copyable_v<Row>);
    number(rows.size());
    bytes(rows.data(), rows.size() * sizeof(Row));
  }
  void number(std::uint64_t value) { bytes(&value, sizeof value); }
  void strings(const StringTable& table) {
    std::vector<std::uint32_t> lengths;
    std::vector<char> text;
    for (std::uint32_t i = 1; i < table.size(); ++i) {
      const std::string_view value = table.at(i);
      lengths.push_back(static_cast<std::uint32_t>(value.size()));
      text.insert(text.end(), value.begin(), value.end());
    }
    rows(lengths);
    rows(text);
  }
  const std::string& text() const { return text_; }

 private:
  void bytes(const void* data, std::size_t size) {
    text_.append(static_cast<const char*>(data), size);
  }
  std::string text_;
};

/// Reads what SliceWriter wrote; the text must be whole.
class SliceReader {
 public:
  explicit SliceReader(std::string_view text) : text_(text) {}

  template <typename Row>
  void rows(std::vector<Row>& rows) {
    rows.resize(number());
    bytes(rows.data(), rows.size() * sizeof(Row));
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    bytes(&value, sizeof value);
    return value;
  }
  void strings(StringTable& table) {
    std::vector<std::uint32_t> lengths;
    std::vector<char> text;
    rows(lengths);
    rows(text);
    std::size_t begin = 0;
    for (const std::uint32_t length : lengths) {
      table.intern(std::string_view(text.data() + begin, length));
      begin += length;
    }
  }

 private:
  void bytes(void* data, std::size_t size) {
    CLEW_ASSERT(size <= text_.size());
    if (size > 0) std::memcpy(data, text_.data(), size);
    text_.remove_prefix(size);
  }
  std::string_view text_;
};

/// Calls `each` for every member of a part that a file holds, in the file's order.
template <typename Part, typename Each>
void for_each_member(Part& part, const Each& each) {
  each(part.events);
  each(part.identifiers);
  each(part.records);
  each(part.record_hashes);
  each(part.references);
  each(part.measures);
  each(part.profiles);
  each(part.withdrawn);
  each(part.blocked);
}

/// Stands before each packed slice in a file.
struct BlockSizes {
  std::uint64_t text = 0;
  std::uint64_t packed = 0;
};

/// Copies rows of one part to a slice, with the slice's own numbers.
class Slicer {
 public:
  explicit Slicer(const InputPart& from) : from_(from) {}

  void copy_event(std::uint32_t index, InputPart& to) {
    LinkEvent event = from_.events[index];
    for (std::uint32_t* text :
         {&event.source, &event.session_key, &event.chain_key, &event.case_key, &event.agent_id,
          &event.queue_id, &event.intent, &event.disposition, &event.object}) {
      if (*text != 0) *text = to.strings.intern(from_.strings.at(*text));
    }
    event.record = copy_record(event.record, to);
    copy_identifiers(event.identifiers_begin, event.identifiers_count, to);
    event.identifiers_begin =
        static_cast<std::uint32_t>(to.identifiers.size() - event.identifiers_count);
    if (event.measures != 0) {
      to.measures.push_back(from_.measures[event.measures - 1]);
      event.measures = static_cast<std::uint32_t>(to.measures.size());
    }
    to.events.push_back(event);
  }

  void copy_reference(const LinkReference& reference, InputPart& to) {
    const auto text = [&](std::uint32_t number) {
      return number == 0 ? 0 : to.strings.intern(from_.strings.at(number));
    };
    to.references.push_back({static_cast<std::uint32_t>(to.events.size() - 1),
                             text(reference.relation), text(reference.system), text(reference.id)});
  }

  LinkProfile copy_profile(LinkProfile profile, InputPart& to) {
    profile.record = copy_record(profile.record, to);
    copy_identifiers(profile.identifiers_begin, profile.identifiers_count, to);
    profile.identifiers_begin =
        static_cast<std::uint32_t>(to.identifiers.size() - profile.identifiers_count);
    return profile;
  }

 private:
  void copy_identifiers(std::uint32_t begin, std::uint16_t count, InputPart& to) {
    for (LinkIdentifier identifier : std::span(from_.identifiers).subspan(begin, count)) {
      identifier.value = to.strings.intern(from_.strings.at(identifier.value));
      to.identifiers.push_back(identifier);
    }
  }

  /// Equal records are united when slices are put together; only neighbours are here.
  std::uint32_t copy_record(std::uint32_t index, InputPart& to) {
    const RecordHash& hash = from_.record_hashes[index];
    const LinkRecord& record = from_.records[index];
    const auto text = [&](std::uint32_t number) {
      return number == 0 ? 0 : to.strings.intern(from_.strings.at(number));
    };
    if (to.record_hashes.empty() || to.record_hashes.back() != hash) {
      to.records.push_back({text(record.source), text(record.stream), text(record.record_id)});
      to.record_hashes.push_back(hash);
    }
    return static_cast<std::uint32_t>(to.records.size() - 1);
  }

  const InputPart& from_;
};

/// The slices of one part, found by portion.
class SliceList {
 public:
  InputPart& of(std::uint32_t portion) {
    if (portion >= place_.size()) place_.resize(portion + 1, kNoIndex);
    if (place_[portion] == kNoIndex) {
      place_[portion] = static_cast<std::uint32_t>(slices_.size());
      slices_.push_back({portion, {}});
    }
    return slices_[place_[portion]].part;
  }
  std::vector<PortionSlice> take() { return std::move(slices_); }

 private:
  std::vector<std::uint32_t> place_;
  std::vector<PortionSlice> slices_;
};

}  // namespace

std::vector<PortionSlice> slice_part(const InputPart& part,
                                     const std::vector<std::uint32_t>& portion_of_event,
                                     const std::vector<std::uint32_t>& portion_of_profile) {
  Slicer slicer(part);
  SliceList slices;
  auto reference = part.references.begin();  // in the order of their events, like `blocked`
  auto blocked = part.blocked.begin();
  for (std::uint32_t i = 0; i < part.events.size(); ++i) {
    InputPart& to = slices.of(portion_of_event[i]);
    slicer.copy_event(i, to);
    for (; reference != part.references.end() && reference->event == i; ++reference)
      slicer.copy_reference(*reference, to);
    if (blocked != part.blocked.end() && *blocked == i) {
      to.blocked.push_back(static_cast<std::uint32_t>(to.events.size() - 1));
      ++blocked;
    }
  }
  auto portion = portion_of_profile.begin();
  for (const LinkProfile& profile : part.profiles) {
    InputPart& to = slices.of(*portion++);
    to.profiles.push_back(slicer.copy_profile(profile, to));
  }
  for (const LinkProfile& profile : part.withdrawn) {
    InputPart& to = slices.of(*portion++);
    to.withdrawn.push_back(slicer.copy_profile(profile, to));
  }
  return slices.take();
}

Result<PortionFiles> PortionFiles::create(std::filesystem::path folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  std::filesystem::create_directories(folder, error);
  if (error) {
    errno = error.value();
    return failed("cannot make the folder", folder);
  }
  return PortionFiles(std::move(folder));
}

PortionFiles::PortionFiles(PortionFiles&& other) noexcept
    : folder_(std::exchange(other.folder_, {})) {}

PortionFiles::~PortionFiles() {
  std::error_code ignored;  // the next run removes what cannot be removed now
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

std::filesystem::path PortionFiles::file_of(std::uint32_t portion) const {
  return folder_ / fmt::format("portion-{}", portion);
}

Status PortionFiles::append(const PortionSlice& slice) {
  constexpr int kFastestLevel = 1;
  SliceWriter writer;
  for_each_member(slice.part, [&](const auto& rows) { writer.rows(rows); });
  writer.number(slice.part.outside_tree);
  writer.strings(slice.part.strings);
  std::string packed(ZSTD_compressBound(writer.text().size()), '\0');
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), writer.text().data(),
                                         writer.text().size(), kFastestLevel);
  CLEW_ASSERT(ZSTD_isError(size) == 0);
  const BlockSizes sizes{writer.text().size(), size};
  const std::lock_guard guard(mutex_);
  const std::filesystem::path path = file_of(slice.portion);
  const File file(std::fopen(path.c_str(), "ab"));
  if (!file || std::fwrite(&sizes, sizeof sizes, 1, file.get()) != 1 ||
      std::fwrite(packed.data(), 1, size, file.get()) != size || std::fflush(file.get()) != 0)
    return failed("cannot write", path);
  return {};
}

Result<std::vector<InputPart>> PortionFiles::take(std::uint32_t portion) {
  const std::filesystem::path path = file_of(portion);
  std::vector<InputPart> parts;
  {
    const File file(std::fopen(path.c_str(), "rb"));
    if (!file) return parts;
    BlockSizes sizes;
    while (std::fread(&sizes, sizeof sizes, 1, file.get()) == 1) {
      std::string packed(sizes.packed, '\0');
      std::string text(sizes.text, '\0');
      if (std::fread(packed.data(), 1, packed.size(), file.get()) != packed.size() ||
          ZSTD_decompress(text.data(), text.size(), packed.data(), packed.size()) != text.size())
        return failed("cannot read again", path);
      SliceReader reader(text);
      InputPart& part = parts.emplace_back();
      for_each_member(part, [&](auto& rows) { reader.rows(rows); });
      part.outside_tree = reader.number();
      reader.strings(part.strings);
    }
  }
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  return parts;
}

}  // namespace clewline::engine
