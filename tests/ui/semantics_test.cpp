// What a frame sends to the page: exactly the difference from the last one.
#include "ui/semantics.h"

#include <gtest/gtest.h>

#include "core/json.h"

namespace kvx::ui {
namespace {

Node node(const std::string& id, Rect rect = {0, 0, 10, 10}) {
    return make_node(id, "button", "Name of " + id, rect);
}

// One message to the page, in short: "-a +b c | a b" (removed, set, and the order if it was sent).
std::string sent(SemanticTree& tree, const std::vector<Node>& frame) {
    tree.clear();
    for (const Node& n : frame) tree.add(n);
    const std::string json = tree.difference();
    if (json.empty()) return {};
    core::JsonText text;
    EXPECT_EQ(text.parse(json), "") << json;
    const core::JsonValue root = text.root();
    std::string out;
    for (core::JsonValue v = root["remove"].first(); v; v = v.next()) out += "-" + std::string(v.text()) + " ";
    for (core::JsonValue v = root["set"].first(); v; v = v.next()) out += "+" + std::string(v["id"].text()) + " ";
    if (root["order"]) {
        out += "|";
        for (core::JsonValue v = root["order"].first(); v; v = v.next()) out += " " + std::string(v.text());
    }
    return out;
}

TEST(SemanticTree, SendsEverythingOnceAndThenNothing) {
    SemanticTree tree;
    EXPECT_EQ(sent(tree, {}), "") << "an empty page sends nothing";
    EXPECT_EQ(sent(tree, {node("a"), node("b")}), "+a +b | a b");
    EXPECT_EQ(sent(tree, {node("a"), node("b")}), "");
}

TEST(SemanticTree, SendsOnlyChanges) {
    SemanticTree tree;
    sent(tree, {node("a"), node("b")});
    Node b = node("b");
    b.value = "128 KiB";
    EXPECT_EQ(sent(tree, {node("a"), b}), "+b ");
    b.checked = 0;
    EXPECT_EQ(sent(tree, {node("a"), b}), "+b ") << "unchecked is not the same as not checkable";
    EXPECT_EQ(sent(tree, {node("a"), b}), "");
}

TEST(SemanticTree, SendsAdditionsRemovalsAndTheOrder) {
    SemanticTree tree;
    sent(tree, {node("a"), node("b")});
    EXPECT_EQ(sent(tree, {node("a"), node("c"), node("b")}), "+c | a c b");
    EXPECT_EQ(sent(tree, {node("b"), node("c"), node("a")}), "| b c a");
    EXPECT_EQ(sent(tree, {node("b"), node("a")}), "-c | b a");
    sent(tree, {node("a")});
    EXPECT_EQ(sent(tree, {}), "-a |") << "a frame without nodes removes the last";
}

TEST(SemanticTree, IgnoresJitterButNotDrift) {
    SemanticTree tree;
    sent(tree, {node("a", {100, 0, 10, 10})});
    EXPECT_EQ(sent(tree, {node("a", {100.2f, 0, 10, 10})}), "");
    EXPECT_EQ(sent(tree, {node("a", {100.3f, 0, 10, 10})}), "+a ")
        << "compared with what was sent, not with the last frame";
    EXPECT_EQ(sent(tree, {node("a", {100.3f, 0, 11, 10})}), "+a ");
}

TEST(SemanticTree, KeepsTheFirstOfADoubledId) {
    SemanticTree tree;
    Node second = node("a");
    second.name = "impostor";
    EXPECT_EQ(sent(tree, {node("a"), second}), "+a | a");
    EXPECT_EQ(sent(tree, {node("a"), second}), "");
}

TEST(SemanticTree, SendsEverythingAgainAfterForgetting) {
    SemanticTree tree;
    sent(tree, {node("a"), node("b")});
    tree.forget();
    EXPECT_EQ(sent(tree, {node("a"), node("b")}), "+a +b | a b");
}

TEST(SemanticTree, WritesEveryFieldThatApplies) {
    SemanticTree tree;
    Node n = node("a", {1, 2, 3, 4});
    n.parent = "group";
    n.value = "a \"quoted\" \\ value\n\x01 \xe2\x80\xa6";
    n.numeric = true;
    n.now = 131072;
    n.max = 1e8;
    n.step = 0.5;
    n.selected = 1;
    n.disabled = true;
    n.level = 2;
    n.clip = {0, 0, 5, 5};
    n.options = {{"v", "Label"}, {"w", ""}};
    tree.add(n);
    core::JsonText text;
    const std::string json = tree.difference();
    ASSERT_EQ(text.parse(json), "") << json;
    const core::JsonValue set = text.root()["set"].first();
    EXPECT_EQ(set["parent"].text(), "group");
    EXPECT_EQ(set["role"].text(), "button");
    EXPECT_EQ(set["value"].text(), n.value);
    EXPECT_EQ(set["now"].number(), 131072);
    EXPECT_TRUE(set["min"].is(core::JsonValue::Kind::number));
    EXPECT_EQ(set["max"].number(), 1e8);
    EXPECT_EQ(set["step"].number(), 0.5);
    EXPECT_TRUE(set["selected"].boolean());
    EXPECT_TRUE(set["disabled"].boolean());
    EXPECT_EQ(set["level"].number(), 2);
    EXPECT_EQ(set["rect"].size(), 4u);
    EXPECT_EQ(set["clip"].size(), 4u);
    EXPECT_EQ(set["options"].size(), 2u);
    EXPECT_EQ(set["options"].first().first().next().text(), "Label");
    for (const char* absent : {"checked", "expanded", "hidden", "visible", "href", "style"})
        EXPECT_FALSE(set[absent]) << absent;
}

TEST(Node, ChainedFieldsAreThoseOfTheStruct) {
    const Node n = make_node("page.train", "tab", "Training", {1, 2, 3, 4}, "second")
                       .with_parent("pages")
                       .with_selected(true)
                       .with_checked(false)
                       .with_level(2)
                       .with_href("https://example.org")
                       .with_options({{"v", "Label"}})
                       .with_range(1, 9, 4, 0.5)
                       .drawn_by_browser("body");
    EXPECT_EQ(n.id + n.role + n.name + n.value, "page.traintabTrainingsecond");
    EXPECT_EQ(n.rect.w, 3);
    EXPECT_EQ(n.parent, "pages");
    EXPECT_EQ(n.selected, 1);
    EXPECT_EQ(n.checked, 0);
    EXPECT_EQ(n.expanded, -1) << "an unset field does not apply";
    EXPECT_EQ(n.level, 2);
    EXPECT_EQ(n.href, "https://example.org");
    EXPECT_EQ(n.options.size(), 1u);
    EXPECT_TRUE(n.numeric);
    EXPECT_EQ(n.min, 1);
    EXPECT_EQ(n.max, 9);
    EXPECT_EQ(n.now, 4);
    EXPECT_EQ(n.step, 0.5);
    EXPECT_TRUE(n.visible);
    EXPECT_EQ(n.style, "body");
}

}  // namespace
}  // namespace kvx::ui
