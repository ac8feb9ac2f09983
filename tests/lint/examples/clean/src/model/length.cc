#include <string>

// The new way: `//` comments may say it; a clock called now() is code.
namespace {
const char* kText = "std::cout << \"now\" { { {";
const int kLarge = 1'000'000;
const char kBrace = '{';

class Holder {
 public:
  explicit Holder(int size) : size_{size}, name_{"x"} { size_ += kLarge + kBrace; }
  /// Returns the size; `now` is the caller's clock, "now" a value.
  int size() const { return size_; }

 private:
  int size_;
  std::string name_;
};
}  // namespace

int sum(int x) {
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  x += 1;
  return x;
}

int use() { return Holder(sum(1)).size() + static_cast<int>(std::string(kText).size()); }
