// Short true sentences with their source, and when each is true.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/memory/inference_plan.h"

namespace kvx::core {

struct Fact {
    std::string id, text, source;  // text may hold {placeholders}
    std::vector<std::pair<std::string, std::string>>
        when;  // every condition must hold; several values of one are split by '|'
};

// facts.json: {"facts":[{"id","text","source","when":{condition: value}}]}. Returns "" or one sentence that names the
// row. Conditions: attention (a kind_id() that some layer has, or "sparse": has an indexer), sharing (mha, gqa, mqa),
// experts, quantised_kv, cb, pa, fa, over (does not fit), full_batch (more than one sequence), shared_cache ("true" or
// "false"), model, device, kv (dtype), memory (hbm, gddr, lpddr, sram). A model or device condition ending in '*'
// matches what begins with it.
std::string load_facts(std::string_view json, std::vector<Fact>& out);
bool holds(const Fact& f, const InferenceInput& in, const InferencePlan& p);
// Placeholders: {model} {device} {batch} {context_now} {context_max} {kv_per_token} {kv_now} {weights} {params}
// {active} {experts} {experts_used} {state} {window} {heads} {kv_heads} {share} {scores} {statistics} {block}
// {block_tokens} {blocks} {waste} {efficiency} {capacity} {usable} {bandwidth} {decode_floor} {decode_bytes} {devices}
// {fits_context} {fits_batch} {kv_dtype}. Returns "" when the text names another, or one that has no value now.
std::string fill(std::string_view text, const InferenceInput& in, const InferencePlan& p);

}  // namespace kvx::core
