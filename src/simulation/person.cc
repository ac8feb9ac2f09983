#include "simulation/person.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace clewline::simulation {
namespace {

constexpr std::string_view kFirstNames[] = {
    "Anna",  "Ben",   "Clara", "David", "Emil", "Fatima", "Greta", "Hanno", "Ida",  "Jonas",
    "Karla", "Levin", "Mira",  "Nils",  "Olga", "Paul",   "Rana",  "Sami",  "Tina", "Ugur",
    "Vera",  "Wim",   "Xenia", "Yusuf", "Zoe",  "Artur",  "Bela",  "Cem",   "Dora", "Elif"};
constexpr std::string_view kLastNames[] = {
    "Albers",  "Bauer",   "Celik",  "Dietz", "Ebert",  "Fuchs", "Graf",   "Huber",
    "Ilic",    "Jansen",  "Kaya",   "Lange", "Meyer",  "Novak", "Otto",   "Peters",
    "Quast",   "Richter", "Sahin",  "Thiel", "Ulrich", "Vogel", "Winter", "Yilmaz",
    "Ziegler", "Arnold",  "Brandt", "Dogan", "Ernst",  "Frank"};
constexpr std::string_view kStreets[] = {
    "Lindenweg",    "Hauptstrasse", "Am Markt", "Bergstrasse",    "Gartenweg",
    "Schulstrasse", "Ringstrasse",  "Seeweg",   "Muehlenstrasse", "Parkallee"};

// In each block of twenty numbers a couple, a family of three, and fifteen who live alone.
constexpr std::uint32_t kBlock = 20;
constexpr std::uint32_t kNumberChanges = 40;

struct Household {
  std::uint32_t first;
  std::uint32_t size;
};

Household household_of(std::uint32_t number) {
  const std::uint32_t place = (number - 1) % kBlock;
  const std::uint32_t block = number - place;
  if (place < 2) return {block, 2};
  if (place < 5) return {block + 2, 3};
  return {number, 1};
}

std::string mobile_number(std::uint32_t number, char range) {
  return fmt::format("+49{}{:07}", range == 'n' ? "1521" : "1511", 1'000'000 + number % 9'000'000);
}

bool gives_up_number(std::uint32_t number) { return number % kNumberChanges == 7; }

// Independent of the persons concerned, so that both know it.
TimeUs given_up_at(std::uint32_t number, const CentrePlan& plan) {
  Random random = Random(number * 0x9E3779B97F4A7C15ULL).fork(7);
  const auto span = static_cast<double>(plan.end_at - plan.start_at);
  return plan.start_at + static_cast<std::int64_t>((0.2 + 0.4 * random.uniform()) * span);
}

std::string lower(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

void give_names(Person& person, Random& random, Random household) {
  person.first_name = kFirstNames[random.below(std::size(kFirstNames))];
  person.last_name = kLastNames[household.below(std::size(kLastNames))];
  person.street = fmt::format("{} {}", kStreets[household.below(std::size(kStreets))],
                              1 + household.below(120));
  person.birth_date = fmt::format("{:04}-{:02}-{:02}", 1940 + random.below(65),
                                  1 + random.below(12), 1 + random.below(28));
  person.email = fmt::format("{}.{}{}@mail.example", lower(person.first_name),
                             lower(person.last_name), person.number);
}

void give_numbers(Person& person, const CentrePlan& plan, Random& random) {
  person.mobile = mobile_number(person.number, 'o');
  if (person.household_size > 1 || random.chance(0.2))
    person.landline = fmt::format("+4930{:07}", 2'000'000 + person.household % 7'000'000);
  if (gives_up_number(person.number)) {
    person.mobile_changed_at = given_up_at(person.number, plan);
    person.mobile_after = mobile_number(person.number, 'n');
  } else if (person.number > 1 && gives_up_number(person.number - 1)) {
    // The operator gives the number to the next person some days later.
    person.mobile_changed_at = given_up_at(person.number - 1, plan) +
                               static_cast<std::int64_t>(5 + random.below(20)) * kUsPerDay;
    person.mobile_after = mobile_number(person.number - 1, 'o');
  }
}

}  // namespace

std::string random_id(Random& random) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  // Letters where an "l" stands, so that no 13 digits come together: one random id in 30,000 would
  // hold what looks like the number of a card, and be masked as such.
  std::string id = "xxxxxxxx-xxxl-4xxl-8xxx-lxxxxxxxxxxx";
  std::uint64_t bits = 0;
  int left = 0;
  for (char& c : id) {
    if (c != 'x' && c != 'l') continue;
    if (left == 0) bits = random.next(), left = 16;
    c = c == 'x' ? kHex[bits & 15] : kHex[10 + (bits & 15) % 6];
    bits >>= 4;
    --left;
  }
  return id;
}

Person make_person(std::uint32_t number, const CentrePlan& plan, Random random) {
  static constexpr std::array<std::string_view, 3> kTiers = {"bronze", "silver", "gold"};
  static constexpr std::array<double, 3> kShares = {0.7, 0.2, 0.1};
  static constexpr std::array<double, 3> kOfferResponse = {0.06, 0.12, 0.22};
  Person person;
  person.number = number;
  const Household household = household_of(number);
  person.household = household.first;
  person.household_size = household.size;
  person.customer_no = fmt::format("C{:07}", number);
  Random home = Random(household.first * 0xD1B54A32D192ED03ULL).fork(3);
  give_names(person, random, home.fork(1));
  give_numbers(person, plan, random);
  const std::size_t tier = random.pick(kShares);
  person.tier = kTiers[tier];
  person.offer_response = kOfferResponse[tier];
  const std::size_t browsers = 1 + random.below(2);
  for (std::size_t i = 0; i < browsers; ++i) {
    person.cookies.push_back(random_id(random));
    person.logged_in_before.push_back(random.chance(0.8));
  }
  if (household.size > 1) {
    Random tablet = home.fork(2);
    person.shared_cookie = random_id(tablet);
  }
  if (random.chance(0.35)) person.app_device = random_id(random);
  person.patience_mean_s = random.log_normal(400, 0.4);
  person.handle = fmt::format("@{}{}", lower(person.first_name), number);
  person.handle_known = random.chance(0.6);
  return person;
}

}  // namespace clewline::simulation
