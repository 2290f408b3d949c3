// Positions of devices, switches, nodes and the wires between them. Pure geometry.
#pragma once
#include <vector>

#include "core/catalog/cluster.h"
#include "ui/rect.h"

namespace kvx::scenes {

struct Point {
    float x = 0, y = 0;
};

// One drawn wire: a cubic curve. Ends are device indexes, or a node's switch, or the network between nodes.
struct Wire {
    enum class End : uint8_t { device, node_switch, network };
    End from = End::device, to = End::device;
    int a = 0, b = 0;  // device index, or node index of a switch; 0 for the network
    bool between_nodes = false;
    bool wraps = false;  // a torus link that leaves at one edge and comes back at the other: drawn as two stubs
    bool half = false;   // only the first stub: the other end is drawn by its own wire
    Point p[4];
};

struct TopologyLayout {
    std::vector<ui::Rect> devices;   // in rank order
    std::vector<ui::Rect> nodes;     // outlines; empty when there is one node
    std::vector<ui::Rect> titles;    // of the nodes; an empty rectangle if there is no room
    std::vector<ui::Rect> switches;  // one bar per switched node
    ui::Rect network;                // bar of the network between nodes; empty when there is one node
    std::vector<Wire> wires;
    bool roomy = false;     // a device has room for die and two memory fields
    bool labelled = false;  // … for its name
};

// Shape of a torus: as square as the count allows. {4,4,1} for 16 in two dimensions, {4,4,4} for 64 in three.
struct TorusShape {
    int x = 1, y = 1, z = 1;
};
TorusShape torus_shape(int devices, int dimensions);

TopologyLayout lay_out_topology(const core::Cluster& cluster, const ui::Rect& area);

}  // namespace kvx::scenes
