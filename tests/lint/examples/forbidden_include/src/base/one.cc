#include "base/one.h"

#include "model/two.h"

int one() { return two(); }
