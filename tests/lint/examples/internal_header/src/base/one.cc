#include "base/one.h"

#include "base/bits_internal.h"

int bits() { return 1; }
int one() { return bits(); }
