#include "ingest/readers/raw_keeper.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "ingest/readers/reader_test_support.h"

namespace clewline::ingest {
namespace {

namespace fs = std::filesystem;

class RawKeeperTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("raw_keeper_test_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string keep(const std::string& text, const std::string& original) {
    auto keeper = RawKeeper::create(folder_.string()).value();
    std::size_t place = 0;
    std::mt19937 random(5);
    while (place < text.size()) {
      const std::size_t size = std::min<std::size_t>(text.size() - place, random() % 700'000);
      EXPECT_TRUE(keeper->append(std::string_view(text).substr(place, size)).ok());
      place += size;
    }
    return keeper->finish(sha256(original), TextEncoding::utf8).value();
  }

  std::size_t file_count() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), {}));
  }

  fs::path folder_;
};

std::string random_text(std::size_t size) {
  std::mt19937 random(6);
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>('a' + random() % 26);
  return text;
}

TEST_F(RawKeeperTest, GivesBackAnyStretch) {
  const std::string text = random_text(3'500'000);
  const std::string path = keep(text, "the original");
  EXPECT_EQ(fs::path(path).filename(), sha256("the original").to_hex() + ".zst");
  EXPECT_EQ(file_count(), 1u);
  auto reader = RawReader::open(path).value();
  EXPECT_EQ(reader->text_bytes(), text.size());
  std::mt19937 random(7);
  for (int i = 0; i < 100; ++i) {
    const std::size_t offset = random() % text.size();
    const std::size_t length = random() % std::min<std::size_t>(text.size() - offset + 1,
                                                                i % 10 == 0 ? text.size() : 5000);
    ASSERT_EQ(reader->read(offset, length).value(), text.substr(offset, length));
  }
  EXPECT_EQ(reader->read(text.size(), 0).value(), "");
  EXPECT_FALSE(reader->read(text.size(), 1).ok());
}

TEST_F(RawKeeperTest, IsReadByAnyZstdProgram) {
  const std::string text = random_text(1'200'000);
  std::ifstream file(keep(text, "x"), std::ios::binary);
  const std::string packed((std::istreambuf_iterator<char>(file)), {});
  ReaderOptions options;
  options.format = RecordFormat::ndjson;
  EXPECT_EQ(testing::read_bytes(packed, options).text(), text);
}

TEST_F(RawKeeperTest, LeavesNothingBehindWhenUnfinished) {
  {
    ASSERT_TRUE(RawKeeper::create(folder_.string()).value()->append("abc").ok());
  }
  EXPECT_EQ(file_count(), 0u);
  EXPECT_FALSE(RawKeeper::create((folder_ / "nowhere").string()).ok());
}

TEST_F(RawKeeperTest, KeepsMaskedWhatEitherKeptMasked) {
  const std::string first = keep("pin 1234 and ****", "same");
  EXPECT_EQ(keep("pin **** and 5678", "same"), first);
  EXPECT_EQ(RawReader::open(first).value()->read(0, 17).value(), "pin **** and ****");
  keep("pin 1234 and 5678", "same");
  EXPECT_EQ(RawReader::open(first).value()->read(0, 17).value(), "pin **** and ****");
  EXPECT_EQ(file_count(), 1u);
}

TEST_F(RawKeeperTest, NoticesDamage) {
  const std::string path = keep(random_text(100'000), "y");
  for (std::size_t place : {100u, 5'000u, 50'000u}) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(place));
    const char old = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(place));
    file.put(static_cast<char>(old ^ 0x20)).flush();
    EXPECT_FALSE(RawReader::open(path).value()->read(0, 100'000).ok()) << place;
    file.seekp(static_cast<std::streamoff>(place));
    file.put(old);
  }
  EXPECT_TRUE(RawReader::open(path).value()->read(0, 100'000).ok());
  fs::resize_file(path, fs::file_size(path) - 3);
  EXPECT_FALSE(RawReader::open(path).ok());
  EXPECT_EQ(RawReader::open(path + "x").error().code, ErrorCode::not_found);
}

TEST_F(RawKeeperTest, KeepsAnEmptyText) {
  EXPECT_EQ(RawReader::open(keep("", "z")).value()->text_bytes(), 0u);
}

}  // namespace
}  // namespace clewline::ingest
