// The rule: docs/methods/absent.md
#include "base/one.h"

int two() { return one() + one(); }
