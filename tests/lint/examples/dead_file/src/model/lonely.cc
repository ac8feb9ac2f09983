#include "model/lonely.h"

int lonely() { return 0; }
