#include "scenes/cluster/hall.h"

#include <algorithm>
#include <cmath>

#include "core/format.h"

namespace kvx::scenes {

using ui::Align;
using ui::Color;
using ui::fade;
using ui::mix;
using ui::Rect;

namespace {

// In rack widths: a row's depth, the way between two rows, the aisle, a rack's face.
constexpr float kFront = 16, kRowStep = 3.3f, kAisle = 1.7f, kFace = 0.955f, kHeight = 1.84f, kDepth = 0.9f;
constexpr int kMostRows = 16;
constexpr float kPull = 6, kHold = 0.4f;  // seconds
constexpr double kThinkEvery = 0.25;      // seconds, while it plays
constexpr double kDim = 1.2;              // seconds in which the devices that are no longer needed go dark
constexpr double kDimPreview = 0.4;       // the same while a relief is only hovered
constexpr float kSequences = 20;          // the line of sequences below the first row

// Seconds to the share of the way between two stops, resting at each.
float eased(float seconds, int& stop) {
    constexpr float leg = (kPull - 2 * kHold) / 3;
    for (stop = 0; stop < 3; ++stop) {
        if (seconds < leg) {
            const float u = std::max(0.0f, seconds / leg);
            return u * u * (3 - 2 * u);
        }
        seconds -= leg;
        if (seconds < kHold && stop < 2) return 1;
        seconds -= kHold;
    }
    stop = 2;
    return 1;
}

// "12,980", "1.3 million"
std::string dollars(double v) {
    if (v >= 1e6) return "$" + core::significant(v / 1e6, 3) + " million";
    return "$" + core::group_digits(std::llround(v));
}

std::string power(double megawatts) {
    return megawatts >= 10 ? core::fixed(megawatts, 0) : core::fixed(megawatts, megawatts >= 0.1 ? 1 : 2);
}

// What it is for, as fully as the width allows.
std::string workload(const Page& p, float width) {
    const int64_t users = p.state.in.batch;
    const std::string who = (users == 1 ? "one user, " : core::group_digits(users) + " users, "),
                      each = users == 1 ? " tokens" : " tokens each";
    const std::string tokens = core::short_tokens(p.view.now) + each;
    std::string words = p.state.model().name + ", " + who + core::group_digits(p.view.now.value) + each;
    if (p.ui.width(words, ui::type::label) > width) words = p.state.model().name + ", " + who + tokens;
    return p.ui.width(words, ui::type::label) > width ? who + tokens : words;
}

// Too small for words over the picture: they stand in two lines above it.
bool is_small(const Rect& r) {
    return r.w < 480 || r.h < 240;
}

}  // namespace

// The hall in perspective, then enlarged around the device where it began.
struct Hall::View {
    Rect r;
    float unit, eye, horizon, red;  // px of a rack width in front; height of the eye in rack widths
    float zoom = 1;
    ImVec2 anchor{}, target{};

    ImVec2 at(float x, float y, float z) const {
        const float k = unit * kFront / z;
        const ImVec2 q{r.cx() + x * k, horizon + (eye - y) * k};
        return {target.x + (q.x - anchor.x) * zoom, target.y + (q.y - anchor.y) * zoom};
    }
};

void Hall::think(Page& p) {
    const app::View& v = p.view;
    const app::Inputs& in = p.state.in;
    center_ = core::datacenter_for(v.plan, p.state.device(),
                                   core::node_size(p.state.catalog.clusters, p.state.device()), in.serving.price);
    // Whole racks; beyond what a hall of the drawing holds a light stands for several devices.
    light_columns_ = center_.per_rack >= 64 ? 6 : 4;
    light_rows_ = static_cast<int>((center_.per_rack + light_columns_ - 1) / light_columns_);
    const int64_t racks_in_row = 2 * static_cast<int64_t>(across_);
    each_ = std::max<int64_t>(1, (center_.racks + racks_in_row * kMostRows - 1) / (racks_in_row * kMostRows));
    const int64_t drawn = (center_.racks + each_ - 1) / each_;
    rows_ = static_cast<int>(std::clamp<int64_t>((drawn + racks_in_row - 1) / racks_in_row, 1, kMostRows));

    const std::string key = p.state.model().id + " " + p.state.device().id + " " + std::to_string(v.now.value) + " " +
                            std::to_string(in.batch) + p.get("weights") + p.get("kv") + p.get("fa") + p.get("smw");
    if (key == shown_ || (p.state.playing && p.ui.time >= thought_at_ && p.ui.time - thought_at_ < kThinkEvery)) return;
    shown_ = key;
    if (!chosen_) lit_ = static_cast<double>(center_.devices);
    thought_at_ = p.ui.time;
    reliefs_ = core::reliefs(v.requested, p.state.catalog.models, center_.devices);
}

void Hall::draw_ground(Page& p, const Rect& r, float red) const {
    ui::Ui& ui = p.ui;
    const ui::Theme& t = *ui.theme;
    ui.fill(r, t.hall_ground, ui::radius::package);
    const Color haze = fade(t.hall_haze, red), none = fade(t.hall_haze, 0);
    const float top = r.y + r.h * 0.12f;
    ui.draw->AddRectFilledMultiColor({r.x, r.y}, {r.right(), top}, fade(t.hall_haze, red * 0.35f),
                                     fade(t.hall_haze, red * 0.35f), haze, haze);
    ui.draw->AddRectFilledMultiColor({r.x, top}, {r.right(), r.y + r.h * 0.8f}, haze, haze, none, none);
}

// The sequences stand side by side; the weights at the aisle, in front.
Color Hall::light(const Page& p, int64_t device, int column, int row) const {
    const ui::Theme& t = *p.ui.theme;
    if (device < center_.for_weights) return t.weights;
    const auto columns = static_cast<size_t>(2 * across_), n = std::max<size_t>(1, p.view.plan.sequences.size());
    size_t sequence = static_cast<size_t>(column) * n / columns;
    if (!p.view.fa && p.view.plan.scores > p.view.plan.kv_allocated && row > 0) return t.red;
    if (n > columns) sequence = (sequence + static_cast<size_t>(row) * 3) % n;
    return t.sequence[sequence % 8];
}

void Hall::draw_row(Page& p, View& v, int row) const {
    ui::Ui& ui = p.ui;
    const ui::Theme& t = *ui.theme;
    const float z = kFront + kRowStep * static_cast<float>(row);
    const float fog = std::min(0.82f, static_cast<float>(row) / static_cast<float>(std::max(rows_, 6)) * 0.85f);
    const Color body = mix(t.hall_ground, t.hall_fog, 0.12f + fog * 0.5f * v.red), roof = mix(body, t.hall_fog, 0.18f);
    const Rect seen = v.r.grow(2);
    const int64_t first = static_cast<int64_t>(row) * 2 * across_;
    for (int side = -1; side <= 1; side += 2) {
        for (int i = 0; i < across_; ++i) {
            // From the aisle outwards, so that a last row that is not full stands at the aisle.
            const int64_t rack = first + 2 * i + (side > 0 ? 1 : 0);
            if (rack * each_ * center_.per_rack >= center_.devices) continue;
            const float inner = kAisle * 0.5f + static_cast<float>(i);
            const float x = side < 0 ? -inner - kFace : inner;
            const ImVec2 a = v.at(x, kHeight, z), b = v.at(x + kFace, 0, z), c = v.at(x, kHeight, z + kDepth),
                         d = v.at(x + kFace, kHeight, z + kDepth);
            if (b.x < seen.x || a.x > seen.right() || b.y < seen.y || c.y > seen.bottom()) continue;
            // Neighbours touch, so that nothing shines through between them.
            const float seam = b.x - a.x, gap = seam * (1 - kFace) / kFace, back = d.x - c.x;
            ui.draw->AddQuadFilled({a.x - gap, a.y}, {b.x + gap, a.y}, {d.x + back * (1 - kFace), d.y},
                                   {c.x - back * (1 - kFace), c.y}, roof);
            ui.draw->AddRectFilled({a.x - gap, a.y}, {b.x + gap, b.y}, body);
            const float w = (b.x - a.x) / static_cast<float>(light_columns_),
                        h = (b.y - a.y) * 0.94f / static_cast<float>(light_rows_);
            const int column = side < 0 ? across_ - 1 - i : across_ + i;
            const float glow = 0.82f + 0.18f * std::sin(wave_ * 6.2831853f + static_cast<float>(column + 3 * row));
            for (int k = 0; k < light_columns_ * light_rows_; ++k) {
                const int64_t device = (rack * center_.per_rack + k) * each_;
                if (k >= center_.per_rack || device >= center_.devices) break;
                const float lx = a.x + w * static_cast<float>(k % light_columns_),
                            ly = a.y + (b.y - a.y) * 0.03f + h * static_cast<float>(k / light_columns_);
                if (lx > seen.right() || lx + w < seen.x || ly > seen.bottom() || ly + h < seen.y) continue;
                const int64_t nearest = rack * center_.per_rack * each_ + k * each_;
                const bool dark = static_cast<double>(nearest) >= lit_;
                const Color lamp = mix(t.hall_ground, light(p, nearest, column, row), dark ? 0.1f : glow);
                ui.draw->AddRectFilled({lx + w * 0.07f, ly + h * 0.08f}, {lx + w * 0.93f, ly + h * 0.92f},
                                       mix(lamp, t.hall_fog, fog * v.red), w > 12 ? 2.0f : 0);
            }
        }
    }
}

void Hall::draw_rows(Page& p, View& v) const {
    const ImDrawListFlags flags = p.ui.draw->Flags;
    p.ui.draw->Flags &= ~ImDrawListFlags_AntiAliasedFill;  // thousands of upright rectangles need no soft edges
    for (int row = rows_ - 1; row >= 0; --row) draw_row(p, v, row);
    p.ui.draw->Flags = flags;
}

// Where it began: the only white one, its stacks still drawn.
void Hall::draw_chip(Page& p, const View& v) const {
    ui::Ui& ui = p.ui;
    const ui::Theme& t = *ui.theme;
    const float x = -kAisle * 0.5f - kFace;
    const ImVec2 a = v.at(x, kHeight, kFront), b = v.at(x + kFace, 0, kFront);
    const float w = (b.x - a.x) / static_cast<float>(light_columns_),
                h = (b.y - a.y) * 0.94f / static_cast<float>(light_rows_);
    const Rect cell = Rect{a.x, a.y + (b.y - a.y) * 0.03f, w, h}.inset(w * 0.07f, h * 0.08f);
    const float glow = std::max(cell.w, std::min(v.r.w, v.r.h) * 0.09f);
    if (v.zoom < 8)
        for (int i = 4; i >= 1; --i)
            ui.disc(cell.cx(), cell.cy(), glow * 0.25f * static_cast<float>(i), fade(t.green, 0.09f));
    ui.fill(cell, t.hall_text, std::min(16.0f, cell.w * 0.06f));
    const Rect die = cell.centered(cell.w * 0.36f, cell.h * 0.84f);
    ui.fill(die, t.hall_ground, cell.w * 0.02f);
    for (int i = 0; i < 6; ++i) {
        const bool left = i < 3;
        const float sw = cell.w * 0.2f, sh = cell.h * 0.24f;
        const Rect stack{left ? cell.x + cell.w * 0.06f : cell.right() - cell.w * 0.06f - sw,
                         cell.y + cell.h * (0.1f + 0.29f * static_cast<float>(i % 3)), sw, sh};
        if (i < 5) ui.fill(stack, t.hall_ground, cell.w * 0.02f);
    }
    const std::string words = "one " + p.state.device().short_name;
    const float tw = std::max(ui.width(words, ui::type::caption_bold), ui.width("you started here", ui::type::micro));
    const float room = v.at(kAisle * 0.5f, 0, kFront).x - b.x;
    if (v.zoom > 1.01f || tw + 12 > room) return;
    const float tx = b.x + (room - tw) * 0.5f;
    ui.line(cell.right() + 2, cell.cy(), tx - 4, cell.cy(), fade(t.hall_text, 0.5f));
    ui.text({tx, cell.cy() - 15, tw + 2, 16}, words, ui::type::caption_bold, t.hall_text);
    ui.text({tx, cell.cy() + 1, tw + 2, 16}, "you started here", ui::type::micro, t.hall_dim);
}

void Hall::draw_small_words(Page& p, const Rect& r, int64_t in_sight) const {
    ui::Ui& ui = p.ui;
    const ui::Theme& t = *ui.theme;
    Rect in = r.inset(12, 6);
    const std::string& name = p.state.device().short_name;
    const Rect first = in.cut_top(26), second = in.cut_top(18);
    if (ui::figure_area(ui, "figure.hall", first, "Devices it would take, at least",
                        core::group_digits(center_.devices) + " × " + name, 0))
        p.explain("devices_needed", first);
    const float w = ui.text(first, core::group_digits(in_sight), {ui::Face::semibold, 22, 26}, t.hall_text);
    ui.text({first.x + w + 8, first.y + 2, first.w - w - 8, 24}, name + " at least", ui::type::label, t.hall_text);
    std::string words;
    if (center_.megawatts > 0) words = power(center_.megawatts) + " MW";
    if (center_.dollars_an_hour > 0)
        words += (words.empty() ? "" : " · ") + dollars(center_.dollars_an_hour) + " an hour";
    if (words.empty()) return;
    if (ui::figure_area(ui, "figure.hall_power", second, "Power and price", words, 0)) p.explain("price", second);
    ui.text(second, words, ui::type::caption_mono, t.hall_dim);
}

void Hall::draw_words(Page& p, const Rect& r, int64_t in_sight) const {
    if (is_small(r)) {
        draw_small_words(p, r, in_sight);
        return;
    }
    ui::Ui& ui = p.ui;
    const ui::Theme& t = *ui.theme;
    const bool tall = r.h > 300;
    const Rect in = r.inset(tall ? 24.0f : 14.0f, tall ? 18.0f : 10.0f);
    const float half = in.w * 0.46f;
    const core::InferencePlan& plan = p.view.plan;
    const core::Device& d = p.state.device();
    ui::TextStyle number{ui::Face::semibold, std::clamp(std::min(r.h * 0.155f, r.w * 0.08f), 30.0f, 104.0f), 0};
    const std::string devices = core::group_digits(in_sight);
    while (number.size > 24 && ui.width(devices, number) > half) number.size -= 4;
    number.line = number.size * 1.1f;
    Rect left{in.x, in.y, half, in.h};
    if (ui::figure_area(ui, "figure.hall", {left.x, left.y, half, 38 + number.line}, "Devices it would take, at least",
                        core::group_digits(center_.devices) + " × " + d.short_name, 0))
        p.explain("devices_needed", left);
    ui.text(left.cut_top(18), workload(p, half), ui::type::label, t.hall_dim);
    ui.text(left.cut_top(number.line), devices, number, t.hall_text);
    const bool arrived = in_sight >= center_.devices;
    ui.text(left.cut_top(20),
            arrived ? d.short_name + " at least, for " + core::format_bytes(plan.needed).text()
                    : d.short_name + (chosen_ ? " remain" : " in sight"),
            ui::type::control_bold, t.hall_text);
    if (!arrived) return;
    Rect right{in.right() - half, in.y, half, in.h};
    const ui::TextStyle second{ui::Face::mono, tall ? 28.0f : 20.0f, tall ? 34.0f : 26.0f};
    const auto reading = [&](const char* id, const char* explains, const char* name, const std::string& value,
                             const std::string& words) {
        const Rect line = right.cut_top(second.line), below = right.cut_top(18, 6);
        if (ui::figure_area(ui, id, {line.x, line.y, line.w, line.h + 18}, name, value + " " + words, 0))
            p.explain(explains, line);
        ui.text(line, value, second, t.hall_text, Align::right);
        ui.text(below, words, ui::type::caption, t.hall_dim, Align::right);
    };
    if (center_.megawatts > 0)
        reading("figure.hall_power", "joules", "Power", power(center_.megawatts) + " MW", "for the chips alone");
    if (center_.dollars_an_hour > 0)
        reading(
            "figure.hall_price", "price", "Price", dollars(center_.dollars_an_hour),
            "an hour, at $" + core::fixed(center_.dollars_an_hour / static_cast<double>(center_.devices), 2) + " each");
}

// Labels below the front row: each sequence under its racks, the weights at the aisle.
void Hall::draw_sequences(Page& p, const View& v, const Rect& line) const {
    ui::Ui& ui = p.ui;
    const ui::Theme& t = *ui.theme;
    const int columns = 2 * across_, n = static_cast<int>(p.view.plan.sequences.size());
    if (n < 2 || 2 * n > columns || (!p.view.fa && p.view.plan.scores > p.view.plan.kv_allocated)) return;
    const bool equal = p.view.plan.sequences.front().length == p.view.plan.sequences.back().length;
    const auto edge = [&](int column) {  // left edge of a rack
        const float inner = kAisle * 0.5f + static_cast<float>(column < across_ ? across_ - column : column - across_);
        return v.at(column < across_ ? -inner : inner, 0, kFront).x;
    };
    const float unit = v.unit * v.zoom;
    const int64_t each = (center_.devices - center_.for_weights) / n;
    for (int s = 0; s < n; ++s) {
        const int from = (s * columns + n - 1) / n, to = ((s + 1) * columns + n - 1) / n;
        const Rect at{edge(from), line.y, edge(to - 1) + kFace * unit - edge(from), line.h};
        std::string words = "S" + std::to_string(s + 1);
        const std::string full = words + ": " + core::group_digits(each) + " " + p.state.device().short_name;
        if (s == 0 && equal && ui.width(full, ui::type::caption_bold) <= at.w) words = full;
        ui.text(at, words, ui::type::caption_bold, mix(t.sequence[static_cast<size_t>(s) % 8], t.hall_text, 0.35f),
                Align::center);
    }
    const std::string weights = core::group_digits(center_.for_weights) + " for weights";
    const Rect aisle{edge(across_) - kAisle * unit, line.y, kAisle * unit, line.h};
    if (center_.for_weights > 0 && ui.width(weights, ui::type::caption_bold) <= aisle.w)
        ui.text(aisle, weights, ui::type::caption_bold, mix(t.weights, t.hall_text, 0.35f), Align::center);
}

// Dims all devices but those that the hovered or chosen relief leaves; then applies the chosen one.
void Hall::dim_unneeded(Page& p, const core::Relief* hovered) {
    const core::Relief* which = chosen_ ? &*chosen_ : hovered;
    const double all = static_cast<double>(center_.devices),
                 wanted = which ? std::min(static_cast<double>(which->devices), all) : all;
    lit_ = std::clamp(lit_, 1.0, all);
    if (p.ui.viewport.reduced_motion) lit_ = wanted;
    if (lit_ != wanted) {
        const double whole = std::log(all / (wanted < all ? wanted : 1.0));
        const double step = whole / (chosen_ ? kDim : kDimPreview) * static_cast<double>(p.ui.dt);
        const double way = std::clamp(std::log(wanted / lit_), -step, step);
        lit_ = std::fabs(way) < step ? wanted : lit_ * std::exp(way);
        p.ui.ask_frame();
    }
    if (lit_ != wanted || !chosen_) return;
    for (const auto& [id, value] : chosen_->changes) p.set(id, value);
    chosen_.reset();
}

// Below: why, what that would be, and what would take fewer; returns the relief under the pointer.
const core::Relief* Hall::draw_captions(Page& p, Rect r) {
    ui::Ui& ui = p.ui;
    const ui::Theme& t = *ui.theme;
    const core::InferencePlan& plan = p.view.plan;
    const int64_t limit = p.state.model().max_context;
    std::string why = "Every token keeps " + core::format_bytes(plan.rate.growing + plan.rate.bounded).text();
    if (!p.view.fa && plan.scores > plan.kv_allocated)
        why = "Without FlashAttention the scores of one prompt take " + core::format_bytes(plan.scores).text();
    if (p.view.beyond_model_limit && limit > 0)
        why += ", and the model was made for " + core::short_tokens({limit}) + " of them";
    why += ".";
    std::string build = "Build a data center: " + core::group_digits(center_.racks) + " racks of " +
                        core::group_digits(center_.per_rack) + ".";
    if (each_ > 1) build += " One light is " + core::group_digits(each_) + " devices.";
    const bool beside = r.w > 560;
    Rect helps = beside ? r.cut_right(std::min(r.w * 0.5f, 380.0f), 24) : Rect{};
    const std::string caches = core::group_digits(static_cast<int64_t>(plan.sequences.size())) +
                               (plan.sequences.size() == 1 ? " cache" : " caches") + ", " +
                               core::group_digits(center_.for_weights) + " of the devices for the weights. ";
    ui.record("hall", "image", "The data center it would take", r, build + " " + caches + why);
    if (r.h < 40) {
        ui.text(r, core::group_digits(center_.racks) + " racks of " + core::group_digits(center_.per_rack),
                ui::type::caption_bold, t.hall_text);
    } else {
        ui.text(r.cut_top(20), build, ui::type::control_bold, t.hall_text);
        ui.paragraph(r, why, ui::type::label, t.hall_dim);
    }
    if (!beside) return nullptr;
    const core::Relief* hovered = nullptr;
    const size_t room = static_cast<size_t>(std::max(0.0f, helps.h / 20));
    const size_t first = reliefs_.size() > room ? reliefs_.size() - room : 0;
    for (size_t i = first; i < reliefs_.size(); ++i) {
        const core::Relief& k = reliefs_[i];
        Rect line = helps.cut_top(20);
        const std::string all = core::group_digits(k.devices) + " × " + p.state.device().short_name;
        const float needs = ui.width(all, ui::type::value) + ui.width(k.name, ui::type::label) + 12;
        const std::string n = needs <= line.w ? all : core::group_digits(k.devices);
        const Rect count = line.cut_right(std::max(56.0f, ui.width(n, ui::type::value) + 2), 8);
        ui.text(count, n, ui::type::value, t.hall_help, Align::right);
        const float w = std::min(line.w, ui.width(k.name, ui::type::label) + 2);
        const Rect link{line.right() - w, line.y, w, 20};
        if (ui::link_button(ui, "relief." + std::to_string(i), link, k.name, ui::type::label, t.hall_text,
                            k.name + ": " + all))
            chosen_ = k;
        if (link.contains(ui.pointer_x(), ui.pointer_y())) hovered = &k;
    }
    return hovered;
}

void Hall::draw(Page& p, const Rect& r) {
    ui::Ui& ui = p.ui;
    const bool still = ui.viewport.reduced_motion;
    think(p);
    if (still || !shown_.size()) seconds_ = kPull;
    if (seconds_ < kPull) {
        seconds_ = std::min(kPull, seconds_ + ui.dt);
        ui.ask_frame();
    }
    if (p.state.playing && !still) wave_ += ui.dt / 6, wave_ -= std::floor(wave_);

    View v{};
    v.r = r;
    v.unit = r.w / (2 * static_cast<float>(across_) + kAisle + 0.6f);
    const bool small = is_small(r);
    v.horizon = r.y + (small ? 34.0f : r.h * 0.03f);
    const bool tall = !small && r.h > 300;
    const float base = r.bottom() - (small ? 28.0f : tall ? 80.0f + kSequences : 58.0f);
    v.eye = (base - v.horizon) / v.unit;
    v.red = std::clamp((seconds_ - kPull + 2) / 2, 0.0f, 1.0f);
    // Where the device stands in the whole picture, and how large.
    const float x = -kAisle * 0.5f - kFace;
    const float cell_w = kFace * v.unit / static_cast<float>(light_columns_),
                cell_h = kHeight * v.unit * 0.94f / static_cast<float>(light_rows_);
    v.anchor = {r.cx() + x * v.unit + cell_w * 0.5f, v.horizon + (v.eye - kHeight * 0.97f) * v.unit + cell_h * 0.5f};
    const float stops[4] = {
        std::min(r.w * 0.5f / cell_w, r.h * 0.6f / cell_h),
        std::min(r.w * 0.7f / (cell_w * static_cast<float>(light_columns_)), r.h * 0.4f / (2 * cell_h)),
        r.h * 0.8f / (kHeight * v.unit), 1};
    int stop = 0;
    const float u = eased(seconds_, stop);
    v.zoom = std::max(1.0f, std::exp(std::log(stops[stop]) + (std::log(stops[stop + 1]) - std::log(stops[stop])) * u));
    const float centred = std::clamp(std::log(v.zoom) / std::log(std::max(1.5f, stops[0])), 0.0f, 1.0f);
    v.target = {v.anchor.x + (r.cx() - v.anchor.x) * centred, v.anchor.y + (r.cy() - v.anchor.y) * centred};

    draw_ground(p, r, v.red);
    ui.clip(r);
    draw_rows(p, v);
    draw_chip(p, v);
    ui.draw->AddRectFilledMultiColor({r.x, base - 6}, {r.right(), base + 8}, fade(ui.theme->hall_ground, 0),
                                     fade(ui.theme->hall_ground, 0), ui.theme->hall_ground, ui.theme->hall_ground);
    ui.fill({r.x, base + 8, r.w, r.bottom() - base - 8}, ui.theme->hall_ground);
    // The number counts what is in sight: one device, its node, its rack, all.
    const double counts[4] = {1, static_cast<double>(center_.per_node), static_cast<double>(center_.per_rack),
                              static_cast<double>(center_.devices)};
    const auto in_sight =
        std::llround(counts[stop] * std::pow(counts[stop + 1] / counts[stop], static_cast<double>(u)));
    if (!small) {  // what passes behind the words on the way is dimmed
        const ui::Color shade = fade(ui.theme->hall_ground, 0.86f * std::min(1.0f, 3 * centred)),
                        none = fade(ui.theme->hall_ground, 0);
        ui.draw->AddRectFilledMultiColor({r.x, r.y}, {r.right(), r.y + r.h * 0.45f}, shade, shade, none, none);
    }
    draw_words(p, r, chosen_ ? std::llround(lit_) : seconds_ >= kPull ? center_.devices : in_sight);
    const float edge = small ? 6.0f : tall ? 10.0f + kSequences : 10.0f;
    if (tall && v.zoom <= 1) draw_sequences(p, v, {r.x, base + 6, r.w, kSequences});
    dim_unneeded(p, draw_captions(p, {r.x + 14, base + edge, r.w - 28, r.bottom() - base - edge - 2}));
    ui.unclip();
}

void draw_hall(Hall& hall, Page& p, const Rect& r) {
    hall.draw(p, r);
}

}  // namespace kvx::scenes
