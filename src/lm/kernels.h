// The arithmetic of the model. Every sum runs in one fixed order, whatever the row count or the machine, so results are
// bit-identical with and without a cache, natively and as WebAssembly.
#pragma once
#include <cstdint>

namespace kvx::lm {

// Work really done, counted where it happens.
struct Work {
    int64_t multiply_adds = 0;
    int64_t weight_bytes = 0;                               // read once per product
    int64_t cache_bytes_read = 0, cache_bytes_written = 0;  // keys and values
    int64_t bytes() const { return weight_bytes + cache_bytes_read + cache_bytes_written; }
    Work& operator+=(const Work& w) {
        multiply_adds += w.multiply_adds;
        weight_bytes += w.weight_bytes;
        cache_bytes_read += w.cache_bytes_read;
        cache_bytes_written += w.cache_bytes_written;
        return *this;
    }
    bool operator==(const Work&) const = default;
};

// A matrix that is read by rows or, transposed, by columns.
struct Strided {
    const float* values;
    int row, column;  // floats from one row, one column to the next
};
constexpr Strided rows(const float* m, int columns) {
    return {m, columns, 1};
}
constexpr Strided transposed(const float* m, int columns) {
    return {m, 1, columns};
}
// out[m × n] = a[m × k] · b[k × n], or += with `add`; b and out by rows.
void multiply(float* out, Strided a, const float* b, int m, int k, int n, bool add = false);
void transpose(float* out, const float* in, int in_rows, int in_columns);
// out[m × n] = or += in[m × k] · matrix[k × n], counted in `work` where one is given.
void product(float* out, const float* in, const float* matrix, int m, int k, int n, bool add, Work* work);
// x / (1 + e^-x) of n numbers; `out` may be `in`. SiLU, Elfwing et al. 2017 (arXiv 1702.03118).
void silu(float* out, const float* in, int64_t n);

float exponential(float x);  // Cephes expf, relative error below 2e-7; 0 below -87
// Softmax of n scores in place.
void softmax(float* scores, int n);
// y = x × gain / rms(x); returns 1/rms. RMSNorm, Zhang and Sennrich 2019 (arXiv 1910.07467).
float rms_norm(float* y, const float* x, const float* gain, int n);
constexpr float kNormEpsilon = 1e-5f;
float dot(const float* a, const float* b, int n);  // n divisible by 4
void add_scaled(float* out, const float* x, float k, int n);

// Rotates pairs (i, i + head_dim/2) of every head by position × base^(-2i/head_dim).
class Rotary {
  public:
    Rotary(int context, int head_dim, float base);
    ~Rotary();
    Rotary(const Rotary&) = delete;
    Rotary& operator=(const Rotary&) = delete;
    void turn(float* x, int heads, int position, bool back = false) const;

  private:
    int half_, context_;
    float* table_;  // [context][half][cos, sin]
};

}  // namespace kvx::lm
