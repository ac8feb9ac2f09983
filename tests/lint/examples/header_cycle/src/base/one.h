#pragma once

#include "base/two.h"

int one();
