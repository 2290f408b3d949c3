// Writes JSON text in the order it is told; smaller than a document tree, and keys stay where a reader expects them.
#pragma once
#include <string>
#include <string_view>

namespace kvx::core {

class JsonWriter {
  public:
    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);
    JsonWriter& string(std::string_view text);  // valid UTF-8
    JsonWriter& number(double value);           // null when not finite
    JsonWriter& fixed(double value, int decimals);
    JsonWriter& boolean(bool value);
    JsonWriter& json(std::string_view value);  // what is JSON already

    JsonWriter& field(std::string_view name, std::string_view text) { return key(name).string(text); }
    JsonWriter& field(std::string_view name, const char* text) { return key(name).string(text); }
    JsonWriter& field(std::string_view name, double value) { return key(name).number(value); }
    JsonWriter& field(std::string_view name, bool value) { return key(name).boolean(value); }

    const std::string& text() const { return out_; }

  private:
    void separate();
    std::string out_;
    bool first_ = true;  // nothing yet in the innermost object or array, or a key was just written
};

}  // namespace kvx::core
