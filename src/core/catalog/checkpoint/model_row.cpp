#include "core/catalog/checkpoint/model_row.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/catalog/checkpoint/measured.h"
#include "core/json_writer.h"
#include "core/number.h"

namespace kvx::core {

namespace {

class RowWriter {
  public:
    void number(std::string_view name, int64_t n) {
        if (n != 0) w_.field(name, real(n));
    }
    void flag(std::string_view name, bool on) {
        if (on) w_.field(name, true);
    }
    JsonWriter& json() { return w_; }

    void attention(const Attention& a) {
        w_.begin_object();
        if (a.kind != AttentionKind::full) w_.field("kind", kind_id(a.kind));
        number("q", a.q_heads);
        number("kv", a.kv_heads);
        number("k", a.k_dim);
        if (a.v_dim != a.k_dim || a.kind == AttentionKind::mla) number("v", a.v_dim);
        number("window", a.window);
        number("q_rank", a.q_lora_rank);
        number("kv_rank", a.kv_lora_rank);
        number("rope", a.rope_dim);
        number("nope", a.nope_dim);
        number("index_heads", a.index_heads);
        number("index_dim", a.index_dim);
        number("index_topk", a.index_topk);
        flag("qkv_bias", a.qkv_bias);
        flag("o_bias", a.o_bias);
        flag("qk_norm", a.qk_norm);
        flag("qk_norm_wide", a.qk_norm_wide);
        flag("output_gate", a.output_gate);
        flag("sinks", a.sinks);
        flag("v_is_k", a.v_is_k);
        if (!a.owns_cache) w_.field("own", false);
        if (a.beside != AttentionKind::none) {
            w_.key("beside").begin_object();
            w_.field("kind", kind_id(a.beside));
            state(a);
            w_.end_object();
        } else {
            state(a);
        }
        w_.end_object();
    }

    void mlp(const Mlp& m) {
        w_.begin_object();
        if (m.kind == MlpKind::plain) w_.field("kind", "plain");
        number("w", m.kind == MlpKind::moe ? m.expert_width : m.width);
        flag("bias", m.bias);
        number("experts", m.experts);
        number("top", m.experts_per_token);
        number("shared", m.shared_width);
        number("latent", m.latent);
        number("expert_bias", m.expert_bias);
        flag("shared_gate", m.shared_gate);
        flag("router_bias", m.router_bias);
        flag("plain", m.plain_experts);
        w_.end_object();
    }

  private:
    void state(const Attention& a) {
        number("heads", a.state_heads);
        number("k_heads", a.state_k_heads);
        number("k", a.state_k_dim);
        number("v", a.state_v_dim);
        number("conv", a.conv_kernel);
        number("groups", a.state_groups);
        number("inner", a.state_inner);
        number("rank", a.state_rank);
        flag("fp32", a.state_fp32);
        flag("bare", a.bare_state);
    }
    JsonWriter w_;
};

// Each kind once; the number of the kind is its name.
template <class T>
size_t number_of(std::vector<T>& all, const T& one) {
    const auto found = std::find(all.begin(), all.end(), one);
    const auto at = static_cast<size_t>(found - all.begin());
    if (found == all.end()) all.push_back(one);
    return at;
}

}  // namespace

std::string model_row(const Model& m, std::string_view measured) {
    std::vector<Attention> attention;
    std::vector<Mlp> mlp;
    RowWriter row;
    JsonWriter& w = row.json();
    w.begin_object();
    w.field("id", m.id).field("name", m.name).field("org", m.org).field("source", m.source);
    row.number("hidden", m.hidden);
    row.number("vocab", m.vocab);
    row.number("max_context", m.max_context);
    row.number("position_rows", m.position_rows);
    row.flag("tied", m.tied);
    w.field("norms_per_layer", real(m.norms_per_layer));
    row.flag("norm_bias", m.norm_bias);
    row.flag("head_bias", m.head_bias);
    if (m.extra_params > 0) w.field("extra_params", m.extra_params);
    w.key("layers").begin_array();
    for (const LayerGroup& g : m.layers) {
        w.begin_array().string(std::to_string(number_of(attention, g.attention)));
        w.string(g.mlp.kind == MlpKind::none ? std::string() : std::to_string(number_of(mlp, g.mlp)));
        w.number(real(g.count)).end_array();
    }
    w.end_array();
    w.key("attention").begin_object();
    for (size_t i = 0; i < attention.size(); ++i) w.key(std::to_string(i)), row.attention(attention[i]);
    w.end_object();
    w.key("mlp").begin_object();
    for (size_t i = 0; i < mlp.size(); ++i) w.key(std::to_string(i)), row.mlp(mlp[i]);
    w.end_object();
    if (!measured.empty()) w.key(kMeasuredField).json(measured);
    return w.end_object().text();
}

bool is_model_row(JsonValue root) {
    return root["layers"].is(JsonValue::Kind::array) && root["attention"].is(JsonValue::Kind::object);
}

std::string read_own_row(JsonValue root, Model& out) {
    std::string bad = read_model_row(root, out);
    return bad.empty() ? add_measured(root, out) : bad;
}

}  // namespace kvx::core
