#include "core/catalog/catalog.h"

#include <cmath>
#include <span>
#include <utility>

#include "core/catalog/release_formats.h"
#include "core/catalog/release_text.h"
#include "core/json.h"

namespace kvx::core {

namespace {

constexpr double kLongest = 1099511627776.0;  // 2^40 tokens
constexpr double kWidest = 1048576;           // 2^20: heads, widths, experts; products of three of them stay exact

// Reads the fields of one row; remembers the first fault.
struct Row {
    JsonValue value;
    std::string what;  // "models.json, row \"llama\""
    std::string* error;

    void fail(std::string_view field, std::string_view why) const {
        if (error->empty()) *error = what + ": field \"" + std::string(field) + "\" " + std::string(why) + ".";
    }
    Row inside(JsonValue v, std::string_view field) const { return {v, what + " " + std::string(field), error}; }
    double real(const char* field, double low, double high, bool required) const {
        const JsonValue v = value[field];
        if (!v || v.is(JsonValue::Kind::null)) {
            if (required) fail(field, "is missing");
            return 0;
        }
        const double x = v.number(NAN);
        if (!(x >= low && x <= high)) {
            fail(field, "is not a number in its range");
            return 0;
        }
        return x;
    }
    int64_t integer(const char* field, double low, bool required = false, double high = kWidest) const {
        const double x = real(field, low, high, required);
        if (x != std::floor(x)) {
            fail(field, "is not a whole number");
            return 0;
        }
        return static_cast<int64_t>(x);
    }
    bool flag(const char* field, bool otherwise = false) const {
        const JsonValue v = value[field];
        if (!v) return otherwise;
        if (!v.is(JsonValue::Kind::boolean)) fail(field, "is not true or false");
        return v.boolean(otherwise);
    }
    std::string text(const char* field, bool required = false) const {
        const JsonValue v = value[field];
        if ((!v && required) || (v && !v.is(JsonValue::Kind::text)) || (required && v.text().empty()))
            fail(field, "is not a text");
        return std::string(v.text());
    }
    std::vector<std::string> texts(const char* field) const {
        std::vector<std::string> out;
        const JsonValue v = value[field];
        if (v && !v.is(JsonValue::Kind::array)) fail(field, "is not a list");
        for (JsonValue e = v.first(); e; e = e.next()) {
            if (!e.is(JsonValue::Kind::text)) fail(field, "holds something that is not a text");
            out.emplace_back(e.text());
        }
        return out;
    }
};

bool kind_of(std::string_view id, AttentionKind& out) {
    for (int i = 0; i <= static_cast<int>(AttentionKind::cross); ++i)
        if (kind_id(static_cast<AttentionKind>(i)) == id) {
            out = static_cast<AttentionKind>(i);
            return true;
        }
    return false;
}

bool has_heads(AttentionKind k) {
    using K = AttentionKind;
    return k == K::full || k == K::sliding || k == K::chunked || k == K::cross;
}
bool has_state(AttentionKind k) {
    using K = AttentionKind;
    return k == K::gated_deltanet || k == K::kda || k == K::lightning || k == K::mamba1 || k == K::mamba2;
}

// The recurrent kinds; `k` and `v` are what a state is wide and long.
void read_state(const Row& r, Attention& a) {
    using K = AttentionKind;
    const bool channels = a.kind == K::short_conv || a.kind == K::rg_lru;
    if (!channels) {
        a.state_k_dim = r.integer("k", 1, true);
        const int64_t v = r.integer("v", 1, a.kind == K::mamba2);
        a.state_v_dim = v > 0 ? v : a.state_k_dim;
    }
    a.state_heads = r.integer("heads", 1, a.kind != K::mamba1 && a.kind != K::short_conv);
    a.state_k_heads =
        r.integer("k_heads", 1, a.kind == K::gated_deltanet || a.kind == K::kda || a.kind == K::lightning);
    a.conv_kernel = r.integer("conv", 1, a.kind != K::lightning, 64);
    a.state_groups = r.integer("groups", 1, a.kind == K::mamba2);
    a.state_inner = r.integer("inner", 1, a.kind == K::mamba1 || channels);
    a.state_rank = r.integer("rank", 1, a.kind == K::mamba1);
    a.state_fp32 = r.flag("fp32");
    a.bare_state = r.flag("bare");
}

Attention read_attention(const Row& r, bool inside = false) {
    Attention a;
    if (r.value["kind"] && !kind_of(r.value["kind"].text(), a.kind)) r.fail("kind", "is unknown");
    using K = AttentionKind;
    if (a.kind == K::none) return a;
    if (has_state(a.kind) || a.kind == K::short_conv || a.kind == K::rg_lru) return read_state(r, a), a;
    if (inside) r.fail("kind", "is no recurrent one");
    const bool heads = has_heads(a.kind);
    a.q_heads = r.integer("q", 1, heads || a.kind == K::mla);
    a.kv_heads = r.integer("kv", 1, heads);
    a.k_dim = r.integer("k", 1, heads);
    const int64_t v = r.integer("v", 1, a.kind == K::mla);
    a.v_dim = v > 0 ? v : a.k_dim;
    a.window =
        r.integer("window", 1, a.kind == K::sliding || a.kind == K::chunked || a.kind == K::compressed, kLongest);
    a.q_lora_rank = r.integer("q_rank", 1);
    a.kv_lora_rank = r.integer("kv_rank", 1, a.kind == K::mla);
    a.rope_dim = r.integer("rope", 0, a.kind == K::mla);
    a.nope_dim = r.integer("nope", 1, a.kind == K::mla);
    a.index_heads = r.integer("index_heads", 1);
    a.index_dim = r.integer("index_dim", 1);
    a.index_topk = r.integer("index_topk", 1, false, kLongest);
    a.ratio = r.integer("ratio", 1);
    a.entry_bytes = r.real("entry_bytes", 0, 1e6, a.ratio > 0);
    a.index_entry_bytes = r.real("index_entry_bytes", 0, 1e6, false);
    a.window_bytes = r.real("window_bytes", 0, 1e6, a.kind == K::compressed);
    a.qkv_bias = r.flag("qkv_bias");
    a.o_bias = r.flag("o_bias");
    a.qk_norm = r.flag("qk_norm");
    a.qk_norm_wide = r.flag("qk_norm_wide");
    a.output_gate = r.flag("output_gate");
    a.sinks = r.flag("sinks");
    a.v_is_k = r.flag("v_is_k");
    a.owns_cache = r.flag("own", true);
    if (heads && a.kv_heads > a.q_heads) r.fail("kv", "is larger than the number of query heads");
    if (const JsonValue state = r.value["beside"]) put_beside(a, read_attention(r.inside(state, "beside"), true));
    return a;
}

Mlp read_mlp(const Row& r) {
    Mlp m;
    m.experts = r.integer("experts", 0);
    if (m.experts > 0) {
        m.kind = MlpKind::moe;
        m.experts_per_token = r.integer("top", 1, true);
        m.expert_width = r.integer("w", 1, true);
        m.shared_width = r.integer("shared", 0);
        m.latent = r.integer("latent", 0);
        m.expert_bias = r.integer("expert_bias", 0);
        m.shared_gate = r.flag("shared_gate");
        m.router_bias = r.flag("router_bias");
        m.plain_experts = r.flag("plain");
        if (m.experts_per_token > m.experts) r.fail("top", "is larger than the number of experts");
        return m;
    }
    const std::string_view kind = r.value["kind"].text("gated");
    if (kind == "plain")
        m.kind = MlpKind::plain;
    else if (kind != "gated")
        r.fail("kind", "is unknown");
    m.width = r.integer("w", 1, true);
    m.bias = r.flag("bias");
    return m;
}

template <class T>
const T* named(const std::vector<std::pair<std::string, T>>& all, std::string_view key) {
    for (const auto& e : all)
        if (e.first == key) return &e.second;
    return nullptr;
}

// {"id":"fp8","as":"linear=fp8","repo":"Example/Example-9B-FP8","bytes":9123456789}; a row without any is in BF16.
void read_releases(const Row& r, Model& m) {
    for (JsonValue v = r.value["releases"].first(); v; v = v.next()) {
        const Row row = r.inside(v, "releases");
        Release release;
        release.id = row.text("id", true);
        release.repo = row.text("repo");
        release.bytes = row.real("bytes", 1, 1e14, false);
        release.source = release.repo.empty() ? m.source : release.repo + " config.json";
        if (const std::string bad = read_release(row.text("as", true), release); !bad.empty()) row.fail("as", bad);
        release.name = name_of(m, release);
        m.releases.push_back(std::move(release));
    }
    if (!m.releases.empty()) return;
    Release plain;
    plain.id = info(plain.kept).id;
    plain.name = info(plain.kept).label;
    plain.source = m.source;
    m.releases.push_back(std::move(plain));
}

// `own`: a row that stands for a visitor's file, in no repository.
Model read_model(const Row& r, bool own) {
    Model m;
    m.id = r.text("id", true);
    m.name = r.text("name", true);
    m.org = r.text("org", true);
    m.hf_repo = r.text("hf_repo", !own);
    m.aliases = r.texts("aliases");
    m.source = r.text("source", true);
    m.note = r.text("note");
    m.verified = r.flag("verified", true);
    m.hidden = r.integer("hidden", 1, true, 1 << 20);
    m.vocab = r.integer("vocab", 1, true, 1 << 24);
    m.max_context = r.integer("max_context", 1, true, kLongest);
    m.position_rows = r.integer("position_rows", 0);
    m.tied = r.flag("tied");
    m.norms_per_layer = r.value["norms_per_layer"] ? r.integer("norms_per_layer", 0, true, 16) : 2;
    m.norm_bias = r.flag("norm_bias");
    m.head_bias = r.flag("head_bias");
    m.extra_params = r.real("extra_params", 0, 1e13, false);
    m.published_params = r.real("published", 1, 1e14, false);
    m.published_active = r.value["published_active"] ? r.real("published_active", 1, 1e14, true) : 0;
    m.params_counted = r.flag("counted", true);
    if (!m.params_counted && m.published_params <= 0) r.fail("published", "is needed where parameters are not counted");

    std::vector<std::pair<std::string, Attention>> attention;
    std::vector<std::pair<std::string, Mlp>> mlp;
    for (JsonValue v = r.value["attention"].first(); v; v = v.next()) {
        if (!v.is(JsonValue::Kind::object)) r.fail("attention", "holds something that is not an object");
        attention.emplace_back(std::string(v.key()), read_attention(r.inside(v, v.key())));
    }
    for (JsonValue v = r.value["mlp"].first(); v; v = v.next()) {
        if (!v.is(JsonValue::Kind::object)) r.fail("mlp", "holds something that is not an object");
        mlp.emplace_back(std::string(v.key()), read_mlp(r.inside(v, v.key())));
    }
    int64_t layers = 0;
    const auto add = [&](JsonValue v) {
        const JsonValue a = v.first(), p = a.next(), n = p.next();
        const double count = n.number(0);
        if (!v.is(JsonValue::Kind::array) || v.size() != 3 || !(count >= 1 && count <= 4096) ||
            count != std::floor(count))
            return r.fail("layers", "holds something that is not [attention, mlp, count]");
        LayerGroup g;
        g.count = static_cast<int64_t>(count);
        if (const Attention* found = named(attention, a.text()))
            g.attention = *found;
        else
            return r.fail("layers", "names an attention that is not there");
        if (p.text().empty())
            g.mlp.kind = MlpKind::none;
        else if (const Mlp* found = named(mlp, p.text()))
            g.mlp = *found;
        else
            return r.fail("layers", "names an MLP that is not there");
        layers += g.count;
        if (layers > 4096) return r.fail("layers", "has more than 4,096 layers");
        m.layers.push_back(g);
    };
    for (JsonValue v = r.value["layers"].first(); v; v = v.next()) {
        if (!v.is(JsonValue::Kind::object)) {
            add(v);
            continue;
        }
        const int64_t repeat = r.inside(v, "layers").integer("repeat", 1, true, 4096);
        for (int64_t i = 0; i < repeat && r.error->empty(); ++i)
            for (JsonValue e = v["of"].first(); e; e = e.next()) add(e);
    }
    if (m.layers.empty()) r.fail("layers", "is empty");
    read_releases(r, m);
    return m;
}

bool memory_kind(std::string_view type, MemoryKind& out) {
    if (type.substr(0, 3) == "HBM")
        out = MemoryKind::hbm;
    else if (type.substr(0, 4) == "GDDR")
        out = MemoryKind::gddr;
    else if (type.substr(0, 5) == "LPDDR")
        out = MemoryKind::lpddr;
    else if (type.substr(0, 4) == "SRAM")
        out = MemoryKind::sram;
    else
        return false;
    return true;
}

// Stacks stand on a package, SRAM lies on the silicon; chips on a board or around a processor are the others.
bool shape_of(std::string_view name, MemoryKind kind, Shape& out) {
    struct Named {
        std::string_view name;
        Shape shape;
        bool hbm, sram;
    };
    static constexpr Named all[] = {{"package", Shape::package, true, false},
                                    {"board", Shape::board, false, false},
                                    {"unified", Shape::unified, false, false},
                                    {"chip", Shape::chip, false, true},
                                    {"wafer", Shape::wafer, false, true}};
    for (const Named& n : all)
        if (n.name == name) {
            out = n.shape;
            return n.hbm == (kind == MemoryKind::hbm) && n.sram == (kind == MemoryKind::sram);
        }
    return false;
}

Device read_device(const Row& r) {
    Device d;
    d.id = r.text("id", true);
    d.name = r.text("name", true);
    d.short_name = r.text("short", true);
    d.vendor = r.text("vendor", true);
    d.memory_label = r.text("label", true);
    d.memory_type = r.text("type", true);
    d.source = r.text("source", true);
    d.note = r.text("note");
    d.verified = r.text("verified", true);
    d.aliases = r.texts("aliases");
    if (!memory_kind(d.memory_type, d.kind)) r.fail("type", "is an unknown kind of memory");
    d.memory = {r.real("memory", 1e6, 1e15, true)};
    const double reported = r.real("reported_gib", 0, 1e6, false);
    d.reported_known = reported > 0;
    d.reported = d.reported_known ? Bytes{std::round(gib(reported).value)} : d.memory;
    if (d.reported > d.memory) r.fail("reported_gib", "is larger than the memory");
    d.bandwidth = r.real("bandwidth", 1e9, 1e18, true);
    d.bf16_flops = r.real("bf16", 0, 1e6, false) * 1e12;
    d.fp8_flops = r.real("fp8", 0, 1e6, false) * 1e12;
    d.fp4_flops = r.real("fp4", 0, 1e6, false) * 1e12;
    d.int8_ops = r.real("int8", 0, 1e6, false) * 1e12;
    d.cache = {r.real("cache", 0, 1e12, false)};
    d.sram = {r.real("sram", 0, 1e12, false)};
    d.sram_per_unit = {1024 * r.real("unit_kib", 0, 1e6, false)};
    d.units = static_cast<int>(r.integer("units", 0, false, 1e7));
    d.unit_name = r.text("unit");
    d.modules = static_cast<int>(r.integer("modules", 1, true, 4096));
    d.module_name = r.text("module", true);
    if (!shape_of(r.text("shape", true), d.kind, d.shape)) r.fail("shape", "is unknown, or not of this memory");
    d.tdp_watts = r.real("tdp", 0, 1e6, false);
    d.price_per_hour = r.real("price", 0, 1e5, false);
    d.price_source = r.text("price_source");
    d.launch_year = static_cast<int>(r.integer("year", 0, false, 2100));
    return d;
}

template <class T, class Read>
std::string load(std::string_view json, const char* file, const char* list, std::vector<T>& out, Read read) {
    JsonText text;
    JsonLimits limits;
    const std::string bad = text.parse(json, limits);
    if (!bad.empty()) return std::string(file) + " cannot be read: " + bad + ".";
    const JsonValue rows = text.root()[list];
    if (!rows.is(JsonValue::Kind::array) || rows.size() == 0)
        return std::string(file) + " has no list \"" + list + "\".";
    std::vector<T> all;
    std::string error;
    int number = 0;
    for (JsonValue v = rows.first(); v; v = v.next()) {
        ++number;
        const std::string_view id = v["id"].text();
        std::string what = std::string(file) + ", row " + std::to_string(number);
        if (!id.empty()) what += " (" + std::string(id) + ")";
        if (!v.is(JsonValue::Kind::object)) return what + ": is not an object.";
        T row = read(Row{v, what, &error});
        if (!error.empty()) return error;
        for (const T& other : all)
            if (other.id == row.id) return what + ": field \"id\" occurs twice.";
        all.push_back(std::move(row));
    }
    out = std::move(all);
    return {};
}

// --- finding a row by name ---

std::string squeeze(std::string_view s) {
    std::string out;
    for (const char c : s) {
        if (c >= 'A' && c <= 'Z')
            out += static_cast<char>(c + 32);
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            out += c;
    }
    return out;
}

bool strip_end(std::string& s, std::string_view end) {
    if (s.size() <= end.size() || s.compare(s.size() - end.size(), end.size(), end) != 0) return false;
    s.resize(s.size() - end.size());
    return true;
}

std::string_view after_slash(std::string_view s) {
    const size_t slash = s.rfind('/');
    return slash == std::string_view::npos ? s : s.substr(slash + 1);
}

std::string dashed(std::string_view s) {
    std::string out;
    for (const char c : s) {
        const bool upper = c >= 'A' && c <= 'Z', keep = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
        if (upper)
            out += static_cast<char>(c + 32);
        else if (keep)
            out += c;
        else if (!out.empty() && out.back() != '-')
            out += '-';
    }
    while (!out.empty() && out.back() == '-') out.pop_back();
    return out;
}

const std::string& repository(const Model& m) {
    return m.hf_repo;
}
const std::string& repository(const Device& d) {
    return d.short_name;
}

// The only row for which `hit` is true; nullptr if there is none or more than one.
template <class T, class Hit>
const T* only(const std::vector<T>& rows, Hit hit) {
    const T* found = nullptr;
    for (const T& row : rows) {
        if (!hit(row)) continue;
        if (found) return nullptr;
        found = &row;
    }
    return found;
}

template <class T>
const T* find(const std::vector<T>& rows, std::string_view wanted, std::span<const std::string_view> endings,
              std::span<const std::string_view> beginnings) {
    if (wanted.empty() || wanted.size() > 200) return nullptr;
    for (const T& row : rows)
        if (row.id == wanted) return &row;
    const auto by_key = [&rows](const std::string& key) -> const T* {
        if (key.empty()) return nullptr;
        if (const T* row = only(rows, [&](const T& r) {
                return squeeze(r.id) == key || squeeze(r.name) == key || squeeze(repository(r)) == key ||
                       squeeze(after_slash(repository(r))) == key;
            }))
            return row;
        return only(rows, [&](const T& r) {
            for (const std::string& a : r.aliases)
                if (squeeze(a) == key || squeeze(after_slash(a)) == key) return true;
            return false;
        });
    };
    std::string key = squeeze(wanted);
    if (const T* row = by_key(key)) return row;
    for (bool again = true; again;) {
        again = false;
        for (const std::string_view e : endings)
            if (strip_end(key, e)) {
                if (const T* row = by_key(key)) return row;
                again = true;
            }
    }
    key = squeeze(wanted);
    if (!key.empty() && key.back() == 'g')  // "80G" for 80GB
        if (const T* row = by_key(key + "b")) return row;
    for (const std::string_view b : beginnings)
        if (key.size() > b.size() && key.compare(0, b.size(), b) == 0) {
            key.erase(0, b.size());
            if (const T* row = by_key(key)) return row;
            return find(rows, key, endings, {});
        }
    // The beginning of one id only, up to a dash: "qwen3-30b".
    const std::string start = dashed(after_slash(wanted)) + "-";
    if (start.size() < 4) return nullptr;
    return only(rows, [&](const T& r) { return r.id.compare(0, start.size(), start) == 0; });
}

}  // namespace

const Model* Catalog::model(std::string_view id) const {
    static constexpr std::string_view endings[] = {"instruct", "chat", "base", "it", "hf", "fp8", "bf16"};
    static constexpr std::string_view beginnings[] = {"meta",    "google", "microsoft", "openai",
                                                      "alibaba", "nvidia", "mistralai"};
    return find(models, id, endings, beginnings);
}

const Device* Catalog::device(std::string_view id) const {
    static constexpr std::string_view endings[] = {"gb", "g"};
    static constexpr std::string_view beginnings[] = {"nvidia", "amd", "intel", "google", "tesla", "geforce", "aws"};
    return find(devices, id, endings, beginnings);
}

std::string load_models(std::string_view json, std::vector<Model>& out) {
    return load(json, "models.json", "models", out, [](const Row& r) { return read_model(r, false); });
}
std::string read_model_row(JsonValue row, Model& out) {
    std::string error;
    Model m = read_model({row, "This model", &error}, true);
    if (error.empty()) out = std::move(m);
    return error;
}
std::string load_devices(std::string_view json, std::vector<Device>& out) {
    return load(json, "devices.json", "devices", out, read_device);
}

}  // namespace kvx::core
