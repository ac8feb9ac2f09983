#include "base/bits_internal.h"
#include "base/one.h"

int two() { return one() + bits(); }
