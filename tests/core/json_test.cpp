#include "core/json.h"

#include "core/json_writer.h"
#include "core/support.h"

namespace kvx::core {
namespace {

TEST(Json, IsReadAsATree) {
    JsonText t;
    ASSERT_EQ(t.parse(R"({"a":[1,2.5,-3],"b":{"c":"x\n\u00e9"},"d":true,"e":null,"a2":[]})"), "");
    const JsonValue r = t.root();
    EXPECT_EQ(r.size(), 5u);
    EXPECT_EQ(r["a"].size(), 3u);
    EXPECT_EQ(r["a"].first().next().number(), 2.5);
    EXPECT_EQ(r["a"].first().next().next().number(), -3);
    EXPECT_FALSE(r["a"].first().next().next().next());
    EXPECT_EQ(r["b"]["c"].text(), "x\né");
    EXPECT_TRUE(r["d"].boolean());
    EXPECT_TRUE(r["e"].is(JsonValue::Kind::null));
    EXPECT_FALSE(r["nothing"]["at"]["all"]);
    EXPECT_EQ(r["nothing"].number(7), 7);
    EXPECT_EQ(r["a"]["b"].text("other"), "other");
    EXPECT_EQ(r.first().key(), "a");
    EXPECT_FALSE(r["a2"].first());
}

TEST(Json, OfTheSameNameTwiceTakesTheLast) {
    JsonText t;
    ASSERT_EQ(t.parse(R"({"a":1,"a":2})"), "");
    EXPECT_EQ(t.root()["a"].number(), 2);
}

TEST(Json, FaultsAreNamedAndLeaveNothingBehind) {
    JsonText t;
    EXPECT_NE(t.parse("{\n \"a\":").find("line 2, column 6"), std::string::npos);
    EXPECT_FALSE(t.root());
    EXPECT_NE(t.parse("[[[[]]]]", {.bytes = 100, .depth = 3}).find("deep"), std::string::npos);
    EXPECT_NE(t.parse("[1,2,3,4]", {.bytes = 100, .depth = 3, .nodes = 3}).find("many"), std::string::npos);
    EXPECT_NE(t.parse("[1,2,3,4]", {.bytes = 3}).find("larger"), std::string::npos);
    EXPECT_NE(t.parse(""), "");
    EXPECT_NE(t.parse("1 2"), "");
    EXPECT_EQ(t.parse("1"), "");
}

TEST(Json, IsWrittenWithEscapesAndShortestNumbers) {
    EXPECT_EQ(json_quote("a\"b\\c\n\x01"), "\"a\\\"b\\\\c\\n\\u0001\"");
    EXPECT_EQ(json_number(131072), "131072");
    EXPECT_EQ(json_number(0.1), "0.1");
    EXPECT_EQ(json_number(1.0 / 3), "0.3333333333333333");
    EXPECT_EQ(json_number(1e300 * 1e300), "null");
    EXPECT_EQ(json_number(-0.0), "0");
}

TEST(JsonWriter, PutsCommasBetweenValuesAndNowhereElse) {
    JsonWriter w;
    w.begin_object().field("a", 1.0).field("b", "x\"").key("list").begin_array();
    w.fixed(1.25, 1).boolean(false).json("{\"k\":[]}").begin_array().end_array().end_array();
    EXPECT_EQ(w.field("c", true).end_object().text(),
              "{\"a\":1,\"b\":\"x\\\"\",\"list\":[1.2,false,{\"k\":[]},[]],\"c\":true}");
}

}  // namespace
}  // namespace kvx::core
