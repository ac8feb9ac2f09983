#include "base/one.h"

int one() { return 1; }
