// What files that were opened together turn out to be.
#pragma once
#include <string>
#include <vector>

namespace kvx::core {

struct OpenedText {
    std::string text;                // a config.json, a row of models.json, or a device, as JSON
    std::vector<std::string> notes;  // whole sentences
};
struct OpenedFiles {
    std::string error;  // one sentence: nothing could be opened
    std::vector<OpenedText> texts;

    void fail(std::string sentence) {
        texts.clear();
        if (error.empty()) error = std::move(sentence);
    }
};

}  // namespace kvx::core
