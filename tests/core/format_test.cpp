#include "core/format.h"

#include "core/support.h"

namespace kvx::core {
namespace {

TEST(Reading, OfBytesHasAboutFourDigits) {
    const std::pair<double, const char*> table[] = {{0, "0 B"},
                                                    {1, "1 B"},
                                                    {999, "999 B"},
                                                    {1023, "1,023 B"},
                                                    {1024, "1.00 KiB"},
                                                    {131072, "128.0 KiB"},
                                                    {1048575, "1.00 MiB"},
                                                    {16060522496.0, "14.96 GiB"},
                                                    {78217480766.0, "72.85 GiB"},
                                                    {1099511627776.0, "1.00 TiB"},
                                                    {1e30, "847,032,947 ZiB"}};
    for (const auto& [bytes, text] : table) EXPECT_EQ(format_bytes({bytes}).text(), text);
    EXPECT_EQ(format_bytes_in_gib({60183.2 * 1073741824}).text(), "60,183 GiB");
    EXPECT_EQ(format_bytes_in_gib({55.874 * 1073741824}).text(), "55.87 GiB");
    EXPECT_EQ(format_bytes_in_gib({1048576}).text(), "0.000977 GiB");
    EXPECT_EQ(exact_bytes({131072}), "131,072 B");
    EXPECT_EQ(exact_bytes({146.25}), "146.25 B");
}

TEST(Reading, OfOtherThings) {
    EXPECT_EQ(group_digits(1234567), "1,234,567");
    EXPECT_EQ(group_digits(-1234), "-1,234");
    EXPECT_EQ(group_digits(-123), "-123");
    EXPECT_EQ(fixed(60183.2, 0), "60,183");
    EXPECT_EQ(fixed(-0.001, 2), "0.00");
    EXPECT_EQ(significant(0.0123456, 3), "0.0123");
    EXPECT_EQ(significant(123456, 3), "123,456");
    EXPECT_EQ(significant(0, 3), "0");
    EXPECT_EQ(format_params(8030261248.0).text(), "8.03 B");
    EXPECT_EQ(format_params(124439808).text(), "124.4 M");
    EXPECT_EQ(format_params(405853388800.0).text(), "405.9 B");
    EXPECT_EQ(format_params(1026408232448.0).text(), "1.03 T");
    EXPECT_EQ(format_seconds({0.016}).text(), "16.0 ms");
    EXPECT_EQ(format_seconds({0.0000042}).text(), "4.20 µs");
    EXPECT_EQ(format_seconds({3.25}).text(), "3.25 s");
    EXPECT_EQ(format_seconds({7200}).text(), "2.00 h");
    EXPECT_EQ(format_rate(3.35e12).text(), "3.35 TB/s");
    EXPECT_EQ(format_rate(320e9).text(), "320.0 GB/s");
}

TEST(Tokens, AreParsedInTheFieldsNotation) {
    const std::pair<const char*, int64_t> table[] = {{"4K", 4096},
                                                     {"64k", 65536},
                                                     {"128K", 131072},
                                                     {"256K", 262144},
                                                     {"512K", 524288},
                                                     {"200K", 200000},
                                                     {"100K", 100000},
                                                     {"1M", 1000000},
                                                     {"1Mi", 1048576},
                                                     {"2.5M", 2500000},
                                                     {"100M", 100000000},
                                                     {"131072", 131072},
                                                     {"131,072", 131072},
                                                     {"131_072", 131072},
                                                     {" 8192 ", 8192},
                                                     {"1e6", 1000000},
                                                     {"1 M", 1000000},
                                                     {"96Ki", 98304},
                                                     {"1", 1},
                                                     {"750K", 750000}};
    for (const auto& [text, tokens] : table) {
        Tokens t;
        EXPECT_TRUE(parse_tokens(text, t)) << text;
        EXPECT_EQ(t.value, tokens) << text;
    }
    for (const char* bad : {"", "K", "-1", "0", "1e", "1e99", "2e12", "abc", "12X", "1..2", "1 2", "0x10", "nan", "inf",
                            "1KK", "9999999999999999999999", "1e-9"}) {
        Tokens t{7};
        EXPECT_FALSE(parse_tokens(bad, t)) << bad;
        EXPECT_EQ(t.value, 7) << bad;
    }
    Tokens t;
    EXPECT_FALSE(parse_tokens(std::string(1000, '9'), t));
}

TEST(Tokens, AreWrittenShortAndReadBackTheSame) {
    const std::pair<int64_t, const char*> table[] = {
        {0, "0"},         {999, "999"},     {1024, "1K"},      {4096, "4K"},       {131072, "128K"},
        {524288, "512K"}, {1000000, "1M"},  {2500000, "2.5M"}, {1048576, "1Mi"},   {40960, "40,960"},
        {3072, "3,072"},  {200000, "200K"}, {94912, "94.9K"},  {100000000, "100M"}};
    for (const auto& [tokens, text] : table) EXPECT_EQ(short_tokens({tokens}), text);
    for (const int64_t n : {1,      1000,   1024,   3072,   4096,    16384,   40960,   65536,    100000,   131072,
                            163840, 200000, 262144, 524288, 1000000, 1048576, 2000000, 10000000, 10485760, 100000000}) {
        Tokens back;
        ASSERT_TRUE(parse_tokens(short_tokens({n}), back)) << n;
        EXPECT_EQ(back.value, n);
    }
}

}  // namespace
}  // namespace kvx::core
