// JSON text as a read-only tree, with limits: the only entry for external data. nlohmann/json tokenises it (json.cpp).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kvx::core {

struct JsonLimits {
    size_t bytes = 1u << 20;
    int depth = 32;
    size_t nodes = 500000;
    bool non_finite = false;  // NaN, Infinity and -Infinity, as Python writes them; they read as an empty text
};

// A value inside a JsonText, which must outlive it. A missing value is a valid handle that answers "no" to everything.
class JsonValue {
  public:
    enum class Kind : uint8_t { missing, null, boolean, number, text, array, object };
    JsonValue() = default;
    Kind kind() const;
    explicit operator bool() const { return kind() != Kind::missing; }
    bool is(Kind k) const { return kind() == k; }
    double number(double otherwise = 0) const;
    bool boolean(bool otherwise = false) const;
    std::string_view text(std::string_view otherwise = {}) const;
    size_t size() const;                               // of an array or object
    JsonValue operator[](std::string_view key) const;  // the last one of that name
    JsonValue first() const;                           // first child of an array or object
    JsonValue next() const;                            // its next sibling
    std::string_view key() const;                      // its key in the enclosing object

  private:
    friend class JsonText;
    JsonValue(const class JsonText* t, uint32_t i) : text_(t), index_(i) {}
    const class JsonText* text_ = nullptr;
    uint32_t index_ = 0;
};

class JsonText {
  public:
    // Returns "" or what is wrong and where: "it is not valid JSON in line 3, column 17".
    std::string parse(std::string_view json, const JsonLimits& limits = {});
    JsonValue root() const;

  private:
    friend class JsonValue;
    friend struct JsonBuilder;
    struct Node {
        JsonValue::Kind kind = JsonValue::Kind::null;
        uint32_t next = 0, child = 0, count = 0;  // 0: none (the root has no parent)
        double number = 0;
        std::string text, key;
    };
    std::vector<Node> nodes_;
};

// Quoted and escaped. What is more than one value is written with core/json_writer.h.
std::string json_quote(std::string_view s);
void append_json_quoted(std::string& out, std::string_view s);
// A value as JSON without spaces.
std::string json_text(JsonValue v);
// Shortest decimal that reads back as the same double; "null" when it is not finite.
std::string json_number(double v);

}  // namespace kvx::core
