#include "core/catalog/cluster.h"

#include <algorithm>

#include "core/json.h"

namespace kvx::core {

namespace {

bool has(const std::vector<std::string>& list, std::string_view id) {
    return std::find(list.begin(), list.end(), id) != list.end();
}

bool wiring_of(std::string_view id, Wiring& out) {
    static constexpr std::string_view names[] = {"single", "pair",    "full_mesh", "switched",
                                                 "ring",   "torus2d", "torus3d"};
    for (size_t i = 0; i < std::size(names); ++i)
        if (names[i] == id) {
            out = static_cast<Wiring>(i);
            return true;
        }
    return false;
}

std::vector<std::string> texts(JsonValue list) {
    std::vector<std::string> out;
    for (JsonValue v = list.first(); v; v = v.next()) out.emplace_back(v.text());
    return out;
}

int whole(JsonValue v) {
    const double x = v.number(0);
    return x >= 1 && x <= 1e6 ? static_cast<int>(x) : 0;
}

}  // namespace

std::string_view wiring_words(Wiring w) {
    switch (w) {
        case Wiring::single:
            return "alone";
        case Wiring::pair:
            return "as a pair";
        case Wiring::full_mesh:
            return "each to each";
        case Wiring::switched:
            return "around a switch";
        case Wiring::ring:
            return "in a ring";
        case Wiring::torus2d:
            return "in a 2D torus";
        case Wiring::torus3d:
            return "in a 3D torus";
    }
    return "";
}

const Link* ClusterCatalog::link(std::string_view id) const {
    for (const Link& l : links)
        if (l.id == id) return &l;
    return nullptr;
}

const System* ClusterCatalog::system(std::string_view id) const {
    for (const System& s : systems)
        if (s.id == id) return &s;
    return nullptr;
}

std::vector<const Fabric*> ClusterCatalog::fabrics_of(std::string_view device) const {
    std::vector<const Fabric*> out;
    for (const Fabric& f : fabrics)
        if (has(f.devices, device)) out.push_back(&f);
    return out;
}

const Link* ClusterCatalog::network_of(std::string_view device) const {
    for (const NetworkRow& n : networks)
        if (has(n.devices, device)) return link(n.link);
    return link("eth-100");
}

std::string load_clusters(std::string_view json, ClusterCatalog& out) {
    JsonText text;
    const JsonLimits limits;
    const std::string bad = text.parse(json, limits);
    if (!bad.empty()) return "clusters.json cannot be read: " + bad + ".";
    const auto wrong = [](const char* list, size_t row, const char* field) {
        return std::string("clusters.json, ") + list + ", row " + std::to_string(row + 1) + ": field \"" + field +
               "\" is missing or wrong.";
    };
    ClusterCatalog c;
    const JsonValue root = text.root();
    for (JsonValue v = root["links"].first(); v; v = v.next()) {
        Link l{std::string(v["id"].text()),     std::string(v["name"].text()),     std::string(v["kind"].text()),
               std::string(v["source"].text()), std::string(v["verified"].text()), v["bandwidth"].number(0)};
        const size_t row = c.links.size();
        if (l.id.empty() || c.link(l.id)) return wrong("links", row, "id");
        if (l.name.empty()) return wrong("links", row, "name");
        if (l.source.empty()) return wrong("links", row, "source");
        if (!(l.bandwidth >= 1e8 && l.bandwidth <= 1e15)) return wrong("links", row, "bandwidth");
        c.links.push_back(std::move(l));
    }
    for (JsonValue v = root["fabrics"].first(); v; v = v.next()) {
        Fabric f{texts(v["devices"]), std::string(v["link"].text()), Wiring::switched, whole(v["domain"])};
        const size_t row = c.fabrics.size();
        if (f.devices.empty()) return wrong("fabrics", row, "devices");
        if (!c.link(f.link)) return wrong("fabrics", row, "link");
        if (!wiring_of(v["wiring"].text(), f.wiring)) return wrong("fabrics", row, "wiring");
        if (f.domain < 2) return wrong("fabrics", row, "domain");
        c.fabrics.push_back(std::move(f));
    }
    for (JsonValue v = root["networks"].first(); v; v = v.next()) {
        NetworkRow n{texts(v["devices"]), std::string(v["link"].text())};
        if (!c.link(n.link)) return wrong("networks", c.networks.size(), "link");
        c.networks.push_back(std::move(n));
    }
    for (JsonValue v = root["systems"].first(); v; v = v.next()) {
        System s{std::string(v["id"].text()),
                 std::string(v["name"].text()),
                 std::string(v["device"].text()),
                 std::string(v["link"].text()),
                 std::string(v["network"].text()),
                 std::string(v["source"].text()),
                 std::string(v["verified"].text()),
                 whole(v["devices"]),
                 whole(v["per_node"])};
        const size_t row = c.systems.size();
        if (s.id.empty() || c.system(s.id)) return wrong("systems", row, "id");
        if (s.name.empty()) return wrong("systems", row, "name");
        if (!c.link(s.link)) return wrong("systems", row, "link");
        if (!c.link(s.network)) return wrong("systems", row, "network");
        if (s.source.empty()) return wrong("systems", row, "source");
        if (s.devices < 1 || s.devices > kMostDevices) return wrong("systems", row, "devices");
        if (s.per_node < 1 || s.per_node > s.devices) return wrong("systems", row, "per_node");
        c.systems.push_back(std::move(s));
    }
    if (c.links.empty()) return "clusters.json has no list \"links\".";
    if (!c.link("eth-100")) return "clusters.json has no link \"eth-100\", the fallback for devices without a network.";
    out = std::move(c);
    return {};
}

Cluster make_cluster(const ClusterCatalog& catalog, const Device& device, int devices, std::string_view link,
                     std::string_view network, int per_node) {
    Cluster c;
    c.device = &device;
    c.devices = std::clamp(devices, 1, kMostDevices);
    if (c.devices == 1) return c;
    const std::vector<const Fabric*> fabrics = catalog.fabrics_of(device.id);
    const Fabric* chosen = fabrics.empty() ? nullptr : fabrics.front();
    for (const Fabric* f : fabrics)
        if (f->link == link) {
            chosen = f;
            break;
        }
    const int domain = chosen ? chosen->domain : 1;
    c.per_node = std::min(c.devices, per_node > 0 ? std::min(per_node, domain) : domain);
    c.nodes = (c.devices + c.per_node - 1) / c.per_node;
    if (chosen && c.per_node > 1) {
        c.inside = catalog.link(chosen->link);
        c.wiring = c.per_node == 2 && chosen->wiring != Wiring::switched ? Wiring::pair : chosen->wiring;
    }
    if (c.nodes > 1) {
        const Link* wanted = network == "auto" ? nullptr : catalog.link(network);
        c.between = wanted ? wanted : catalog.network_of(device.id);
    }
    return c;
}

}  // namespace kvx::core
