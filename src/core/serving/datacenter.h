// What no machine holds: the devices it takes, in nodes, racks and a hall, with their power and price; and what would
// take fewer.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/catalog/cluster.h"
#include "core/memory/inference_plan.h"

namespace kvx::core {

// A hall is drawn from here on: more than eight racks of 32.
inline constexpr int64_t kHallFrom = 256;

struct Datacenter {
    int64_t devices = 0, nodes = 0, racks = 0, per_node = 8, per_rack = 32;
    int64_t for_weights = 0;     // of the devices, by share of bytes
    double megawatts = 0;        // of the devices alone; 0: the row gives no power
    double dollars_an_hour = 0;  // 0: no price
};

// `node`: devices that reach each other over the best link of their kind. A rack takes as many whole nodes as come to
// 32 devices, or one node that is larger. `price`: dollars an hour and device, 0 for the device's own.
Datacenter datacenter_for(const InferencePlan& plan, const Device& device, int node, double price);
int node_size(const ClusterCatalog& catalog, const Device& device);

// One change, the devices it then takes, and the parameters that make it.
struct Relief {
    std::string name;
    int64_t devices = 0;
    std::vector<std::pair<std::string, std::string>> changes;
};

// At most three, the strongest last, each below `devices`: FP8 for weights and cache; the model's own context limit;
// the model of at least half the parameters that takes fewest devices.
std::vector<Relief> reliefs(const InferenceInput& in, const std::vector<Model>& models, int64_t devices);

// Never too small: whether the workload could take a hall. Cheap enough to ask in every frame.
bool could_take_hall(const Model& m, const Device& d, const WeightFormats& weights, CacheFormat kv, Tokens context,
                     int64_t batch, bool flash_attention, double utilisation);

}  // namespace kvx::core
