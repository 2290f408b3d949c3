// A ledger of every allocation by kind, and buffers that enter themselves in it.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace kvx::lm {

enum class Kind : uint8_t { weights, gradients, optimizer, activations, attention, logits, scratch, cache };
inline constexpr int kKinds = 8;
const char* name_of(Kind k);

struct ByKind {
    std::array<int64_t, kKinds> bytes{};
    int64_t& operator[](Kind k) { return bytes[static_cast<size_t>(k)]; }
    int64_t operator[](Kind k) const { return bytes[static_cast<size_t>(k)]; }
    int64_t total() const;
    bool operator==(const ByKind&) const = default;
};

class Ledger {
  public:
    void enter(Kind k, int64_t bytes);  // negative when given back
    const ByKind& live() const { return live_; }
    const ByKind& at_peak() const { return at_peak_; }  // what was live when the total was largest
    int64_t peak() const { return at_peak_.total(); }

  private:
    ByKind live_, at_peak_;
};

// Zeroed numbers of type T; entered while it lives. Moves, never copies.
template <class T>
class BufferOf {
  public:
    BufferOf() = default;
    BufferOf(Ledger* ledger, Kind kind, int64_t count)
        : ledger_(ledger), kind_(kind), values_(static_cast<size_t>(count)) {
        enter(1);
    }
    BufferOf(BufferOf&& other) noexcept { *this = std::move(other); }
    BufferOf& operator=(BufferOf&& other) noexcept {
        std::swap(ledger_, other.ledger_);
        std::swap(kind_, other.kind_);
        values_.swap(other.values_);
        return *this;
    }
    BufferOf(const BufferOf&) = delete;
    BufferOf& operator=(const BufferOf&) = delete;
    ~BufferOf() { enter(-1); }

    T* data() { return values_.data(); }
    const T* data() const { return values_.data(); }
    T* at(int64_t i) { return values_.data() + i; }
    const T* at(int64_t i) const { return values_.data() + i; }
    int64_t size() const { return static_cast<int64_t>(values_.size()); }
    bool empty() const { return values_.empty(); }

  private:
    void enter(int sign) {
        if (ledger_ != nullptr && !values_.empty())
            ledger_->enter(kind_, sign * size() * static_cast<int64_t>(sizeof(T)));
    }
    Ledger* ledger_ = nullptr;
    Kind kind_ = Kind::scratch;
    std::vector<T> values_;
};
using Buffer = BufferOf<float>;

}  // namespace kvx::lm
