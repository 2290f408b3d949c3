// Backward pass and optimizers: the model learns from the grammar.
#pragma once
#include <vector>

#include "lm/forward.h"
#include "lm/random.h"

namespace kvx::lm {

enum class Optimizer : uint8_t { adamw, momentum, sgd };

struct TrainConfig {
    int batch = 32, length = 96, steps = 2200;
    float rate = 6e-3f;  // reached after a warm-up, then a cosine decay to a tenth
    Optimizer optimizer = Optimizer::adamw;
    Recompute recompute = Recompute::none;
    uint64_t seed = 3;
    bool operator==(const TrainConfig&) const = default;
};

class Trainer {
  public:
    Trainer(const Shape& shape, const TrainConfig& config);
    Trainer(const Trainer&) = delete;
    Trainer& operator=(const Trainer&) = delete;

    float step();  // mean cross entropy in nats of this batch, before its update
    int done() const { return done_; }
    const Weights& weights() const { return weights_; }
    const TrainConfig& config() const { return config_; }
    const Ledger& ledger() const { return ledger_; }
    const ByKind& after_forward() const { return after_forward_; }

    // For checks: loss and gradients of given tokens [batch × length] and what follows each.
    float loss_and_gradients(const Token* tokens, const Token* next);
    const float* gradients() const { return gradients_.data(); }
    float* numbers() { return weights_.flat(); }

  private:
    void backward(Forward& f, const Token* tokens);
    void backward_layer(LayerKept& kept, int layer, Forward& f, struct BackwardScratch& scratch);
    void update();

    Ledger ledger_;
    TrainConfig config_;
    Weights weights_;
    Buffer gradients_, first_, second_;
    Random data_;
    int done_ = 0;
    float decay1_ = 1, decay2_ = 1;  // beta to the power of the step
    ByKind after_forward_;
};

// What is live at the peak of a step, by kind, from the shape and choices alone; the ledger agrees to the byte.
ByKind predicted_peak(const Shape& s, const TrainConfig& c);
// What is live at the end of the forward pass.
ByKind predicted_after_forward(const Shape& s, const TrainConfig& c);
float rate_at(const TrainConfig& c, int step);

}  // namespace kvx::lm
