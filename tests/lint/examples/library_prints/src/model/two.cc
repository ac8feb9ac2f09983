#include <cstdlib>
#include <iostream>

#include "base/one.h"

int two() {
  std::cout << one();
  if (one() == 2) std::exit(1);
  return one();
}
