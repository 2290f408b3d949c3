// The text the model learns from: our own grammar, generated endlessly.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "lm/random.h"
#include "lm/tokenizer.h"

namespace kvx::lm {

enum class Skill : uint8_t { copy, brackets, agreement, recall };
inline constexpr int kSkills = 4;
const char* name_of(Skill s);

// Where the rules allow only one answer: the token after `query`, and the positions that decide it.
struct Answer {
    int query = 0;
    int source_from = 0, source_to = 0;  // [from, to)
};

// One line with its end, such as "copy:lamp>lamp\n", "{(a)[b]}\n", "the cat near the dogs runs.\n", "kx,bq,kx\n".
struct Line {
    std::string text;
    std::vector<Answer> answers;
};
Line make_line(Random& r, Skill skill);

// `count` tokens of whole lines, skills drawn at random, the last line cut.
void fill_sequence(Random& r, int count, std::vector<Token>& out);

}  // namespace kvx::lm
