#include "base/one.h"

int two() { return one() + one(); }
