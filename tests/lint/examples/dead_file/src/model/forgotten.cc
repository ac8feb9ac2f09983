int forgotten() { return 0; }
