#pragma once

/// Returns a word.
std::string one();
