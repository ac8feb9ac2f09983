// `./dev bench dedupe`: comparisons a second of five levels, and the whole way from a file of
// made-up people to links. `--splink FOLDER` also runs Splink on DuckDB (PyPI) on the same file
// with the same rules and comparisons, in an environment that it makes in FOLDER.

#include <fmt/format.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <string>

#include "bench/cost_meter.h"
#include "engine/dedupe.h"

namespace {

using namespace clewline;

constexpr const char* kSettings = R"(unique_id: id
threshold: 0.95
fields:
  - {column: first_name, as: raw, levels: [exact, jaro_winkler 0.95, jaro_winkler 0.88, jaro_winkler 0.8, otherwise], term_frequency: 1}
  - {column: surname, as: raw, levels: [exact, jaro_winkler 0.95, jaro_winkler 0.88, jaro_winkler 0.8, otherwise], term_frequency: 1}
  - {column: dob, as: raw, levels: [exact, damerau 1, prefix 7, prefix 4, otherwise]}
  - {column: postcode, as: raw, levels: [exact, damerau 1, prefix 3, prefix 2, otherwise]}
  - {column: email, as: raw, levels: [exact, jaro_winkler 0.95, jaro_winkler 0.88, jaro_winkler 0.8, otherwise]}
block: [surname + dob, first_name + dob, email, first_name + surname, surname + postcode, dob + postcode]
train: [first_name + surname, dob]
deterministic: [first_name + surname + dob]
recall: 0.6
)";

struct BenchOptions {
  std::size_t records = 1'000'000;
  unsigned threads = 2;
  bool smoke = false;
  std::string splink;           // folder of its environment; empty: not run
  double rate_min = 2'000'000;  // comparisons a second
  double splink_ratio_min = 3;
};

/// Writes people as CSV, a quarter of them a second time with typing errors and gaps.
class PeopleWriter {
 public:
  explicit PeopleWriter(const std::string& path) : out_(path, std::ios::binary) {
    out_ << "id,first_name,surname,dob,postcode,email\n";
  }

  void write(std::size_t records) {
    while (id_ < records) {
      const Person person = make();
      put(person);
      if (random_() % 4 == 0 && id_ < records) put(changed(person));
    }
  }

 private:
  struct Person {
    std::string first_name;
    std::string surname;
    std::string dob;
    std::string postcode;
    std::string email;
  };

  /// A pronounceable word for a number.
  static std::string word(std::uint64_t number, std::size_t syllables) {
    static constexpr const char* kOnsets[] = {"b", "d", "f", "g", "h", "k", "l",  "m",  "n",
                                              "p", "r", "s", "t", "v", "w", "br", "st", "sch"};
    static constexpr const char* kRests[] = {"a", "e", "i", "o", "u", "an", "er", "in", "el", "as"};
    std::string out;
    for (std::size_t i = 0; i < syllables; ++i) {
      out += kOnsets[number % std::size(kOnsets)];
      number /= std::size(kOnsets);
      out += kRests[number % std::size(kRests)];
      number /= std::size(kRests);
    }
    return out;
  }
  /// Small numbers are common, as with names.
  std::uint64_t common(std::uint64_t count) {
    const double u = static_cast<double>(random_() >> 11) * 0x1.0p-53;
    return static_cast<std::uint64_t>(static_cast<double>(count) * u * u * u);
  }
  Person make() {
    Person person;
    person.first_name = word(common(4'000) * 7919, 2);
    person.surname = word(common(60'000) * 104'729, 3);
    person.dob = fmt::format("{:04}-{:02}-{:02}", 1935 + random_() % 70, 1 + random_() % 12,
                             1 + random_() % 28);
    person.postcode = fmt::format("{:05}", 10'000 + common(30'000));
    // A mailbox says nothing of the name: fields are taken to err independently.
    person.email = fmt::format("{}{}@example.{}", word(random_() % 900'000, 3), random_() % 1000,
                               random_() % 2 == 0 ? "com" : "org");
    return person;
  }
  std::string mistyped(std::string text) {
    if (text.size() < 3 || random_() % 4 != 0) return text;
    const std::size_t at = random_() % (text.size() - 1);
    if (random_() % 2 == 0)
      std::swap(text[at], text[at + 1]);
    else
      text.erase(at, 1);
    return text;
  }
  Person changed(Person person) {
    person.first_name = mistyped(person.first_name);
    person.surname = mistyped(person.surname);
    if (random_() % 8 == 0) person.dob[9] = static_cast<char>('0' + random_() % 9);
    if (random_() % 5 == 0) person.postcode = fmt::format("{:05}", 10'000 + common(30'000));
    person.email = random_() % 3 == 0 ? "" : mistyped(person.email);
    return person;
  }
  void put(const Person& person) {
    out_ << id_++ << ',' << person.first_name << ',' << person.surname << ',' << person.dob << ','
         << person.postcode << ',' << person.email << '\n';
  }

  std::ofstream out_;
  std::mt19937_64 random_{11};
  std::size_t id_ = 0;
};

/// Runs Splink and returns its seconds and pairs.
struct Peer {
  double seconds = 0;
  std::uint64_t pairs = 0;
  std::uint64_t links = 0;
  std::uint64_t right = 0;
};

Result<Peer> run_splink(const BenchOptions& options, const std::string& file) {
  const std::string folder = options.splink;
  const std::string python = folder + "/bin/python";
  const std::string make = fmt::format(
      "test -x '{0}' || (python3 -m venv '{1}' && '{1}/bin/pip' install -q "
      "--disable-pip-version-check splink==5.0.0) >&2",
      python, folder);
  const std::string command = fmt::format("{} && '{}' '{}/dedupe_peer.py' '{}' {}", make, python,
                                          CLEWLINE_BENCH_FOLDER, file, options.threads);
  std::FILE* pipe = popen(command.c_str(), "r");
  Peer peer;
  unsigned long long pairs = 0;
  unsigned long long links = 0;
  unsigned long long right = 0;
  const bool read = pipe != nullptr && std::fscanf(pipe, "%lf %llu %llu %llu", &peer.seconds,
                                                   &pairs, &links, &right) == 4;
  if (pipe == nullptr || pclose(pipe) != 0 || !read)
    return Error{ErrorCode::io, "Splink did not run", "Give --splink a folder to install it in."};
  peer.pairs = pairs;
  peer.links = links;
  peer.right = right;
  return peer;
}

/// Counts links between a person and the copy, which the file has one after the other.
std::size_t right_links(const engine::DedupeRun& run) {
  std::size_t right = 0;
  for (const matching::Link& link : run.links()) right += link.b == link.a + 1 ? 1 : 0;
  return right;
}

/// Compares all blocked pairs again, alone: what the kernels cost.
Result<bench::Cost> compare_again(const engine::DedupeRun& run, unsigned threads) {
  const auto& records = run.records().records;
  const auto& model = run.model();
  CLEW_TRY(const auto fields, matching::ComparedFields::make(model.model, records));
  CLEW_TRY(const auto blocking, matching::Blocking::make(model.settings.block, records));
  matching::LinkOptions options;
  options.threads = static_cast<int>(threads);
  options.weight_min = matching::log2_odds(model.settings.threshold);
  const bench::CostMeter meter;
  CLEW_TRY(const auto found, matching::find_links(blocking, fields, model.model, options));
  const bench::Cost cost = meter.cost();
  if (found.pairs != run.found().pairs)
    return Error{ErrorCode::internal, "the same rules give other pairs", ""};
  return cost;
}

Result<int> run(const BenchOptions& options) {
  const std::string folder =
      (std::filesystem::temp_directory_path() / fmt::format("clewline_dedupe_{}", getpid()))
          .string();
  std::filesystem::create_directories(folder);
  const std::string file = folder + "/people.csv";
  PeopleWriter(file).write(options.records);
  std::ofstream(folder + "/settings.yaml") << kSettings;
  engine::DedupeRequest request;
  request.file = file;
  request.settings_file = folder + "/settings.yaml";
  request.threads = options.threads;
  const bench::CostMeter meter;
  CLEW_TRY(const auto made, engine::DedupeRun::of_file(request));
  const bench::Cost cost = meter.cost();
  CLEW_TRY(const bench::Cost compared, compare_again(made, options.threads));
  // On a machine that others use too, the clock says little: processors are counted.
  const double rate =
      static_cast<double>(made.found().pairs) * options.threads / compared.processor_seconds;
  std::string peer_text;
  double ratio = 0;
  if (!options.splink.empty()) {
    CLEW_TRY(const Peer peer, run_splink(options, file));
    ratio = peer.seconds / cost.seconds;
    peer_text = fmt::format(
        ", \"splink_seconds\": {:.2f}, \"splink_pairs\": {}, \"splink_links\": {}, "
        "\"splink_right\": {}, "
        "\"times_faster\": {:.2f}",
        peer.seconds, peer.pairs, peer.links, peer.right, ratio);
  }
  std::filesystem::remove_all(folder);
  std::cout << fmt::format(
      "{{\"records\": {}, \"pairs\": {}, \"links\": {}, \"right\": {}, \"seconds\": {:.2f}, "
      "\"processor_seconds\": {:.2f}, \"comparisons_per_second\": {:.0f}, \"peak_rss_bytes\": "
      "{}{}}}\n",
      options.records, made.found().pairs, made.links().size(), right_links(made), cost.seconds,
      cost.processor_seconds, rate, bench::peak_rss_bytes(), peer_text);
  if (options.smoke) return 0;
  if (rate < options.rate_min)
    std::cerr << fmt::format("{:.0f} comparisons a second; the budget is {:.0f}.\n", rate,
                             options.rate_min);
  if (!options.splink.empty() && ratio < options.splink_ratio_min)
    std::cerr << fmt::format("{:.2f} times as fast as Splink; the budget is {:.0f}.\n", ratio,
                             options.splink_ratio_min);
  const bool kept =
      rate >= options.rate_min && (options.splink.empty() || ratio >= options.splink_ratio_min);
  return kept ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  BenchOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--smoke") options.records = 5'000, options.smoke = true;
    if (word == "--records" && i + 1 < argc)
      options.records = std::strtoull(argv[++i], nullptr, 10);
    if (word == "--splink" && i + 1 < argc) options.splink = argv[++i];
    if (word == "--threads" && i + 1 < argc)
      options.threads = static_cast<unsigned>(std::atoi(argv[++i]));
  }
  const auto outcome = run(options);
  if (outcome.ok()) return *outcome;
  std::cerr << describe(outcome.error()) << "\n";
  return 4;
}
