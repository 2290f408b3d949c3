// Symbols, the grammar and the model's file.
#include <gtest/gtest.h>

#include "lm/grammar.h"
#include "lm/weights.h"

namespace kvx::lm {
namespace {

TEST(Tokenizer, EveryPrintableCharacterIsItself) {
    for (char c = ' '; c <= '~'; ++c) {
        const Encoded e = encode(std::string(1, c), 8);
        ASSERT_EQ(e.tokens.size(), 1u);
        EXPECT_EQ(text_of(e.tokens[0]), std::string(1, c));
        EXPECT_LT(e.tokens[0], kReplacement);
    }
    EXPECT_EQ(encode("\n", 8).tokens, std::vector<Token>{kEnd});
}

TEST(Tokenizer, EverythingElseIsReplacedAndCounted) {
    const Encoded e =
        encode("a\xF0\x9F\x98\x80\x01 \xC3\xA9\xFF", 96);  // an emoji, a control character, é, a broken byte
    EXPECT_EQ(e.tokens.size(), 6u);
    EXPECT_EQ(e.replaced, 4);
    EXPECT_EQ(text_of(e.tokens[1]), "\xEF\xBF\xBD");
    EXPECT_TRUE(encode("", 96).tokens.empty());
    const Encoded cut = encode(std::string(300, 'x'), 96);
    EXPECT_EQ(cut.tokens.size(), 96u);
    EXPECT_EQ(cut.dropped, 204);
    EXPECT_EQ(encode("\xF0\x9F", 8).replaced, 2);  // cut in the middle
}

TEST(Grammar, TheRulesLeaveOneAnswer) {
    Random r(1);
    for (int i = 0; i < 2000; ++i) {
        const auto skill = static_cast<Skill>(i % kSkills);
        const Line line = make_line(r, skill);
        ASSERT_EQ(line.text.back(), '\n');
        ASSERT_LE(line.text.size(), 97u) << line.text;
        ASSERT_FALSE(line.answers.empty()) << line.text;
        int before = -1;
        for (const Answer& a : line.answers) {
            ASSERT_GT(a.query, before);
            before = a.query;
            ASSERT_LT(a.source_to - 1, static_cast<int>(line.text.size()));
            ASSERT_LE(a.source_from, a.query);
            const char truth = line.text[static_cast<size_t>(a.query) + 1],
                       source = line.text[static_cast<size_t>(a.source_from)];
            if (skill == Skill::copy || skill == Skill::recall) EXPECT_EQ(truth, source) << line.text;
            if (skill == Skill::brackets)
                EXPECT_EQ(truth, source == '(' ? ')' : source == '[' ? ']' : '}') << line.text;
            if (skill == Skill::agreement) {
                const bool plural = line.text[static_cast<size_t>(a.source_to) - 2] == 's';
                EXPECT_EQ(truth, plural ? '.' : 's') << line.text;
            }
        }
    }
}

TEST(ModelFile, RoundTrips) {
    const Weights w = Weights::random(Shape{}, 3);
    const std::string file = pack(w);
    Weights back;
    ASSERT_EQ(unpack(file, back), "");
    for (int64_t i = 0; i < w.size(); ++i) EXPECT_NEAR(back.flat()[i], w.flat()[i], 0.02) << i;
    EXPECT_EQ(pack(back), file);  // rounding again changes nothing
}

TEST(ModelFile, DamageIsReportedAndNothingIsLost) {
    const std::string file = pack(Weights::random(Shape{}, 3));
    Weights kept = Weights::random(Shape{}, 9);
    const float first = kept.flat()[0];
    EXPECT_EQ(unpack("", kept), "The model’s file is missing.");
    for (size_t at = 0; at < file.size(); at += 997) {
        std::string damaged = file;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
        EXPECT_NE(unpack(damaged, kept), "") << at;
        EXPECT_NE(unpack(std::string_view(file).substr(0, at), kept), "") << at;
    }
    EXPECT_NE(unpack("<!doctype html><title>404</title>", kept), "");
    EXPECT_EQ(kept.flat()[0], first);
}

}  // namespace
}  // namespace kvx::lm
