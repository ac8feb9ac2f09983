#include "ingest/readers/record_reader.h"

#include <gtest/gtest.h>

#include <random>

#include "ingest/readers/reader_test_support.h"
#include "text/card_mask.h"

namespace clewline::ingest {
namespace {

using testing::read_bytes;
using testing::ReadFile;

ReaderOptions options_for(RecordFormat format) {
  ReaderOptions options;
  options.format = format;
  if (format == RecordFormat::json_document) options.records_path = "$.data.items";
  return options;
}

ReaderOptions csv_options() { return options_for(RecordFormat::csv); }

using Strings = std::vector<std::string>;

TEST(CsvReader, ReadsRowsWithOffsetsLinesAndOrdinals) {
  const ReadFile file = read_bytes("a,b\n1,2\n\n\"x\ny\",3\r\n4,5", csv_options());
  EXPECT_EQ(file.records(), (Strings{"1,2", "\"x\ny\",3", "4,5"}));
  EXPECT_EQ(file.coverage_gap, "");
  const auto& records = file.batches.at(0).records;
  EXPECT_EQ(records[1].offset, 9u);
  EXPECT_EQ(records[1].line, 4u);
  EXPECT_EQ(records[2].line, 6u);
  EXPECT_EQ(records[2].ordinal, 2u);
  EXPECT_EQ(*file.batches.at(0).columns, (Strings{"a", "b"}));
  EXPECT_EQ(file.outcome.records, 3u);
}

TEST(CsvReader, KnowsDialects) {
  ReaderOptions options = csv_options();
  options.csv.delimiter = '|';
  options.csv.quote = '\0';
  options.csv.header = false;
  options.csv.comment = '#';
  options.csv.skip_lines = 1;
  const ReadFile file = read_bytes("exported today\n# a comment\n1|\"x|y\n2|b|c\n", options);
  EXPECT_EQ(file.records(), (Strings{"1|\"x|y", "2|b|c"}));
  EXPECT_EQ(*file.batches.at(0).columns, (Strings{"column_1", "column_2", "column_3"}));
  EXPECT_EQ(file.coverage_gap, "");

  options = csv_options();
  options.csv.escape = '\\';
  EXPECT_EQ(read_bytes("a,b\n\"x\\\"\ny\",2\n", options).records(), (Strings{"\"x\\\"\ny\",2"}));
}

TEST(CsvReader, PassesAByteOrderMarkAndReadsUtf16) {
  EXPECT_EQ(*read_bytes("\xEF\xBB\xBF"
                        "a,b\n1,2\n",
                        csv_options())
                 .batches.at(0)
                 .columns,
            (Strings{"a", "b"}));
  std::string wide;
  for (char16_t c : std::u16string(u"\uFEFFa,b\n1,\u00FC\U0001F600\n")) {
    wide += static_cast<char>(c & 0xFF);
    wide += static_cast<char>(c >> 8);
  }
  const ReadFile file = read_bytes(wide, csv_options());
  EXPECT_EQ(file.records(), (Strings{"1,\xC3\xBC\xF0\x9F\x98\x80"}));
  EXPECT_EQ(file.outcome.encoding, TextEncoding::utf16_le);
  ReaderOptions declared = csv_options();
  declared.encoding = TextEncoding::latin1;
  EXPECT_EQ(read_bytes("\xEF\xBB\xBF"
                       "\xC3\xBC,b\n1,2\n",
                       declared)
                .batches.at(0)
                .columns->at(0),
            "\xC3\xBC");
  EXPECT_EQ(*file.batches.at(0).columns, (Strings{"a", "b"}));
}

TEST(CsvReader, RejectsBytesThatAreNotUtf8UnlessDeclared) {
  const std::string bytes = "a,b\n1,good\n2,M\xFCller\n3,fine\n";
  const ReadFile file = read_bytes(bytes, csv_options());
  EXPECT_EQ(file.records(), (Strings{"1,good", "3,fine"}));
  ASSERT_EQ(file.rejected().size(), 1u);
  EXPECT_EQ(file.rejected()[0]->reason, RejectReason::invalid_encoding);
  EXPECT_EQ(file.rejected()[0]->error_offset, bytes.find('\xFC'));
  EXPECT_NE(file.rejected()[0]->detail.find("latin1"), std::string::npos);
  EXPECT_EQ(file.rejected()[0]->line, 3u);
  EXPECT_EQ(file.rejected()[0]->ordinal, 1u);
  ReaderOptions options = csv_options();
  options.encoding = TextEncoding::latin1;
  EXPECT_EQ(read_bytes(bytes, options).records()[1], "2,M\xC3\xBCller");
}

TEST(CsvReader, RejectsOnlyTheRowWithABadQuote) {
  const ReadFile open = read_bytes("a,b\n1,\"x\n2,y\n3,z\n", csv_options());
  EXPECT_EQ(open.records(), (Strings{"2,y", "3,z"}));
  ASSERT_EQ(open.rejected().size(), 1u);
  EXPECT_EQ(open.rejected()[0]->raw, "1,\"x");
  EXPECT_EQ(open.rejected()[0]->reason, RejectReason::unclosed_quote);
  const ReadFile last = read_bytes("a,b\n1,x\n2,\"y\nand more", csv_options());
  ASSERT_EQ(last.rejected().size(), 1u);
  EXPECT_EQ(last.rejected()[0]->raw, "2,\"y\nand more");
  const ReadFile malformed = read_bytes("a,b\n1,\"x\"y\n2,\"z\"\n", csv_options());
  EXPECT_EQ(malformed.records(), (Strings{"2,\"z\""}));
  EXPECT_EQ(malformed.rejected().at(0)->reason, RejectReason::malformed_quote);
  EXPECT_EQ(open.coverage_gap + last.coverage_gap + malformed.coverage_gap, "");
}

TEST(CsvReader, SaysWhenAFileHasNoUsableHeader) {
  EXPECT_NE(read_bytes("\n\n", csv_options()).error, "");
  EXPECT_NE(read_bytes("a,b\r1,2\r3,4\r", csv_options()).error.find("carriage return"),
            std::string::npos);
  EXPECT_NE(read_bytes("n\xE4me,b\n1,2\n", csv_options()).error.find("not UTF-8"),
            std::string::npos);
  const ReadFile empty = read_bytes("", csv_options());
  EXPECT_EQ(empty.error, "");
  EXPECT_TRUE(empty.outcome.empty);
  EXPECT_EQ(empty.outcome.trouble, "the file is empty");
}

TEST(JsonReaders, FindEveryRecord) {
  const struct {
    RecordFormat format;
    std::string text;
  } cases[] = {
      {RecordFormat::ndjson, testing::sample_ndjson(50)},
      {RecordFormat::json_concatenated, testing::sample_concatenated(50)},
      {RecordFormat::json_detect, testing::sample_concatenated(50)},
      {RecordFormat::json_detect, testing::sample_array(50)},
      {RecordFormat::json_array, testing::sample_array(50)},
      {RecordFormat::json_document, testing::sample_document(50)},
      {RecordFormat::json_document, testing::sample_document(25) + testing::sample_document(25)}};
  for (const auto& [format, text] : cases) {
    const ReadFile file = read_bytes(text, options_for(format));
    EXPECT_EQ(file.records().size(), 50u);
    EXPECT_EQ(file.rejected().size(), 0u);
    EXPECT_EQ(file.coverage_gap, "");
    EXPECT_EQ(file.text(), text);
    EXPECT_FALSE(file.outcome.envelope_incomplete);
    for (const std::string& record : file.records())
      EXPECT_TRUE(record.starts_with("{") && record.ends_with("}"));
  }
}

TEST(JsonReaders, ABadElementCostsOnlyItself) {
  const std::string damaged[] = {
      R"([{"id":1},{"id":2,"p":[{"id":7}},{"id":3},{"id":4}])",  // a bracket is missing
      R"([{"id":1},{"id":2,"p":"x},{"id":3},{"id":4}])",         // a quote is missing
      R"([{"id":1},{"id":2}x{"id":3},{"id":4}])",                // the comma is something else
  };
  for (const std::string& text : damaged) {
    const ReadFile file = read_bytes(text, options_for(RecordFormat::json_array));
    const Strings records = file.records();
    EXPECT_GE(records.size(), 3u) << text;
    EXPECT_EQ(records.front(), R"({"id":1})");
    EXPECT_EQ(records.back(), R"({"id":4})");
    EXPECT_EQ(file.rejected().size(), 1u) << text;
    EXPECT_EQ(file.coverage_gap, "");
  }
  const ReadFile firehose = read_bytes(R"({"a":1}{"a":"x}{"a":"y"}{"b":{}}{"c":[}{"d":1})",
                                       options_for(RecordFormat::json_concatenated));
  EXPECT_EQ(firehose.records(),
            (Strings{R"({"a":1})", R"({"a":"y"})", R"({"b":{}})", R"({"d":1})"}));
  EXPECT_EQ(firehose.coverage_gap, "");
}

TEST(JsonReaders, SayWhatIsMissing) {
  const ReadFile open = read_bytes(R"([{"id":1},{"id":2})", options_for(RecordFormat::json_array));
  EXPECT_EQ(open.records().size(), 2u);
  EXPECT_TRUE(open.outcome.envelope_incomplete);
  const ReadFile elsewhere =
      read_bytes(R"({"error":"too many requests"})", options_for(RecordFormat::json_document));
  ASSERT_EQ(elsewhere.rejected().size(), 1u);
  EXPECT_EQ(elsewhere.rejected()[0]->reason, RejectReason::no_records_path);
  const ReadFile prefix = read_bytes(R"({"page"; 1,"data":{"items":[{"id":1},{"id":2}]}})",
                                     options_for(RecordFormat::json_document));
  EXPECT_EQ(prefix.records().size(), 2u);
  EXPECT_EQ(prefix.rejected().size(), 1u);
}

TEST(RecordReader, MasksCardsBeforeAnythingElse) {
  const ReadFile file = read_bytes("{\"n\":\"4111 1111 1111 1111\"}\n{\"n\":4111111111111111}\n",
                                   options_for(RecordFormat::ndjson));
  EXPECT_EQ(file.records(),
            (Strings{R"({"n":"**** **** **** ****"})", R"({"n":****************})"}));
  EXPECT_EQ(file.outcome.masked_cards, 2u);
}

TEST(RecordReader, UnpacksByContentAndStatesACut) {
  const std::string text = testing::sample_ndjson(5000);
  for (const std::string& packed :
       {testing::gzip(text), testing::zstd(text),
        testing::gzip(text.substr(0, 1000)) + testing::gzip(text.substr(1000)),
        testing::zstd(text.substr(0, 1000)) + testing::zstd(text.substr(1000))}) {
    const ReadFile whole = read_bytes(packed, options_for(RecordFormat::ndjson));
    EXPECT_EQ(whole.text(), text);
    EXPECT_EQ(whole.outcome.end, InputEnd::complete);
    for (std::size_t piece : {1u, 7u, 1000u}) {
      ReaderOptions small = options_for(RecordFormat::ndjson);
      small.read_bytes = piece;
      const ReadFile pieces = read_bytes(packed, small);
      EXPECT_EQ(pieces.outcome.end, InputEnd::complete) << piece << pieces.outcome.trouble;
      EXPECT_EQ(pieces.text(), text);
    }
    EXPECT_EQ(whole.outcome.sha256, sha256(packed));
    EXPECT_EQ(whole.outcome.original_bytes, packed.size());

    const std::string part = packed.substr(0, packed.size() * 2 / 3);
    const ReadFile cut = read_bytes(part, options_for(RecordFormat::ndjson));
    EXPECT_EQ(cut.outcome.end, InputEnd::truncated_input);
    EXPECT_NE(cut.outcome.trouble, "");
    EXPECT_EQ(cut.coverage_gap, "");
    EXPECT_TRUE(text.starts_with(cut.text()));
    const std::string delivered = cut.text();
    const auto whole_lines =
        static_cast<std::size_t>(std::count(delivered.begin(), delivered.end(), '\n'));
    EXPECT_EQ(cut.records().size(), whole_lines);
    EXPECT_EQ(cut.rejected().size(), delivered.empty() || delivered.back() == '\n' ? 0u : 1u);
    for (const auto* rejected : cut.rejected())
      EXPECT_EQ(rejected->reason, RejectReason::truncated_input);
    EXPECT_EQ(cut.outcome.sha256, sha256(part));
  }
}

TEST(RecordReader, StatesDamagedPackedBytes) {
  std::string packed = testing::gzip(testing::sample_ndjson(2000));
  packed[packed.size() - 6] ^= 1;  // the checksum
  const ReadFile file = read_bytes(packed, options_for(RecordFormat::ndjson));
  EXPECT_EQ(file.outcome.end, InputEnd::corrupt_input);
  EXPECT_EQ(file.records().size(), 2000u);
  const ReadFile trailing =
      read_bytes(testing::gzip("{}\n") + "garbage", options_for(RecordFormat::ndjson));
  EXPECT_EQ(trailing.outcome.end, InputEnd::corrupt_input);
  EXPECT_EQ(trailing.records().size(), 1u);
  EXPECT_EQ(
      read_bytes(testing::gzip("{}\n") + std::string(512, '\0'), options_for(RecordFormat::ndjson))
          .outcome.end,
      InputEnd::complete);
}

// Whatever byte is damaged: what was unpacked before it is delivered, the same in pieces of any
// size.
TEST(RecordReader, DeliversWhatPrecedesADamagedPackedByte) {
  const std::string text = testing::sample_ndjson(6000);
  std::mt19937 random(12);
  for (const std::string& packed : {testing::gzip(text), testing::zstd(text)}) {
    for (int i = 0; i < 60; ++i) {
      std::string damaged = packed;
      damaged[packed.size() / 2 + random() % (packed.size() / 2)] ^=
          static_cast<char>(1 + random() % 255);
      ReaderOptions options = options_for(RecordFormat::ndjson);
      const ReadFile whole = read_bytes(damaged, options);
      options.read_bytes = 700;
      const ReadFile pieces = read_bytes(damaged, options);
      ASSERT_EQ(whole.coverage_gap + pieces.coverage_gap, "");
      ASSERT_EQ(pieces.text(), whole.text());
      ASSERT_EQ(pieces.outcome.end, whole.outcome.end);
      if (whole.text() != text) {
        EXPECT_NE(whole.outcome.end, InputEnd::complete);
      }
    }
    std::string late = packed;
    late[late.size() - 3] ^= 0x55;
    EXPECT_GT(read_bytes(late, options_for(RecordFormat::ndjson)).records().size(), 3000u);
  }
}

TEST(RecordReader, ReadsAVeryLongLineAndRejectsTooLongOnes) {
  const std::string long_line = "{\"x\":\"" + std::string(100'000'000, 'y') + "\"}";
  for (RecordFormat format : {RecordFormat::ndjson, RecordFormat::json_concatenated}) {
    const ReadFile file =
        read_bytes("{\"x\":1}\n" + long_line + "\n{\"x\":2}\n", options_for(format));
    ASSERT_EQ(file.records().size(), 3u);
    EXPECT_EQ(file.records()[1].size(), long_line.size());
    ReaderOptions limited = options_for(format);
    limited.record_bytes_max = 1'000'000;
    const ReadFile cut = read_bytes("{\"x\":1}\n" + long_line + "\n{\"x\":2}\n", limited);
    EXPECT_EQ(cut.records(), (Strings{"{\"x\":1}", "{\"x\":2}"}));
    EXPECT_EQ(cut.outcome.rejected_records, 1u);
    EXPECT_EQ(cut.rejected().at(0)->reason, RejectReason::record_too_large);
    EXPECT_EQ(cut.rejected().at(0)->offset, 8u);
    EXPECT_EQ(cut.coverage_gap, "");
  }
}

// Corrupting byte k of a valid file, for any k, leaves spans that cover the file, and the bytes of
// every span are the file's at its offset after masking. The text after the damage is not lost:
// most records are still delivered.
TEST(RecordReader, SpansCoverAFileWithOneDamagedByte) {
  std::mt19937 random(7);
  const struct {
    RecordFormat format;
    std::string text;
  } cases[] = {{RecordFormat::csv, testing::sample_csv(60)},
               {RecordFormat::ndjson, testing::sample_ndjson(60)},
               {RecordFormat::json_concatenated, testing::sample_concatenated(60)},
               {RecordFormat::json_array, testing::sample_array(60)},
               {RecordFormat::json_document, testing::sample_document(60)}};
  for (const auto& [format, text] : cases) {
    std::size_t delivered = 0, files = 0;
    for (int i = 0; i < 600; ++i) {
      std::string bytes = text;
      const std::size_t place = random() % bytes.size();
      const char old = bytes[place];
      while (bytes[place] == old)
        bytes[place] = i % 2 ? "\"{}[],:\n0 x\\"[random() % 12] : static_cast<char>(random() % 256);
      ReaderOptions options = options_for(format);
      options.batch_bytes = 1 + random() % 5000;
      const ReadFile file = read_bytes(bytes, options);
      if (!file.error.empty()) continue;  // the damage hit the header's own syntax
      text::mask_cards(bytes);
      ASSERT_EQ(file.coverage_gap, "") << "byte " << place;
      ASSERT_EQ(file.text(), bytes) << "byte " << place;
      for (const auto* rejected : file.rejected())
        ASSERT_EQ(rejected->raw, bytes.substr(rejected->offset, rejected->raw.size()));
      for (const RecordBatch& batch : file.batches) {
        for (const Record& record : batch.records) {
          ASSERT_EQ(record.line, 1u + static_cast<std::uint64_t>(std::count(
                                          bytes.begin(),
                                          bytes.begin() + static_cast<long>(record.offset), '\n')));
        }
      }
      delivered += file.records().size();
      ++files;
    }
    EXPECT_GT(files, 500u);
    EXPECT_GT(static_cast<double>(delivered) / static_cast<double>(files), 57.5)
        << static_cast<int>(format);
  }
}

/// What a reader made of a file, without the cut into batches.
std::string spans_of(const ReadFile& file) {
  std::string spans = file.error;
  for (const RecordBatch& batch : file.batches) {
    for (const Record& record : batch.records) {
      spans += std::to_string(record.ordinal) + " record " + std::to_string(record.offset) + "+" +
               std::to_string(record.raw.size()) + "\n";
    }
  }
  for (const auto* rejected : file.rejected()) {
    spans += std::to_string(rejected->ordinal) + " " +
             std::string(reject_reason_name(rejected->reason)) + " " +
             std::to_string(rejected->offset) + "+" + std::to_string(rejected->raw.size()) + "\n";
  }
  return spans;
}

TEST(RecordReader, ReadsTheSameInPiecesOfAnySize) {
  std::mt19937 random(9);
  for (int i = 0; i < 1500; ++i) {
    const int count = 1 + static_cast<int>(random() % 12);
    const std::pair<RecordFormat, std::string> cases[] = {
        {RecordFormat::csv, testing::sample_csv(count)},
        {RecordFormat::ndjson, testing::sample_ndjson(count)},
        {RecordFormat::json_concatenated, testing::sample_concatenated(count)},
        {RecordFormat::json_array, testing::sample_array(count)},
        {RecordFormat::json_document, testing::sample_document(count)}};
    auto [format, bytes] = cases[i % 5];
    for (std::size_t damage = random() % 4; damage > 0; --damage)
      bytes[random() % bytes.size()] = "\"{}[],:\n0 x\\"[random() % 12];
    ReaderOptions options = options_for(format);
    const std::string whole = spans_of(read_bytes(bytes, options));
    options.read_bytes = 1 + random() % 60;
    options.batch_records = 1 + random() % 5;
    ASSERT_EQ(spans_of(read_bytes(bytes, options)), whole)
        << i << " in pieces of " << options.read_bytes << "\n"
        << bytes;
  }
}

}  // namespace
}  // namespace clewline::ingest
