#include "ingest/readers/byte_source.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "ingest/readers/encoding.h"
#include "ingest/readers/record_reader.h"

namespace clewline::ingest {
namespace {

namespace fs = std::filesystem;

class InputFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("input_files_test_" + std::to_string(::getpid()));
    fs::create_directories(folder_ / "inner");
    for (const char* name : {"b.csv", "a.csv", "c.json"}) std::ofstream(folder_ / name) << name;
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string path(const char* name) const { return (folder_ / name).string(); }

  fs::path folder_;
};

TEST_F(InputFiles, ExpandPatternsInOrderAndOnce) {
  EXPECT_EQ(expand_inputs({path("*.csv"), path("a.csv"), path("c.json"), "-"}).value(),
            (std::vector<std::string>{path("a.csv"), path("b.csv"), path("c.json"), "-"}));
  EXPECT_EQ(expand_inputs({path("*")}).value().size(), 3u);
  std::ofstream(folder_ / "odd[1].csv") << "x";
  EXPECT_EQ(expand_inputs({path("odd[1].csv")}).value(),
            (std::vector<std::string>{path("odd[1].csv")}));
}

TEST_F(InputFiles, SayWhatIsWrong) {
  EXPECT_EQ(expand_inputs({path("*.txt")}).error().code, ErrorCode::not_found);
  EXPECT_EQ(expand_inputs({path("gone.csv")}).error().code, ErrorCode::not_found);
  const Error folder = expand_inputs({path("inner")}).error();
  EXPECT_EQ(folder.code, ErrorCode::usage);
  EXPECT_NE(folder.hint.find("inner/*"), std::string::npos);
  EXPECT_EQ(ByteSource::open(path("inner")).error().code, ErrorCode::usage);
  EXPECT_EQ(ByteSource::open(path("gone")).error().code, ErrorCode::not_found);
}

TEST_F(InputFiles, AreReadFromDisk) {
  std::ofstream(folder_ / "d.csv") << "a,b\n1,2\n";
  auto reader = RecordReader::open(path("d.csv"), {}, 7).value();
  RecordBatch batch;
  ASSERT_TRUE(reader->next(batch).value());
  EXPECT_EQ(batch.file_ordinal, 7u);
  EXPECT_EQ(batch.records.at(0).raw, "1,2");
  EXPECT_FALSE(reader->next(batch).value());
  EXPECT_EQ(reader->outcome().sha256, sha256("a,b\n1,2\n"));
}

TEST(Encoding, NamesAreReadInTheUsualSpellings) {
  for (TextEncoding encoding : {TextEncoding::utf8, TextEncoding::utf16_le, TextEncoding::utf16_be,
                                TextEncoding::latin1, TextEncoding::windows_1252}) {
    EXPECT_EQ(text_encoding_from_name(text_encoding_name(encoding)), encoding);
  }
  EXPECT_EQ(text_encoding_from_name("UTF-8"), TextEncoding::utf8);
  EXPECT_EQ(text_encoding_from_name("ISO-8859-1"), TextEncoding::latin1);
  EXPECT_EQ(text_encoding_from_name("cp1252"), TextEncoding::windows_1252);
  EXPECT_EQ(text_encoding_from_name("ebcdic"), std::nullopt);
}

TEST(Encoding, FindsTheFirstByteThatIsNotUtf8) {
  EXPECT_EQ(find_invalid_utf8("a\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80"), std::nullopt);
  EXPECT_EQ(find_invalid_utf8("ab\xC3"), 2u);
  EXPECT_EQ(find_invalid_utf8("\xED\xA0\x80"), 0u);      // a surrogate
  EXPECT_EQ(find_invalid_utf8("x\xC0\x80"), 1u);         // overlong
  EXPECT_EQ(find_invalid_utf8("\xF4\x90\x80\x80"), 0u);  // beyond U+10FFFF
}

TEST(Encoding, TranscodesAcrossPiecesAndKeepsWhatItCannot) {
  const auto convert = [](TextEncoding encoding, std::string_view bytes) {
    Transcoder transcoder(encoding);
    std::string out;
    for (char c : bytes) transcoder.add({&c, 1}, out);
    transcoder.finish(out);
    return out;
  };
  EXPECT_EQ(convert(TextEncoding::latin1, "M\xFCller"), "M\xC3\xBCller");
  EXPECT_EQ(convert(TextEncoding::windows_1252, "\x80 \x81"), "\xE2\x82\xAC \xFF");
  EXPECT_EQ(convert(TextEncoding::utf16_be, std::string_view("\0a\xD8\x3D\xDE\x00", 6)),
            "a\xF0\x9F\x98\x80");
  EXPECT_EQ(convert(TextEncoding::utf16_le, std::string_view("\x3D\xD8"
                                                             "a\0b",
                                                             5)),
            "\xFF"
            "a\xFF");
}

TEST_F(InputFiles, AFileThatChangesWhileItIsReadIsTold) {
  const auto source = ByteSource::open(path("a.csv"));
  ASSERT_TRUE(source.ok());
  std::ofstream(folder_ / "a.csv", std::ios::app) << "and more";
  std::string bytes(64, '\0');
  while ((*source)->read(bytes) > 0) {
  }
  EXPECT_NE((*source)->trouble().find("changed while it was read"), std::string::npos);
  const auto still = ByteSource::open(path("b.csv"));
  while ((*still)->read(bytes) > 0) {
  }
  EXPECT_EQ((*still)->trouble(), "");
}

}  // namespace
}  // namespace clewline::ingest
