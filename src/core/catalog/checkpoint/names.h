// Names in files of strangers, for sentences, and the numbers of split files.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kvx::core {

// At most `most` characters; what is not printable ASCII becomes '?'.
std::string shown_name(std::string_view s, size_t most);

// FNV-1a: of names, to find one that is there twice without keeping all.
uint64_t hash_of(std::string_view s);

// The first three, and how many more.
std::string listed_names(const std::vector<std::string>& all);

struct SplitName {
    int number = 0, count = 0;  // from 1
    std::string_view stem;      // what is before the number
};
// "model-00001-of-00003.safetensors"
std::optional<SplitName> split_name(std::string_view file);

}  // namespace kvx::core
