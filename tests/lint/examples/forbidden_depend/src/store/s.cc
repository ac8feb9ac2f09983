#include "base/one.h"

int s() { return one(); }
