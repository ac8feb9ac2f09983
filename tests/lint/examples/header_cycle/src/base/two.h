#pragma once

#include "base/one.h"

int two();
