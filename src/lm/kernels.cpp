#include "lm/kernels.h"

#include <cmath>
#include <cstring>

namespace kvx::lm {
namespace {

// Four floats; the compiler maps them to SSE, NEON or WebAssembly SIMD, or to plain code.
using Lane = float __attribute__((vector_size(16)));

Lane load(const float* p) {
    Lane v;
    std::memcpy(&v, p, sizeof v);
    return v;
}
void store(float* p, Lane v) {
    std::memcpy(p, &v, sizeof v);
}

// R rows × 4·C columns of the result stay in registers; each element is summed over k in order.
template <int R, int C>
void block(float* out, Strided a, const float* b, int k, int n, bool add) {
    Lane sum[R][C];
    for (int r = 0; r < R; ++r)
        for (int c = 0; c < C; ++c) sum[r][c] = add ? load(out + r * n + 4 * c) : Lane{};
    for (int i = 0; i < k; ++i) {
        const float* row = b + static_cast<int64_t>(i) * n;
        Lane right[C];
        for (int c = 0; c < C; ++c) right[c] = load(row + 4 * c);
        for (int r = 0; r < R; ++r) {
            const float left = a.values[r * static_cast<int64_t>(a.row) + i * static_cast<int64_t>(a.column)];
            for (int c = 0; c < C; ++c) sum[r][c] += left * right[c];
        }
    }
    for (int r = 0; r < R; ++r)
        for (int c = 0; c < C; ++c) store(out + r * n + 4 * c, sum[r][c]);
}

template <int R>
void block_rows(float* out, Strided a, const float* b, int k, int n, bool add) {
    int j = 0;
    for (; j + 8 <= n; j += 8) block<R, 2>(out + j, a, b + j, k, n, add);
    for (; j + 4 <= n; j += 4) block<R, 1>(out + j, a, b + j, k, n, add);
    for (; j < n; ++j)
        for (int r = 0; r < R; ++r) {
            float sum = add ? out[r * n + j] : 0;
            for (int i = 0; i < k; ++i)
                sum += a.values[r * static_cast<int64_t>(a.row) + i * static_cast<int64_t>(a.column)] *
                       b[static_cast<int64_t>(i) * n + j];
            out[r * n + j] = sum;
        }
}

}  // namespace

void multiply(float* out, Strided a, const float* b, int m, int k, int n, bool add) {
    int i = 0;
    const auto part = [&](int row) { return Strided{a.values + static_cast<int64_t>(row) * a.row, a.row, a.column}; };
    for (; i + 4 <= m; i += 4) block_rows<4>(out + static_cast<int64_t>(i) * n, part(i), b, k, n, add);
    for (; i < m; ++i) block_rows<1>(out + static_cast<int64_t>(i) * n, part(i), b, k, n, add);
}

void transpose(float* out, const float* in, int in_rows, int in_columns) {
    for (int r = 0; r < in_rows; ++r)
        for (int c = 0; c < in_columns; ++c) out[static_cast<int64_t>(c) * in_rows + r] = in[r * in_columns + c];
}

float exponential(float x) {
    if (x < -87.0f) return 0;
    if (x > 88.0f) x = 88.0f;
    const float n = std::floor(x * 1.44269504088896341f + 0.5f);
    const float r = x - n * 0.693359375f + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    const int32_t bits = (static_cast<int32_t>(n) + 127) * (1 << 23);
    float power = 0;
    std::memcpy(&power, &bits, sizeof power);  // 2^n
    return p * power;
}

void softmax(float* scores, int n) {
    float most = scores[0];
    for (int i = 1; i < n; ++i) most = scores[i] > most ? scores[i] : most;
    float sum = 0;
    for (int i = 0; i < n; ++i) sum += scores[i] = exponential(scores[i] - most);
    const float scale = 1 / sum;
    for (int i = 0; i < n; ++i) scores[i] *= scale;
}

float rms_norm(float* y, const float* x, const float* gain, int n) {
    const float inverse = 1 / std::sqrt(dot(x, x, n) / static_cast<float>(n) + kNormEpsilon);
    for (int i = 0; i < n; ++i) y[i] = x[i] * inverse * gain[i];
    return inverse;
}

float dot(const float* a, const float* b, int n) {
    Lane sum{};
    for (int i = 0; i < n; i += 4) sum += load(a + i) * load(b + i);
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

void add_scaled(float* out, const float* x, float k, int n) {
    for (int i = 0; i < n; i += 4) store(out + i, load(out + i) + load(x + i) * k);
}

Rotary::Rotary(int context, int head_dim, float base)
    : half_(head_dim / 2),
      context_(context),
      table_(new float[static_cast<size_t>(context) * static_cast<size_t>(head_dim)]) {
    float* out = table_;
    for (int position = 0; position < context; ++position)
        for (int i = 0; i < half_; ++i) {
            const double angle = position * std::pow(static_cast<double>(base), -2.0 * i / head_dim);
            *out++ = static_cast<float>(std::cos(angle));
            *out++ = static_cast<float>(std::sin(angle));
        }
}

Rotary::~Rotary() {
    delete[] table_;
}

void Rotary::turn(float* x, int heads, int position, bool back) const {
    const float* const row = table_ + static_cast<int64_t>(position % context_) * half_ * 2;
    for (int h = 0; h < heads; ++h, x += 2 * half_)
        for (int i = 0; i < half_; ++i) {
            const float c = row[2 * i], s = back ? -row[2 * i + 1] : row[2 * i + 1], a = x[i], b = x[i + half_];
            x[i] = a * c - b * s;
            x[i + half_] = a * s + b * c;
        }
}

void product(float* out, const float* in, const float* matrix, int m, int k, int n, bool add, Work* work) {
    multiply(out, rows(in, k), matrix, m, k, n, add);
    if (work == nullptr) return;
    work->multiply_adds += int64_t{m} * k * n;
    work->weight_bytes += int64_t{k} * n * 4;
}

void silu(float* out, const float* in, int64_t n) {
    for (int64_t i = 0; i < n; ++i) out[i] = in[i] / (1 + exponential(-in[i]));
}

}  // namespace kvx::lm
