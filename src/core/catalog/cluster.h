// Linked devices: links, the links each device has, real systems. Read from assets/clusters.json.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog/device.h"

namespace kvx::core {

struct Link {
    std::string id, name, kind, source, verified;  // kind: "nvlink", "pcie", "infiniband" …
    double bandwidth = 0;                          // bytes per second, one direction, of one device
};

enum class Wiring : uint8_t { single, pair, full_mesh, switched, ring, torus2d, torus3d };
std::string_view wiring_words(Wiring w);  // "around a switch", "each to each" …

// How some devices are linked inside a node; the first row that names a device is its best.
struct Fabric {
    std::vector<std::string> devices;
    std::string link;
    Wiring wiring = Wiring::switched;
    int domain = 1;  // devices that reach each other over it
};
struct NetworkRow {  // the usual network between nodes of these devices
    std::vector<std::string> devices;
    std::string link;
};

struct System {  // a real machine
    std::string id, name, device, link, network, source, verified;
    int devices = 1, per_node = 1;
};

struct ClusterCatalog {
    std::vector<Link> links;
    std::vector<Fabric> fabrics;
    std::vector<NetworkRow> networks;
    std::vector<System> systems;
    const Link* link(std::string_view id) const;
    const System* system(std::string_view id) const;
    std::vector<const Fabric*> fabrics_of(std::string_view device) const;  // best first
    const Link* network_of(std::string_view device) const;                 // 100 GbE if none is named
};
// "" or one sentence that names the row and the field.
std::string load_clusters(std::string_view json, ClusterCatalog& out);

inline constexpr int kMostDevices = 1024;

struct Cluster {
    const Device* device = nullptr;
    int devices = 1, per_node = 1, nodes = 1;  // the last node may hold fewer
    Wiring wiring = Wiring::single;            // inside a node
    const Link* inside = nullptr;              // null for one device, or if devices cannot reach each other
    const Link* between = nullptr;             // null for one node
    // The slowest link that a group of `n` neighbouring ranks has to cross; null for one.
    const Link* across(int n) const { return n <= 1 ? nullptr : (n <= per_node ? inside : between); }
};
// `link`: "auto" (the best the device has) or a link id; a link that the device lacks counts as auto.
// `network`: "auto" or a link id. `per_node`: 0 as many as the fabric holds.
Cluster make_cluster(const ClusterCatalog& catalog, const Device& device, int devices, std::string_view link,
                     std::string_view network, int per_node = 0);

}  // namespace kvx::core
