// A word in a comment, class CommonManager, does not count.
struct CustomerInfo {
  int calls;
};
class InformationSource;
enum class DataKind { one };
using RowHelper = int;
int use(const CustomerInfo& row, DataKind kind, RowHelper add);
int use(const CustomerInfo& row, DataKind kind, RowHelper add) {
  return row.calls + static_cast<int>(kind) + add;
}
