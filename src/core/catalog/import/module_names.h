// What an entry of a checkpoint's lists means: "lm_head", "model.layers.0.self_attn.q_a_proj", "re:.*mlp.gate$".
#pragma once
#include <string_view>
#include <vector>

#include "core/catalog/weight_matrices.h"

namespace kvx::core {

struct NamedModules {
    PartMask parts = 0;   // 0: no matrix that is counted
    int64_t layer = -1;   // -1: in every layer
    int64_t expert = -1;  // one routed expert alone; -1: all
    bool known = false;   // whether it names anything known here; norms and towers are, but are not counted
};
// Reads the words of a module name, glob or simple regular expression; alternatives "(a|b)" are all taken.
// `dense_beside`: the experts stand beside the "mlp" of a layer, not in it (Gemma 4).
NamedModules modules_named(std::string_view entry, bool dense_beside = false);

}  // namespace kvx::core
