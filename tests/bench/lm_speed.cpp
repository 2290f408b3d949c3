// The same two times for src/lm: a training step, a decoded token. See lm.sh.
#include <chrono>
#include <cstdio>

#include "lm/decoder.h"
#include "lm/train.h"

int main() {
    using namespace kvx::lm;
    const auto now = [] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    };
    Trainer t(Shape{}, TrainConfig{});
    t.step();
    double from = now();
    for (int i = 0; i < 5; ++i) t.step();
    const double step = (now() - from) / 5;
    from = now();
    constexpr int kRuns = 200;
    for (int run = 0; run < kRuns; ++run) {
        Decoder d(t.weights(), {}, 96);
        for (int i = 0; i < 96; ++i) d.step(static_cast<Token>(i * 7 % kVocabulary));
    }
    std::printf("src/lm   training step %.1f ms  decoded token %.1f us\n", 1e3 * step,
                1e6 * (now() - from) / (kRuns * 96));
    return 0;
}
