/* The learn page's transformer in plain C, as one would write it first: loops, libm, no blocking, no vectors by hand.
   Only to compare speed with src/lm (tests/bench/lm.sh); its numbers are not used. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { L = 3, H = 4, D = 64, F = 128, V = 97, DH = 16, B = 32, T = 96, N = B * T };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
static float* numbers(size_t n) {
    float* p = malloc(n * sizeof *p);
    for (size_t i = 0; i < n; ++i) p[i] = ((float)rand() / (float)RAND_MAX - 0.5f) * 0.2f;
    return p;
}
/* y[n × out] = x[n × in] · w[in × out] */
static void matmul(float* y, const float* x, const float* w, int n, int in, int out) {
    for (int i = 0; i < n; ++i)
        for (int o = 0; o < out; ++o) {
            float sum = 0;
            for (int k = 0; k < in; ++k) sum += x[i * in + k] * w[k * out + o];
            y[i * out + o] = sum;
        }
}
static void matmul_backward(float* dx, float* dw, const float* dy, const float* x, const float* w, int n, int in, int out) {
    for (int i = 0; i < n; ++i)
        for (int k = 0; k < in; ++k) {
            float sum = 0;
            for (int o = 0; o < out; ++o) {
                sum += dy[i * out + o] * w[k * out + o];
                dw[k * out + o] += x[i * in + k] * dy[i * out + o];
            }
            dx[i * in + k] += sum;
        }
}
static void norm(float* y, float* inverse, const float* x, const float* g, int n) {
    for (int i = 0; i < n; ++i) {
        float sum = 0;
        for (int k = 0; k < D; ++k) sum += x[i * D + k] * x[i * D + k];
        inverse[i] = 1 / sqrtf(sum / D + 1e-5f);
        for (int k = 0; k < D; ++k) y[i * D + k] = x[i * D + k] * inverse[i] * g[k];
    }
}
static void norm_backward(float* dx, float* dg, const float* dy, const float* x, const float* g, const float* inverse, int n) {
    for (int i = 0; i < n; ++i) {
        float along = 0;
        for (int k = 0; k < D; ++k) along += dy[i * D + k] * g[k] * x[i * D + k], dg[k] += dy[i * D + k] * x[i * D + k] * inverse[i];
        for (int k = 0; k < D; ++k)
            dx[i * D + k] += dy[i * D + k] * g[k] * inverse[i] - x[i * D + k] * along * inverse[i] * inverse[i] * inverse[i] / D;
    }
}
static void rotate(float* x, int position, float sign) {
    for (int h = 0; h < H; ++h)
        for (int i = 0; i < DH / 2; ++i) {
            const float angle = (float)position * powf(100, -2.0f * (float)i / DH), c = cosf(angle), s = sign * sinf(angle);
            float *a = x + h * DH + i, *b = a + DH / 2;
            const float p = *a, q = *b;
            *a = p * c - q * s, *b = p * s + q * c;
        }
}
static void attend(float* out, float* p, const float* q, const float* k, const float* v, int last) {
    float most = -1e30f, sum = 0;
    for (int j = 0; j <= last; ++j) {
        p[j] = 0;
        for (int i = 0; i < DH; ++i) p[j] += q[i] * k[j * D + i];
        p[j] /= 4;
        if (p[j] > most) most = p[j];
    }
    for (int j = 0; j <= last; ++j) sum += p[j] = expf(p[j] - most);
    for (int i = 0; i < DH; ++i) out[i] = 0;
    for (int j = 0; j <= last; ++j) {
        p[j] /= sum;
        for (int i = 0; i < DH; ++i) out[i] += p[j] * v[j * D + i];
    }
}

typedef struct { float *in, *n1, *q, *k, *v, *mixed, *proj, *mid, *n2, *up, *act, *down, *i1, *i2, *att; } Kept;
typedef struct { float *g1, *wq, *wk, *wv, *wo, *g2, *w1, *w2; } Layer;

static Layer layer_numbers(void) {
    Layer l = {numbers(D), numbers(D * D), numbers(D * D), numbers(D * D), numbers(D * D), numbers(D), numbers(D * F), numbers(F * D)};
    return l;
}

static double time_training(const float* emb, Layer* w, Layer* g, int steps) {
    Kept kept[L];
    for (int l = 0; l < L; ++l) {
        float** each[] = {&kept[l].in, &kept[l].n1, &kept[l].q, &kept[l].k, &kept[l].v, &kept[l].mixed, &kept[l].proj, &kept[l].mid, &kept[l].n2, &kept[l].down};
        for (size_t i = 0; i < sizeof each / sizeof *each; ++i) *each[i] = numbers((size_t)N * D);
        kept[l].up = numbers((size_t)N * F), kept[l].act = numbers((size_t)N * F);
        kept[l].i1 = numbers(N), kept[l].i2 = numbers(N), kept[l].att = numbers((size_t)B * H * T * T);
    }
    float *x = numbers((size_t)N * D), *head = numbers(D * V), *logits = numbers((size_t)N * V), *last = numbers((size_t)N * D), *il = numbers(N), *gl = numbers(D);
    float *ds = numbers((size_t)N * D), *dn = numbers((size_t)N * D), *dh = numbers((size_t)N * F), *dm = numbers((size_t)N * D), *dq = numbers((size_t)N * D),
          *dk = numbers((size_t)N * D), *dv = numbers((size_t)N * D), *dhead = numbers(D * V), *m = numbers(110000), *v2 = numbers(110000), *all = numbers(110000);
    const double from = now();
    for (int step = 0; step < steps; ++step) {
        for (int i = 0; i < N; ++i) memcpy(x + i * D, emb + (i * 7 % V) * D, D * sizeof *x);
        for (int l = 0; l < L; ++l) {
            Kept* a = &kept[l];
            memcpy(a->in, x, sizeof(float) * N * D);
            norm(a->n1, a->i1, a->in, w[l].g1, N);
            matmul(a->q, a->n1, w[l].wq, N, D, D), matmul(a->k, a->n1, w[l].wk, N, D, D), matmul(a->v, a->n1, w[l].wv, N, D, D);
            for (int i = 0; i < N; ++i) rotate(a->q + i * D, i % T, 1), rotate(a->k + i * D, i % T, 1);
            for (int b = 0; b < B; ++b)
                for (int h = 0; h < H; ++h)
                    for (int i = 0; i < T; ++i) {
                        const int first = b * T * D + h * DH, at = first + i * D;
                        attend(a->mixed + at, a->att + ((b * H + h) * T + i) * T, a->q + at, a->k + first, a->v + first, i);
                    }
            matmul(a->proj, a->mixed, w[l].wo, N, D, D);
            for (int i = 0; i < N * D; ++i) a->mid[i] = a->in[i] + a->proj[i];
            norm(a->n2, a->i2, a->mid, w[l].g2, N);
            matmul(a->up, a->n2, w[l].w1, N, D, F);
            for (int i = 0; i < N * F; ++i) a->act[i] = a->up[i] / (1 + expf(-a->up[i]));
            matmul(a->down, a->act, w[l].w2, N, F, D);
            for (int i = 0; i < N * D; ++i) x[i] = a->mid[i] + a->down[i];
        }
        norm(last, il, x, gl, N);
        matmul(logits, last, head, N, D, V);
        for (int i = 0; i < N; ++i) {
            float most = -1e30f, sum = 0;
            for (int t = 0; t < V; ++t) most = logits[i * V + t] > most ? logits[i * V + t] : most;
            for (int t = 0; t < V; ++t) sum += logits[i * V + t] = expf(logits[i * V + t] - most);
            for (int t = 0; t < V; ++t) logits[i * V + t] = (logits[i * V + t] / sum - (t == (i + 1) * 7 % V)) / N;
        }
        memset(dn, 0, sizeof(float) * N * D), memset(ds, 0, sizeof(float) * N * D), memset(dhead, 0, sizeof(float) * D * V);
        matmul_backward(dn, dhead, logits, last, head, N, D, V);
        norm_backward(ds, gl, dn, x, gl, il, N);
        for (int l = L - 1; l >= 0; --l) {
            Kept* a = &kept[l];
            memset(dh, 0, sizeof(float) * N * F), memset(dn, 0, sizeof(float) * N * D), memset(dm, 0, sizeof(float) * N * D);
            memset(dq, 0, sizeof(float) * N * D), memset(dk, 0, sizeof(float) * N * D), memset(dv, 0, sizeof(float) * N * D);
            matmul_backward(dh, g[l].w2, ds, a->act, w[l].w2, N, F, D);
            for (int i = 0; i < N * F; ++i) {
                const float s = 1 / (1 + expf(-a->up[i]));
                dh[i] *= s * (1 + a->up[i] * (1 - s));
            }
            matmul_backward(dn, g[l].w1, dh, a->n2, w[l].w1, N, D, F);
            norm_backward(ds, g[l].g2, dn, a->mid, w[l].g2, a->i2, N);
            matmul_backward(dm, g[l].wo, ds, a->mixed, w[l].wo, N, D, D);
            for (int b = 0; b < B; ++b)
                for (int h = 0; h < H; ++h)
                    for (int i = 0; i < T; ++i) {
                        const int first = b * T * D + h * DH, at = first + i * D;
                        const float* p = a->att + ((b * H + h) * T + i) * T;
                        float dp[T], along = 0;
                        for (int j = 0; j <= i; ++j) {
                            dp[j] = 0;
                            for (int k = 0; k < DH; ++k) dp[j] += dm[at + k] * a->v[first + j * D + k], dv[first + j * D + k] += p[j] * dm[at + k];
                            along += p[j] * dp[j];
                        }
                        for (int j = 0; j <= i; ++j)
                            for (int k = 0; k < DH; ++k) {
                                const float s = p[j] * (dp[j] - along) / 4;
                                dq[at + k] += s * a->k[first + j * D + k], dk[first + j * D + k] += s * a->q[at + k];
                            }
                    }
            for (int i = 0; i < N; ++i) rotate(dq + i * D, i % T, -1), rotate(dk + i * D, i % T, -1);
            memset(dn, 0, sizeof(float) * N * D);
            matmul_backward(dn, g[l].wq, dq, a->n1, w[l].wq, N, D, D), matmul_backward(dn, g[l].wk, dk, a->n1, w[l].wk, N, D, D);
            matmul_backward(dn, g[l].wv, dv, a->n1, w[l].wv, N, D, D);
            norm_backward(ds, g[l].g1, dn, a->in, w[l].g1, a->i1, N);
        }
        for (int i = 0; i < 104960; ++i) {
            m[i] = 0.9f * m[i] + 0.1f * all[i], v2[i] = 0.99f * v2[i] + 0.01f * all[i] * all[i];
            all[i] -= 1e-6f * m[i] / (sqrtf(fabsf(v2[i])) + 1e-8f);
        }
    }
    return (now() - from) / steps;
}

static double time_decoding(const float* emb, const Layer* w, int runs) {
    float *kc = numbers((size_t)L * T * D), *vc = numbers((size_t)L * T * D), *head = numbers(D * V), x[D], n[D], q[D], mixed[D], o[D], up[F], p[T], logits[V], i1[1];
    const double from = now();
    for (int run = 0; run < runs; ++run)
        for (int t = 0; t < T; ++t) {
            memcpy(x, emb + (t * 7 % V) * D, sizeof x);
            for (int l = 0; l < L; ++l) {
                float *k = kc + (l * T + t) * D, *v = vc + (l * T + t) * D;
                norm(n, i1, x, w[l].g1, 1);
                matmul(q, n, w[l].wq, 1, D, D), matmul(k, n, w[l].wk, 1, D, D), matmul(v, n, w[l].wv, 1, D, D);
                rotate(q, t, 1), rotate(k, t, 1);
                for (int h = 0; h < H; ++h) attend(mixed + h * DH, p, q + h * DH, kc + l * T * D + h * DH, vc + l * T * D + h * DH, t);
                matmul(o, mixed, w[l].wo, 1, D, D);
                for (int i = 0; i < D; ++i) x[i] += o[i];
                norm(n, i1, x, w[l].g2, 1);
                matmul(up, n, w[l].w1, 1, D, F);
                for (int i = 0; i < F; ++i) up[i] /= 1 + expf(-up[i]);
                matmul(o, up, w[l].w2, 1, F, D);
                for (int i = 0; i < D; ++i) x[i] += o[i];
            }
            matmul(logits, x, head, 1, D, V);
        }
    return (now() - from) / (runs * T);
}

int main(void) {
    float* emb = numbers(V * D);
    Layer w[L], g[L];
    for (int l = 0; l < L; ++l) w[l] = layer_numbers(), g[l] = layer_numbers();
    printf("plain C  training step %.1f ms  decoded token %.1f us\n", 1e3 * time_training(emb, w, g, 5), 1e6 * time_decoding(emb, w, 200));
    return 0;
}
