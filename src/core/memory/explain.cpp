// Every figure of the inference page with its formula, current values and its source.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "core/memory/activations.h"
#include "core/memory/inference_plan.h"
#include "core/memory/plan_shape.h"
#include "core/memory/weights.h"
#include "core/quantity_book.h"

namespace kvx::core {

namespace {

// "one scale for 16 values" -> "One scale for 16 values. "
std::string sentence(std::string_view words) {
    std::string out(words);
    if (out.empty()) return out;
    if (out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
    return out + ". ";
}

struct Terms {  // the "growing" bytes of one token, as products that can be checked by hand
    std::string formula, substituted;
};

std::string plain(double v) {
    return v == std::floor(v) ? fixed(v, 0) : significant(v, 10);
}

// One product for each kind of layer that keeps tokens.
Terms per_token_terms(const Model& m, CacheFormat kv, bool bounded) {
    Terms t;
    std::vector<std::pair<const Attention*, int64_t>> kinds;
    for (const LayerGroup& g : m.layers) {
        const Attention& a = g.attention;
        const bool compressed = a.kind == AttentionKind::compressed;
        if (!a.owns_cache || (layer_bytes_per_token(a, kv).value <= 0 && !(compressed && bounded))) continue;
        if (!compressed && (a.kind == AttentionKind::sliding || a.kind == AttentionKind::chunked) != bounded) continue;
        const auto same = std::find_if(kinds.begin(), kinds.end(), [&](const auto& k) { return *k.first == a; });
        if (same != kinds.end())
            same->second += g.count;
        else
            kinds.emplace_back(&a, g.count);
    }
    for (const auto& [a, layers] : kinds) {
        const std::string join = t.formula.empty() ? "" : " + ";
        const std::string n = group_digits(layers);
        if (a->kind == AttentionKind::mla) {
            t.formula += join + (a->index_dim > 0 ? "layers × (latent + rope + indexer key)"
                                                  : "layers × (kv_lora_rank + rope_dim) × bytes");
            if (a->index_dim > 0 || is_quantised(kv.k))
                t.substituted += join + n + " × " + exact_bytes(layer_bytes_per_token(*a, kv));
            else
                t.substituted += join + n + " × (" + plain(static_cast<double>(a->kv_lora_rank)) + " + " +
                                 plain(static_cast<double>(a->rope_dim)) + ") × " + plain(element_bytes(kv.k)) + " B";
        } else if (a->kind == AttentionKind::compressed && bounded) {
            t.formula += join + "layers × bytes per token inside the window";
            t.substituted += join + n + " × " + exact_bytes({a->window_bytes});
        } else if (a->kind == AttentionKind::compressed) {
            t.formula += join + "layers × entry bytes / tokens per entry";
            t.substituted += join + n + " × " + plain(a->entry_bytes + a->index_entry_bytes) + " B / " +
                             plain(static_cast<double>(a->ratio));
        } else if (a->k_dim == a->v_dim && kv.k == kv.v &&
                   kv_vector_bytes(kv.k, a->k_dim).value == element_bytes(kv.k) * static_cast<double>(a->k_dim)) {
            t.formula += join + "2 × layers × kv_heads × head_dim × bytes";
            t.substituted.append(join).append("2 × ").append(n).append(" × ");
            t.substituted += plain(static_cast<double>(a->kv_heads)) + " × " + plain(static_cast<double>(a->k_dim)) +
                             " × " + plain(element_bytes(kv.k)) + " B";
        } else {
            t.formula += join + "layers × kv_heads × (key bytes + value bytes)";
            t.substituted += join + n + " × " + plain(static_cast<double>(a->kv_heads)) + " × (" +
                             plain(kv_vector_bytes(kv.k, a->k_dim).value) + " + " +
                             plain(kv_vector_bytes(kv.v, a->v_dim).value) + ") B";
        }
    }
    return t;
}

// The cache of all sequences as "tokens × bytes" for each kind of layer, and the constant states. `blocks`: tokens in
// whole blocks.
std::string cache_terms(const PlanShape& shape, const std::vector<Tokens>& lengths, bool peak, bool blocks) {
    std::string out;
    double state = 0;
    for (const PlanKind& k : shape.kinds) {
        if (k.owning == 0) continue;
        state += k.owning * k.state;
        const Attention& a = *k.attention;
        double tokens = 0, compressed = 0;
        for (const Tokens t : lengths) {
            if (a.kind == AttentionKind::compressed) {
                compressed +=
                    (blocks ? layer_bytes_paged(a, t, Dtype::bf16, shape.block) : layer_bytes(a, t, Dtype::bf16)).value;
                continue;
            }
            const int64_t kept = PlanShape::kept(a, t.value, peak);
            tokens += static_cast<double>(blocks ? blocks_for({kept}, shape.block) * shape.block : kept);
        }
        const std::string join = out.empty() ? "" : " + ";
        if (a.kind == AttentionKind::compressed)
            out += join + plain(k.owning) + " × " + exact_bytes({compressed});
        else if (k.per_token > 0)
            out += join + plain(tokens) + " × " + exact_bytes({k.owning * k.per_token});
    }
    if (state > 0)
        out += (out.empty() ? "" : " + ") + group_digits(static_cast<int64_t>(lengths.size())) + " × " +
               exact_bytes({state});
    return out.empty() ? "0" : out;
}

const char* const kVllm = "vLLM, gpu_worker.determine_available_memory";
const char* const kPaged = "Kwon et al. 2023, PagedAttention, arXiv 2309.06180";
const char* const kFlash = "Dao et al. 2022, FlashAttention, arXiv 2205.14135";
const char* const kOrca = "Yu et al., Orca, OSDI 2022";

// The parts in which the figures stand on the page; each adds its own to the book.
struct Explanation {
    Explanation(const InferenceInput& input, const InferencePlan& plan)
        : in(input),
          p(plan),
          m(*input.model),
          d(*input.device),
          shape(input),
          batch(group_digits(static_cast<int64_t>(input.lengths.size()))),
          usable(format_bytes(plan.usable).text()),
          room(usable + " − " + format_bytes(plan.weights + plan.activations + plan.runtime).text()),
          equal(std::all_of(input.lengths.begin(), input.lengths.end(),
                            [&](Tokens t) { return t == input.lengths.front(); })) {
        b.list.reserve(40);
    }

    std::vector<Quantity> all() {
        contexts();
        device();
        weights();
        overhead();
        scores();
        per_token();
        blocks();
        cache();
        total();
        what_fits();
        devices_needed();
        parameters();
        decode();
        return std::move(b.list);
    }

    const InferenceInput& in;
    const InferencePlan& p;
    const Model& m;
    const Device& d;
    const PlanShape shape;
    const std::string batch, usable, room;
    const bool equal;  // all sequences are as long
    QuantityBook b;

    void contexts() {
        b.group = FigureGroup::configuration;
        b.add("context_now", "Longest sequence", static_cast<double>(p.longest.value), Unit::tokens,
              group_digits(p.longest.value) + " tokens", "position of the scrubber", group_digits(p.longest.value),
              "your choice")
            .origin = Origin::simulated;
        const Tokens maximum = whole_context_max(in);
        Quantity& cm = b.add("context_max", "Maximum context", static_cast<double>(maximum.value), Unit::tokens,
                             group_digits(maximum.value) + " tokens", "maximum of one sequence",
                             group_digits(maximum.value), "your choice");
        if (m.max_context > 0 && maximum.value > m.max_context)
            cm.note = m.name + " was made for " + group_digits(m.max_context) +
                      " tokens; beyond that, only the memory figures hold.";
    }

    void device() {
        b.group = FigureGroup::memory;
        Quantity& cap = b.bytes("capacity", "Memory of the device", p.capacity, "nominal memory",
                                exact_bytes(p.capacity), d.source);
        cap.note = d.note;
        cap.origin = Origin::published;
        Quantity& us = b.bytes("usable", "Usable memory", p.usable, "utilisation × memory reported by the driver",
                               plain(in.utilisation) + " × " + format_bytes(d.reported).text(), kVllm);
        us.approximate = !d.reported_known;
        us.note = d.reported_known
                      ? "The engine's share (vLLM gpu_memory_utilization, 0.92 by default) of what the driver reports."
                      : "The memory this device reports is unknown; the nominal size is used.";
    }

    // Parameters × bits of each class, those of equal bits together.
    std::string released_terms(const WeightFormats& f) const {
        const ParamCount c = count_params(m);
        std::vector<std::pair<double, double>> terms;  // bits, parameters
        for (size_t i = 0; i < kWeightClasses; ++i) {
            const double n = params_of(c, static_cast<WeightClass>(i));
            if (n <= 0) continue;
            const double bits = f.of[i].bits;
            const auto same = std::find_if(terms.begin(), terms.end(), [&](const auto& t) { return t.first == bits; });
            if (same != terms.end())
                same->second += n;
            else
                terms.emplace_back(bits, n);
        }
        std::string text;
        for (const auto& [bits, n] : terms)
            text += (text.empty() ? "" : " + ") + plain(n) + " × " + plain(bits) + " / 8";
        return text;
    }

    // Bytes of each class, as they are in the files.
    std::string measured_terms(const WeightFormats& f) const {
        const ParamCount c = count_params(m);
        std::string text;
        const auto add = [&](double bytes) {
            if (bytes > 0) text += (text.empty() ? "" : " + ") + exact_bytes({bytes});
        };
        for (size_t i = 0; i < kWeightClasses; ++i) add(params_of(c, static_cast<WeightClass>(i)) * f.of[i].bits / 8);
        add(f.beside);
        return text;
    }

    Quantity& released() {
        const Bytes published = p.weights - p.weight_padding;
        const WeightFormats formats = in.weights();
        Quantity& w =
            formats.measured ? b.bytes("weights", "Weights", published, "bytes of the tensors in the files, by class",
                                       measured_terms(formats), m.source)
            : m.params_counted
                ? b.bytes("weights", "Weights", published, "parameters of each class × its bits / 8",
                          released_terms(formats), m.source)
                : b.bytes("weights", "Weights", published, "published parameters × mean bits / 8",
                          plain(m.published_params) + " × " + plain(8 * published.value / m.published_params) + " / 8",
                          m.source);
        w.approximate = !m.params_counted;
        w.note = formats.measured ? "As in the files, tensor by tensor."
                                  : "Each class of weights in its own format, see the weight data type.";
        if (p.weight_padding.value > 0)
            b.bytes("weight_padding", "Padding of the experts", p.weight_padding, "held by the kernels − published",
                    format_bytes(p.weights).text() + " − " + format_bytes(published).text(),
                    "vLLM mxfp4.py: hidden size to 256, width of an expert to 128")
                .note = "Kernels want round sizes: an expert is held larger than it is published.";
        return w;
    }

    void weights() {
        b.group = FigureGroup::memory;
        Quantity* w;
        if (in.skip_weights) {
            w = &b.bytes("weights", "Weights", p.weights, "skipped", "0", "your choice");
        } else if (in.release) {
            w = &released();
        } else if (!m.params_counted) {
            w = &b.bytes("weights", "Weights", p.weights, "published parameters × bits / 8",
                         plain(m.published_params) + " × " + plain(info(in.weight_dtype).weight_bits) + " / 8",
                         m.source);
            w->approximate = true;
        } else if (is_quantised(in.weight_dtype)) {
            const ParamCount c = count_params(m);
            w = &b.bytes("weights", "Weights", p.weights, "linear parameters × bits / 8 + other parameters × 2 B",
                         plain(c.linear()) + " × " + plain(info(in.weight_dtype).weight_bits) + " / 8 + " +
                             plain(c.kept()) + " × 2 B",
                         std::string(info(in.weight_dtype).source));
            w->note = sentence(info(in.weight_dtype).weight_note) +
                      "Embedding, output head, norms and routers stay in 16 bits, as in published checkpoints.";
        } else {
            w = &b.bytes("weights", "Weights", p.weights, "parameters × bytes",
                         plain(total_params(m)) + " × " + plain(element_bytes(in.weight_dtype)) + " B",
                         "counted from the architecture: " + m.source);
            w->note = "Engines load 0 to 1 % more (buffers, rotary tables).";
        }
    }

    void overhead() {
        b.group = FigureGroup::memory;
        const ActivationEstimate act =
            estimate_activations(m, d, static_cast<int64_t>(in.lengths.size()), in.whole ? in.whole->vocab : 0);
        Quantity& a =
            act.sampler
                ? b.bytes("activations", "Activations", p.activations, "38.7 B × max_num_seqs × vocabulary",
                          "38.7 × " + group_digits(act.max_sequences) + " × " +
                              group_digits(in.whole ? in.whole->vocab : m.vocab) + " B",
                          "fit to the profile peaks that vLLM 0.11 logs, ±4 %")
                : b.bytes("activations", "Activations", p.activations, "tokens × (hidden + 3 × intermediate) × 2 B",
                          group_digits(act.batched_tokens) + " × (" + group_digits(m.hidden) + " + 3 × " +
                              group_digits(act.width) + ") × 2 B",
                          "one layer's transients in 16 bits");
        a.approximate = true;
        a.note = act.sampler
                     ? "The sampler's buffers dominate: the engine profiles with as many dummy requests as it will "
                       "accept. A lower max_num_seqs frees memory."
                     : "Only one layer's intermediate values are live at a time.";
        Quantity& rt = b.bytes("runtime", "Runtime", p.runtime, "driver and libraries", format_bytes(p.runtime).text(),
                               "non-torch memory in vLLM logs on H100: 0.13 to 0.14 GiB");
        rt.approximate = true;
        Quantity& ov = b.bytes("overhead", "Activations, runtime", p.activations + p.runtime, "activations + runtime",
                               format_bytes(p.activations).text() + " + " + format_bytes(p.runtime).text(),
                               "the sum of the two estimates");
        ov.approximate = true;
    }

    void scores() {
        b.group = FigureGroup::memory;
        const std::string heads = group_digits(score_heads(m)), n = group_digits(p.longest.value);
        const auto score = [&](const char* id, const char* label, Bytes value) -> Quantity& {
            Quantity& q = b.bytes(id, label, value, "q_heads × n² × 2 B, one layer, one prompt",
                                  heads + " × " + n + "² × 2 B", kFlash);
            q.note =
                "Transient: while a prompt of that length is prefilled, one layer at a time. The cache and the weights "
                "are "
                "unaffected.";
            return q;
        };
        Quantity& sc = score("scores", "Attention scores", p.scores);
        if (in.flash_attention) sc.formula = "none: FlashAttention keeps scores on the chip", sc.substituted = "0";
        Quantity& sa = score("scores_avoided", "Attention scores avoided", p.scores_avoided);
        if (!in.flash_attention) sa.formula = "nothing is avoided: FlashAttention is off", sa.substituted = "0";
        b.bytes("flash_statistics", "Kept by FlashAttention instead", in.flash_attention ? p.statistics : Bytes{},
                in.flash_attention ? "q_heads × n × 4 B" : "nothing: FlashAttention is off",
                in.flash_attention ? heads + " × " + n + " × 4 B" : "0", kFlash);
        if (p.tile.known)
            b.add("flash_tile", "FlashAttention tile", static_cast<double>(p.tile.rows * p.tile.columns), Unit::text,
                  group_digits(p.tile.rows) + " × " + group_digits(p.tile.columns),
                  "columns = ⌈M / 4d⌉, rows = min(columns, d)",
                  "M = " + plain(d.sram_per_unit.value / 2) + " values of 16 bits, d = " + group_digits(score_width(m)),
                  "algorithm 1 of arXiv 2205.14135")
                .note = "The paper's bound for one " + (d.unit_name.empty() ? std::string("unit") : d.unit_name) +
                        "; today's kernels choose smaller tiles by head width.";
    }

    void per_token() {
        b.group = FigureGroup::cache;
        const Terms growing = per_token_terms(m, in.cache(), false), bounded = per_token_terms(m, in.cache(), true);
        Quantity& pt =
            b.add("kv_per_token", "Cache per token", p.rate.growing.value, Unit::bytes_per_token,
                  format_bytes(p.rate.growing).text(),
                  growing.formula.empty() ? "no layer grows without bound" : growing.formula,
                  growing.formula.empty() ? "0" : growing.substituted + " = " + exact_bytes(p.rate.growing), m.source);
        pt.note = std::string(info(in.kv_dtype).kv_note) + ".";
        if (in.cache().v != in.kv_dtype) pt.note += " Values: " + std::string(info(in.cache().v).kv_note) + ".";
        for (const LayerGroup& g : m.layers)
            if (g.attention.kind == AttentionKind::mla) {
                if (g.attention.index_dim > 0)
                    pt.note +=
                        " The indexer's key is always FP8 with one scale for 128 values" +
                        std::string(in.kv_dtype == Dtype::fp8
                                        ? "; latents as in vLLM's fp8_ds_mla: 4 FP32 scales, rotary part in 16 bits."
                                        : ".");
                if (is_quantised(in.kv_dtype) && in.kv_dtype != Dtype::fp8 && !info(in.kv_dtype).kv_whole)
                    pt.note += " The rotary part of the latent stays in 16 bits (assumed, as in most engines).";
                break;
            } else if (g.attention.kind == AttentionKind::compressed) {
                pt.note = "Entries as served: the data type chosen here does not change them.";
                break;
            }
        if (p.rate.bounded.value > 0)
            b.add("kv_per_token_windowed", "Per token while windows fill", p.rate.bounded.value, Unit::bytes_per_token,
                  format_bytes(p.rate.bounded).text(), bounded.formula, bounded.substituted, m.source);
        if (p.rate.state.value > 0)
            b.bytes("kv_state", "Recurrent state per sequence", p.rate.state,
                    "sum over recurrent layers of state + convolution tail", exact_bytes(p.rate.state),
                    "vLLM MambaStateShapeCalculator; " + m.source)
                .note =
                "Constant: it does not grow with the context, and it is never quantised (16 bits, or FP32 where the "
                "model "
                "says so).";
    }

    void blocks() {
        b.group = FigureGroup::cache;
        if (in.paged_attention) {
            b.bytes("block", "Block", p.block_bytes, "block_size × bytes per token",
                    group_digits(in.block_size) + " × " +
                        exact_bytes(p.rate.growing.value > 0 ? p.rate.growing : p.rate.bounded),
                    kPaged)
                .note = "One block in every layer that keeps all tokens.";
            b.add("blocks", "Blocks in use", static_cast<double>(p.blocks), Unit::count, group_digits(p.blocks),
                  "sum of ⌈tokens / block_size⌉",
                  equal && p.rate.growing.value > 0
                      ? batch + " × ⌈" + group_digits(in.continuous_batching ? p.longest.value : in.context_max.value) +
                            " / " + group_digits(in.block_size) + "⌉"
                      : group_digits(p.blocks),
                  kPaged);
            b.add("blocks_total", "Blocks on the device", static_cast<double>(p.total_blocks), Unit::count,
                  group_digits(p.total_blocks), "⌊(usable − weights − activations − runtime) / block⌋, at least 0",
                  "⌊(" + room + ") / " + format_bytes(p.block_bytes).text() + "⌋", "vLLM kv_cache_utils.get_num_blocks")
                .approximate = true;
        }
        std::string unit = in.paged_attention
                               ? group_digits(in.block_size) + " tokens"
                               : (in.continuous_batching ? "1 token" : short_tokens(in.context_max) + " slot");
        if (p.rate.growing.value > 0)
            unit += " · " + format_bytes(in.paged_attention
                                             ? p.block_bytes
                                             : (in.continuous_batching ? p.rate.growing
                                                                       : kv_bytes(m, in.context_max, in.cache())))
                                .text();
        b.add("allocation_unit", "Allocation unit",
              in.paged_attention ? static_cast<double>(in.block_size)
                                 : (in.continuous_batching ? 1 : static_cast<double>(in.context_max.value)),
              Unit::text, unit, "the unit in which the cache is allocated", unit, in.paged_attention ? kPaged : kOrca);
    }

    void cache() {
        b.group = FigureGroup::cache;
        const std::vector<Tokens> reserved(in.lengths.size(), in.context_max);
        Quantity& ku =
            b.bytes("kv_used", "KV cache", p.kv_used, "kept tokens × bytes per token, for each kind of layer, + state",
                    cache_terms(shape, in.lengths, false, false), m.source);
        if (!equal)
            ku.note = "The sequences started one after another: sequence i of " + batch + " holds (" + batch +
                      " − i) / " + batch + " of the longest, i from 0.",
            ku.origin = Origin::simulated;
        Quantity& ka = b.bytes(
            "kv_allocated", "Cache allocated", p.kv_allocated,
            in.continuous_batching ? (in.paged_attention ? "tokens in whole blocks × bytes per token" : "what is used")
                                   : (in.paged_attention ? "maximum context in whole blocks, for every sequence"
                                                         : "maximum context for every sequence"),
            cache_terms(shape, in.continuous_batching ? in.lengths : reserved, !in.continuous_batching,
                        in.paged_attention),
            in.continuous_batching ? (in.paged_attention ? kPaged : kOrca) : "static batching, as before Orca");
        if (in.paged_attention && p.rate.bounded.value > 0)
            ka.note =
                "Windows in whole blocks of what they keep. When it admits a request vLLM counts one block more and "
                "the "
                "tokens of a batch for each window.";
        b.bytes("kv_wasted", "Allocated, not used", p.kv_wasted, "allocated − used",
                exact_bytes(p.kv_allocated) + " − " + exact_bytes(p.kv_used), kPaged);
        b.bytes("wasted_reservation", "Reserved in advance", p.wasted_reservation,
                in.continuous_batching ? "nothing is reserved in advance" : "cache at the maximum − used",
                in.continuous_batching
                    ? "0"
                    : exact_bytes(p.kv_allocated - p.wasted_block_tail) + " − " + exact_bytes(p.kv_used),
                kOrca);
        b.bytes("wasted_block_tail", "Tail of last blocks", p.wasted_block_tail,
                in.paged_attention ? "allocated − the same without rounding up to blocks" : "no blocks",
                in.paged_attention
                    ? exact_bytes(p.kv_allocated) + " − " + exact_bytes(p.kv_allocated - p.wasted_block_tail)
                    : "0",
                kPaged);
        b.add("kv_efficiency", "Cache efficiency", 100 * p.kv_efficiency, Unit::percent,
              fixed(100 * p.kv_efficiency, p.kv_efficiency > 0.999 ? 2 : 1) + " %",
              p.kv_allocated.value > 0 ? "used / allocated" : "nothing is allocated yet",
              p.kv_allocated.value > 0 ? format_bytes(p.kv_used).text() + " / " + format_bytes(p.kv_allocated).text()
                                       : "1",
              kPaged);
    }

    void total() {
        b.group = FigureGroup::memory;
        const std::string parts = format_bytes(p.weights).text() + " + " + format_bytes(p.kv_allocated).text() + " + " +
                                  format_bytes(p.activations + p.runtime).text();
        Quantity& ne = b.bytes("needed", "Memory needed", p.needed,
                               in.flash_attention ? "weights + cache + activations and runtime"
                                                  : "weights + cache + activations and runtime + scores",
                               parts + (in.flash_attention ? "" : " + " + format_bytes(p.scores).text()), kVllm);
        ne.text = format_bytes_in_gib(p.needed).text();
        ne.approximate = true;
        ne.note = "Weights and cache are exact; activations and runtime are the estimate in it.";
        Quantity& nf = b.bytes("needed_without_flash", "Without FlashAttention", p.needed_without_flash,
                               "the same + attention scores",
                               parts + " + " + format_bytes(score_bytes(m, p.longest)).text(), kFlash);
        nf.approximate = true;
        nf.note = "While the longest prompt is prefilled.";
        b.bytes("free", "Free", p.free, "usable − needed, at least 0", usable + " − " + format_bytes(p.needed).text(),
                kVllm)
            .approximate = true;
        b.add("pressure", "Memory pressure", 100 * p.pressure, Unit::percent, fixed(100 * p.pressure, 1) + " %",
              "needed / usable", format_bytes(p.needed).text() + " / " + usable, kVllm)
            .approximate = true;
    }

    void what_fits() {
        b.group = FigureGroup::cache;
        const bool endless = p.context_limit_hit;
        Quantity& fc = b.add("fits_context", "Fits up to", static_cast<double>(p.fits_context.value), Unit::tokens,
                             (endless ? "over 1,000M" : short_tokens(p.fits_context)) + " tokens",
                             "largest n with needed(n) ≤ usable",
                             batch + (in.lengths.size() == 1 ? " sequence, " : " sequences, ") +
                                 (p.fits_context.value > 0 ? group_digits(p.fits_context.value) + " tokens at most"
                                                           : "none: weights and activations alone are too large"),
                             "bisection on the memory formula");
        fc.approximate = true;
        fc.note = "At the current batch and relative lengths.";
        Quantity& fb = b.add(
            "fits_batch", "Sequences that fit", static_cast<double>(p.fits_batch), Unit::sequences,
            group_digits(p.fits_batch),
            in.flash_attention ? "⌊(usable − weights − activations − runtime) / cache of one⌋, at least 0"
                               : "⌊(usable − weights − activations − runtime − scores) / cache of one⌋, at least 0",
            "⌊(" + room + (in.flash_attention ? "" : " − " + format_bytes(score_bytes(m, in.context_max)).text()) +
                ") / " + format_bytes({shape.allocated(in.context_max.value, true)}).text() + "⌋",
            "vLLM maximum concurrency, block-aligned");
        fb.approximate = true;
        fb.note = "Each at the maximum of " + short_tokens(whole_context_max(in)) + " tokens.";
    }

    void devices_needed() {
        b.group = FigureGroup::memory;
        Bytes each = p.usable - p.activations - p.runtime;
        const bool crowded = each.value <= 0;
        if (crowded) each = p.usable;
        Quantity& dn = b.add("devices_needed", "Devices needed", static_cast<double>(p.devices_needed), Unit::count,
                             group_digits(p.devices_needed),
                             p.devices_needed > 1 ? "⌈(weights + cache + scores) / (usable − activations − runtime)⌉"
                                                  : "1: needed ≤ usable",
                             p.devices_needed > 1 ? "⌈" + format_bytes(p.weights + p.kv_allocated + p.scores).text() +
                                                        " / " + format_bytes(each).text() + "⌉"
                                                  : "1",
                             "everything spread evenly");
        dn.lower_bound = p.devices_needed > 1;
        dn.note = "Sharding may replicate parts (KV heads, latents, norms) and then needs more devices.";
        if (in.whole) {  // the other figures here are of one device; this one is of the whole
            dn.formula = "⌈(weights + cache + scores of the whole model) / (usable − activations − runtime)⌉";
            dn.substituted = group_digits(p.devices_needed);
            dn.lower_bound = true;
        }
        if (crowded) dn.note += " Activations alone would fill this device; they are left out of the division.";
    }

    void parameters() {
        b.group = FigureGroup::configuration;
        b.add("params_total", "Parameters", p.params_total, Unit::parameters, format_params(p.params_total).text(),
              m.params_counted ? "counted matrix by matrix" : "published", plain(p.params_total), m.source)
            .approximate = !m.params_counted;
        b.add("params_active", "Active parameters", p.params_active, Unit::parameters,
              format_params(p.params_active).text(), "all but the experts a token does not use", plain(p.params_active),
              m.source)
            .approximate = !m.params_counted;
    }

    void decode() {
        b.group = FigureGroup::speed;
        const Bytes moved = p.step_weights_read + p.step_kv_read + p.step_kv_written;
        Quantity& db =
            b.bytes("decode_bytes", "Moved by a decode step", moved, "weights read + cache read + cache written",
                    format_bytes(p.step_weights_read).text() + " + " + format_bytes(p.step_kv_read).text() + " + " +
                        format_bytes(p.step_kv_written).text(),
                    "roofline of a decode step");
        db.note = "Of experts only those that " + batch +
                  (in.lengths.size() == 1 ? " token reaches" : " tokens reach") + ", if all are equally likely.";
        const Reading step = format_seconds(p.step_floor);
        Quantity& df = b.add("decode_floor", "Decode step", p.step_floor.value, Unit::seconds, step.text(),
                             "bytes moved / memory bandwidth",
                             format_bytes(moved).text() + " / " + format_rate(d.bandwidth).text(),
                             "no step is faster than its memory traffic");
        df.lower_bound = true;
        df.note = "Real kernels reach 70 to 90 % of the bandwidth; compute and communication add to it.";
    }
};

}  // namespace

std::vector<Quantity> explain(const InferenceInput& in, const InferencePlan& p) {
    return Explanation(in, p).all();
}

std::vector<std::string> formula_lines(const InferenceInput& in, const InferencePlan& p) {
    std::vector<std::string> lines;
    const Terms growing = per_token_terms(*in.model, in.cache(), false),
                bounded = per_token_terms(*in.model, in.cache(), true);
    if (!growing.substituted.empty()) {
        lines.push_back(growing.substituted);
        std::string per = "= " + format_bytes(p.rate.growing).text() + " a token";
        if (in.paged_attention) per += ", " + format_bytes(p.block_bytes).text() + " a block";
        lines.push_back(per);
    }
    if (!bounded.substituted.empty()) lines.push_back("windows: " + bounded.substituted);
    if (p.rate.state.value > 0) lines.push_back("state: " + format_bytes(p.rate.state).text() + " a sequence");
    const std::string total = format_bytes(p.kv_allocated).text();
    const bool simple = p.rate.bounded.value == 0 && p.rate.state.value == 0;
    if (!in.continuous_batching)
        lines.push_back(std::to_string(in.lengths.size()) + " × " + short_tokens(in.context_max) +
                        " reserved = " + total);
    else if (in.paged_attention && simple)
        lines.push_back(group_digits(p.blocks) + " blocks × " + format_bytes(p.block_bytes).text() + " = " + total);
    else {
        int64_t tokens = 0;
        for (const Tokens t : in.lengths) tokens += t.value;
        lines.push_back(group_digits(tokens) + " tokens = " + total);
    }
    return lines;
}

}  // namespace kvx::core
