#include "app/inference/stage_scale.h"

#include <algorithm>
#include <cmath>

namespace kvx::app {

namespace {

int64_t quotient(int64_t n, int64_t by) {
    return (n + by - 1) / by;
}

StageScale chip_at(const ChipSize& chip, double pitch, double w, double h) {
    StageScale s;
    s.pitch = pitch;
    s.chip_w = std::min(w, chip.w * pitch / chip.pitch);
    s.chip_h = std::min(h, chip.h * pitch / chip.pitch);
    return s;
}

// The tray as high as its pile needs; the ghost as high as the chip, or as high as there is room if that is too wide.
bool beside(StageScale& s, const Outside& out, double w, double h) {
    s.beside = true;
    s.spill = s.ghost = {};
    double left = w - s.chip_w;
    if (out.spill > 0) {
        const bool words = w >= kWordsBeside;
        const auto most = static_cast<int64_t>((s.chip_h - (words ? kTrayHead : 2 * kTrayEdge)) / s.pitch);
        if (most < 1) return false;
        const auto usual = static_cast<int64_t>((words ? kTrayWidth - 2 * kTrayEdge : kTrayWidth / 3) / s.pitch);
        s.spill.columns = std::max(usual, quotient(out.spill, most));
        s.spill.rows = quotient(out.spill, s.spill.columns);
        left -= kPartGap + static_cast<double>(s.spill.columns) * s.pitch + 2 * kTrayEdge;
    }
    if (out.ghost > 0) {
        left -= kPartGap;
        const auto room = static_cast<int64_t>(left / s.pitch);
        if (room < 1) return false;
        s.ghost.rows = static_cast<int64_t>(s.chip_h / s.pitch);
        s.ghost.columns = quotient(out.ghost, s.ghost.rows);
        s.ghost.columns = std::min(s.ghost.columns, room);
        s.ghost.rows = quotient(out.ghost, s.ghost.columns);
        if (static_cast<double>(s.ghost.rows) * s.pitch > std::max(h, s.chip_h)) return false;
        left -= static_cast<double>(s.ghost.columns) * s.pitch;
    }
    s.rest_w = w - s.chip_w - std::max(0.0, left);
    return left >= 0;
}

bool below(StageScale& s, const Outside& out, double w, double h) {
    s.beside = false;
    s.spill = s.ghost = {};
    const auto columns = static_cast<int64_t>(w / s.pitch);
    if (columns < 1) return false;
    double left = h - s.chip_h;
    const auto band = [&](int64_t cells, Block& b) {
        if (cells <= 0) return;
        b = {std::min(columns, cells), quotient(cells, columns)};
        left -= (w >= kWordsBeside ? kBandHead : 0) + 6 + static_cast<double>(b.rows) * s.pitch;
    };
    band(out.spill, s.spill);
    band(out.ghost, s.ghost);
    return left >= 0;
}

}  // namespace

double fitting_pitch(const ChipSize& chip, double w, double h, double pixel) {
    const double room = std::min(w / chip.w, h / chip.h) / (1 - chip.slack) * chip.pitch;
    return std::max(1.0, std::floor(room / pixel + 1e-6)) * pixel;
}

StageScale stage_scale(const ChipSize& chip, const Outside& outside, double w, double h, double pixel, bool keep_chip) {
    if (outside.none()) return chip_at(chip, fitting_pitch(chip, w, h, pixel), w, h);
    if (w < kWordsBeside) h -= kWordLine;
    const double natural = fitting_pitch(chip, w, h, pixel);
    const double least = keep_chip ? natural : std::min(natural, pixel > 0.5 ? kLeastPitch : kLeastPitch - 1);
    for (double pitch = natural; pitch >= least - 1e-9; pitch -= pixel) {
        StageScale s = chip_at(chip, pitch, w, h);
        if (beside(s, outside, w, h) || below(s, outside, w, h)) return s;
    }
    // Squares stand for whole devices: the chip takes half of the room.
    const bool wide = w > h * 1.25;
    const double share = keep_chip ? 0.7 : 0.54;
    const double pitch = fitting_pitch(chip, wide ? w * share : w, wide ? h : h * share, pixel);
    StageScale s = chip_at(chip, std::min(pitch, natural), w, h);
    s.squares = true;
    s.beside = wide;
    s.rest_w = wide ? w - s.chip_w : 0;
    return s;
}

}  // namespace kvx::app
