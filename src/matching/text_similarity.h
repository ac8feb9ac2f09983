#pragma once

#include <cstddef>
#include <string_view>

namespace clewline::matching {

/// Returns the Jaro similarity of two texts, 0 … 1, by code points (Jaro, JASA 84, 1989): matches
/// lie within half the longer length less one, transpositions count half, rounded down. 0 when
/// either is empty. The order of the two changes nothing.
double jaro(std::string_view a, std::string_view b);

/// Returns the Jaro-Winkler similarity, 0 … 1: Jaro raised by 0.1 for each of up to four common
/// first code points where it is above 0.7 (Winkler 1990).
double jaro_winkler(std::string_view a, std::string_view b);

/// Returns the Levenshtein distance in code points: insertions, deletions, replacements.
std::size_t levenshtein(std::string_view a, std::string_view b);

/// Returns the Damerau-Levenshtein distance in code points: as Levenshtein, and a swap of two
/// neighbours is one step, also when other steps fall between them (Lowrance and Wagner 1975).
std::size_t damerau_levenshtein(std::string_view a, std::string_view b);

/// Returns 1 - distance / length of the longer, 0 … 1; 1 for two empty texts.
double levenshtein_similarity(std::string_view a, std::string_view b);

}  // namespace clewline::matching
