int e() { return 0; }
