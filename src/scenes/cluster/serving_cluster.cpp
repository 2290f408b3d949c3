#include "scenes/cluster/serving_cluster.h"

#include <algorithm>

#include "core/format.h"
#include "scenes/parts/cells.h"
#include "sim/placement.h"

namespace kvx::scenes {

namespace {

class ServingCluster : public ClusterPicture {
  public:
    explicit ServingCluster(const Page& p);
    core::Bytes needed(int device) const override;
    std::string describe(int device) const override;
    std::string node_words(int first_device) const override;
    std::vector<Part> bar(int device) const override;
    core::Bytes divide(int fields, int cells) override;
    uint8_t cell(int device, int field, int index) const override;

  private:
    const Page& page_;
    sim::Placement one_;
};

ServingCluster::ServingCluster(const Page& p) : page_(p) {
    const app::View& v = p.view;
    const core::Parallelism& l = v.spread.parallelism;
    const core::StepTime& s = v.serving.decode;
    cluster = v.cluster;
    tp = l.tp;
    pipeline_stages = l.pp;
    replicas = l.dp;
    group = std::max(l.tp, l.ep);
    inside = s.tensor.sent.value + s.expert.sent.value + s.context.sent.value;
    to_next_pipeline_stage = s.pipeline.message.value;
    step = s.total;
    capacity = v.plan.capacity;
    over = v.plan.pressure > 1;
    working = v.now.value > 0 && !over;
}

core::Bytes ServingCluster::needed(int) const {
    return page_.view.plan.needed;
}

std::string ServingCluster::node_words(int first) const {
    const Rank rank = rank_of(first);
    if (pipeline_stages > 1) {
        const core::StageMemory& s = page_.view.spread.stages[static_cast<size_t>(rank.pipeline_stage)];
        return "layers " + std::to_string(s.first_layer + 1) + "–" + std::to_string(s.first_layer + s.layers);
    }
    return replicas > 1 ? "copy " + std::to_string(rank.replica + 1) : std::string();
}

std::string ServingCluster::describe(int device) const {
    const app::View& v = page_.view;
    const core::Parallelism& l = v.spread.parallelism;
    const Rank r = rank_of(device);
    std::string s = "Device " + std::to_string(device);
    if (l.tp > 1) s += " · part " + std::to_string(r.tensor + 1) + " of " + std::to_string(l.tp) + " of each layer";
    if (l.pp > 1) {
        const core::StageMemory& m = v.spread.stages[static_cast<size_t>(r.pipeline_stage)];
        s += " · layers " + std::to_string(m.first_layer + 1) + "–" + std::to_string(m.first_layer + m.layers);
    }
    if (l.ep > 1) {
        int64_t experts = 0;
        for (const core::LayerGroup& g : page_.state.model().layers) experts = std::max(experts, g.mlp.experts);
        const int64_t each = experts / l.ep, at = device % l.ep;
        s += " · experts " + std::to_string(at * each + 1) + "–" + std::to_string((at + 1) * each);
    }
    if (l.dp > 1) s += " · copy " + std::to_string(r.replica + 1) + " of " + std::to_string(l.dp);
    const core::Bytes bytes = l.pp > 1 ? v.spread.stages[static_cast<size_t>(r.pipeline_stage)].needed : v.plan.needed;
    return s + " · " + core::format_bytes(bytes).text() + " of " + core::format_bytes(v.plan.usable).text();
}

std::vector<ClusterPicture::Part> ServingCluster::bar(int) const {
    const core::InferencePlan& plan = page_.view.plan;
    const ui::Theme& t = *page_.ui.theme;
    return {{plan.weights, t.weights},
            {plan.kv_allocated, t.sequence[0]},
            {plan.activations + plan.runtime, t.activations}};
}

core::Bytes ServingCluster::divide(int fields, int cells) {
    one_ = sim::place(page_.view.plan, page_.view.pa, fields, cells, 7);
    return one_.cell_bytes;
}

// The fullest device stands for all; each replica has its own sequences, and a less loaded one shows fewer.
uint8_t ServingCluster::cell(int device, int field, int index) const {
    sim::Cell c = one_.modules[static_cast<size_t>(field)][static_cast<size_t>(index)];
    if (c.kind == sim::CellKind::kv || c.kind == sim::CellKind::reserved) {
        const int64_t sequence = static_cast<int64_t>(c.sequence) * replicas + rank_of(device).replica;
        c.sequence = static_cast<uint16_t>(sequence);
        if (sequence >= page_.state.in.batch) c.kind = sim::CellKind::free;
    }
    return cell_code(c);
}

}  // namespace

void draw_serving_cluster(ClusterStage& stage, Page& p, const ui::Rect& r) {
    ServingCluster picture(p);
    stage.draw(p, r, picture);
}

}  // namespace kvx::scenes
