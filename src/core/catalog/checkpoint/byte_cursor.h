// Reads little-endian numbers and counted texts from bytes that may end anywhere.
#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>

namespace kvx::core {

class ByteCursor {
  public:
    explicit ByteCursor(std::string_view bytes) : bytes_(bytes) {}
    size_t used() const { return at_; }
    size_t left() const { return bytes_.size() - at_; }
    void back_to(size_t at) { at_ = at; }
    void pass(size_t n) { at_ += n; }

    // False, and nothing read, if there are too few bytes.
    template <class T>
    bool number(T& out) {
        if (left() < sizeof out) return false;
        uint64_t bits = 0;
        for (size_t i = 0; i < sizeof out; ++i)
            bits |= static_cast<uint64_t>(static_cast<unsigned char>(bytes_[at_ + i])) << (8 * i);
        std::memcpy(&out, &bits, sizeof out);  // both ends of a word agree on little-endian machines, which these are
        at_ += sizeof out;
        return true;
    }
    bool text(uint64_t length, std::string_view& out) {
        if (left() < length) return false;
        out = bytes_.substr(at_, static_cast<size_t>(length));
        at_ += static_cast<size_t>(length);
        return true;
    }

  private:
    std::string_view bytes_;
    size_t at_ = 0;
};

}  // namespace kvx::core
