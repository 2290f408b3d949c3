// The one scale of the inference page's picture: the chip, what has no room on it, and the scores that FlashAttention
// keeps away share the size of a cell. Pure numbers, CSS pixels.
#pragma once
#include <cstdint>

namespace kvx::app {

struct ChipSize {
    double w = 776, h = 548, pitch = 9;  // natural; width and height follow the pitch of a cell
    double slack = 0.035;                // share by which it may be squeezed between the cells
};

// Largest pitch of whole device pixels at which the chip fits; at least one device pixel.
double fitting_pitch(const ChipSize& chip, double w, double h, double pixel);

// Cells outside the chip. `devices`: how many more devices the same spill is.
struct Outside {
    int64_t spill = 0, ghost = 0;
    bool none() const { return spill <= 0 && ghost <= 0; }
};

struct Block {
    int64_t columns = 0, rows = 0;
};

struct StageScale {
    double pitch = 9, chip_w = 776, chip_h = 548;
    bool beside = true;    // the rest stands right of the chip; otherwise in bands below it
    bool squares = false;  // too much for cells: one square is one device
    Block spill, ghost;    // in cells; empty with squares
    double rest_w = 0;     // of what stands beside
};

inline constexpr double kLeastPitch = 3;     // 2 on fine screens
inline constexpr double kWordsBeside = 480;  // narrower, and the amounts stand in one line below everything
inline constexpr double kTrayWidth = 84, kTrayHead = 52, kTrayEdge = 4;  // room for its amount in words
inline constexpr double kPartGap = 20, kBandHead = 20, kWordLine = 20;

// `keep_chip`: it stays as large as it can be, whatever stands beside it (presentations).
StageScale stage_scale(const ChipSize& chip, const Outside& outside, double w, double h, double pixel,
                       bool keep_chip = false);

}  // namespace kvx::app
