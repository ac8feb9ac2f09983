#include <cstdio>

int main() { std::printf("a test may print\n"); }
