#include "core/training_plan.h"
namespace kvx::core {
std::vector<Quantity> explain_training(const TrainingPlan&) { return {}; }
}
