#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace clewline::ingest {

/// Memory for texts that live as long as a batch. Grows in blocks.
class TextArena {
 public:
  /// Returns room for `size` bytes, valid until `clear`.
  char* allocate(std::size_t size) {
    if (size > left_) grow(size);
    char* place = next_;
    next_ += size;
    left_ -= size;
    return place;
  }
  /// Gives back the last `unused` bytes of the latest allocation.
  void give_back(std::size_t unused) {
    next_ -= unused;
    left_ += unused;
  }
  /// Copies a text.
  std::string_view keep(std::string_view text) {
    char* place = allocate(text.size());
    std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }
  /// Forgets everything handed out. Several blocks become one of their size, so that the next batch
  /// of the same kind finds room at once.
  void clear() {
    if (blocks_.size() > 1) {
      std::size_t total = 0;
      for (const Block& block : blocks_) total += block.size;
      blocks_.clear();
      grow(std::min(total, kKeptBytesMax));
    }
    left_ = blocks_.empty() ? 0 : blocks_[0].size;
    next_ = blocks_.empty() ? nullptr : blocks_[0].bytes.get();
  }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };
  void grow(std::size_t size) {
    const std::size_t block = std::max(size, kBlockBytes);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(block), block});
    next_ = blocks_.back().bytes.get();
    left_ = block;
  }

  static constexpr std::size_t kBlockBytes = std::size_t{1} << 20;
  static constexpr std::size_t kKeptBytesMax = std::size_t{32} << 20;
  std::vector<Block> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace clewline::ingest
