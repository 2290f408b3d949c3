// Reads JSON from pieces of a text as they come, value by value and without a tree: for lists of a hundred thousand
// tensors. What is longer than a name may be is cut, never kept.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace kvx::core {

struct JsonToken {
    enum class Kind : uint8_t { none, begin_object, end_object, begin_array, end_array, key, text, number, word };
    Kind kind = Kind::none;
    std::string_view text;  // of a key, text, number or word ("null", "true", "NaN"); until the next token is asked for
};

class JsonStream {
  public:
    void feed(std::string_view bytes);  // only when next() has returned false without failing or ending
    bool next(JsonToken& out);          // false: more bytes are needed, or it ended, or it failed
    bool ended() const { return ended_; }
    bool failed() const { return !error_.empty(); }
    const std::string& error() const { return error_; }  // "it is not valid JSON in line 3, column 17"
    int depth() const { return depth_; }

  private:
    enum class Expect : uint8_t { value, first_value, first_key, key, colon, comma };
    static constexpr int kDeepest = 8;
    static constexpr size_t kLongest = 1024;

    bool fail();
    bool value_done(JsonToken& out, JsonToken::Kind kind, std::string_view text);
    bool text_done(JsonToken& out, std::string_view text);
    bool word_done(JsonToken& out, std::string_view word);
    bool at_once(bool quoted, JsonToken& out);
    bool open(JsonToken& out, bool object);
    bool close(JsonToken& out, bool object);
    bool in_quotes(JsonToken& out);
    bool in_word(JsonToken& out);
    bool punctuation(char c, JsonToken& out, bool& emitted);
    void put(char c) {
        if (token_.size() < kLongest) token_ += c;
    }
    void put(std::string_view run) {
        if (token_.size() < kLongest) token_.append(run.substr(0, kLongest - token_.size()));
    }
    void put_escape(char c);

    std::string bytes_, token_, error_;
    size_t at_ = 0, line_ = 1, column_ = 1;
    int depth_ = 0;
    bool object_[kDeepest] = {};
    Expect expect_ = Expect::value;
    bool quotes_ = false, word_ = false, escape_ = false, key_ = false, ended_ = false;
    int hex_left_ = 0;
    uint32_t code_ = 0;
};

}  // namespace kvx::core
