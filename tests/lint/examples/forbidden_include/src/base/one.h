#pragma once

/// Returns one.
int one();
