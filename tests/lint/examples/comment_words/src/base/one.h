#pragma once

/// Returns one, which is now an int.
int one();

// TODO: name it.
/// Sorts; currently by time.
int sorted();
