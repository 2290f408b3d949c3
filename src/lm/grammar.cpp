#include "lm/grammar.h"

#include <array>

namespace kvx::lm {
namespace {

char letter(Random& r) {
    return static_cast<char>('a' + r.below(26));
}
int length_of(const std::string& s) {
    return static_cast<int>(s.size());
}

// copy:lamp>lamp, sometimes from inside the word (copy:lamp>mp), so that what follows a symbol must be found by the
// symbol and not by counting. Letters, sometimes any printable characters, so that every symbol is learnt.
Line copy(Random& r) {
    const bool any = r.chance(0.45f);
    std::string word;
    for (const int wanted = r.between(3, 10); length_of(word) < wanted;) {
        const char c = any ? static_cast<char>(' ' + r.below(95)) : letter(r);
        if (c != '>' && word.find(c) == std::string::npos)
            word += c;  // each symbol once, so that only one answer is right
    }
    const int from = r.chance(0.6f) ? 0 : r.below(length_of(word) - 1);
    Line line;
    line.text = "copy:" + word + ">" + word.substr(static_cast<size_t>(from)) + "\n";
    const int source = 5, answer = source + length_of(word) + 1;
    for (int i = from == 0 ? 0 : from + 1; i < length_of(word); ++i)
        line.answers.push_back({answer + i - from - 1, source + i, source + i + 1});
    return line;
}

// A bracket holds a letter, a bracket, or two brackets; after its content it must close with its own kind.
void bracket(Random& r, int depth, Line& line) {
    static constexpr std::array<std::pair<char, char>, 3> kinds = {{{'(', ')'}, {'[', ']'}, {'{', '}'}}};
    const auto [open, close] = kinds[static_cast<size_t>(r.below(3))];
    const int at = length_of(line.text);
    line.text += open;
    const bool leaf = depth <= 1 || r.chance(0.2f);
    if (leaf) {
        line.text += letter(r);
    } else {
        bracket(r, depth - 1, line);
        if (r.chance(0.35f)) bracket(r, depth - 1, line);
    }
    line.answers.push_back({length_of(line.text) - 1, at, at + 1});
    line.text += close;
}

// A verb agrees with its subject, not with the nearest noun.
Line agreement(Random& r) {
    static constexpr std::array nouns = {"cat", "dog", "bird", "boy", "girl", "car", "tree", "king"};
    static constexpr std::array verbs = {"run", "sing", "jump", "wait", "work", "sleep"};
    static constexpr std::array places = {"near", "behind", "with", "by"};
    const auto pick = [&](const auto& list) {
        return std::string(list[static_cast<size_t>(r.below(static_cast<int>(list.size())))]);
    };
    const bool plural = r.chance(0.5f);
    Line line;
    line.text = "the ";
    const int subject = length_of(line.text);
    line.text += pick(nouns) + (plural ? "s" : "");
    const int subject_end = length_of(line.text);
    for (int i = r.chance(0.75f) ? r.between(1, 2) : 0; i > 0; --i) {
        // one draw per statement: the order of calls within an expression is up to the compiler
        const bool many = r.chance(0.5f);
        const std::string noun = pick(nouns), place = pick(places);
        for (const std::string& part :
             {std::string(" "), place, std::string(" the "), noun, std::string(many ? "s" : "")})
            line.text += part;
    }
    line.text += " " + pick(verbs);
    line.answers.push_back({length_of(line.text) - 1, subject, subject_end + 1});
    line.text += plural ? "." : "s.";
    line.text += "\n";
    return line;
}

// kx,bq,kx,mo,bq: a key has one value per line; when it comes again, so does its value. All letters of a line differ.
Line recall(Random& r) {
    const int pairs = r.between(2, 5);
    std::string keys, values;
    while (length_of(keys) < pairs) {
        const char k = letter(r), v = letter(r);
        const std::string used = keys + values;
        if (k != v && used.find(k) == std::string::npos && used.find(v) == std::string::npos) keys += k, values += v;
    }
    Line line;
    std::array<int, 5> value_at{};  // 0: this key has not occurred yet
    for (int i = 0, all = r.between(pairs + 1, 3 * pairs); i < all; ++i) {
        const auto key = static_cast<size_t>(r.below(pairs));
        line.text += (i > 0 ? "," : "") + keys.substr(key, 1);
        const int at = length_of(line.text);
        if (value_at[key] > 0) line.answers.push_back({at - 1, value_at[key], value_at[key] + 1});
        value_at[key] = at;
        line.text += values[key];
    }
    line.text += "\n";
    return line;
}

}  // namespace

const char* name_of(Skill s) {
    static constexpr const char* names[kSkills] = {"Copy", "Brackets", "Agreement", "Recall"};
    return names[static_cast<size_t>(s)];
}

Line make_line(Random& r, Skill skill) {
    switch (skill) {
        case Skill::copy:
            return copy(r);
        case Skill::agreement:
            return agreement(r);
        case Skill::recall:
            return recall(r);
        case Skill::brackets:
            break;
    }
    Line line;
    bracket(r, r.between(2, 4), line);
    line.text += "\n";
    return line;
}

void fill_sequence(Random& r, int count, std::vector<Token>& out) {
    out.clear();
    while (static_cast<int>(out.size()) < count)
        for (const char c : make_line(r, static_cast<Skill>(r.below(kSkills))).text) out.push_back(token_of(c));
    out.resize(static_cast<size_t>(count));
}

}  // namespace kvx::lm
