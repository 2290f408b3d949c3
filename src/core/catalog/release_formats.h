// What a release, or a conversion, makes of one model: the bits of each class of its weights.
#pragma once
#include <array>
#include <string>

#include "core/catalog/model.h"
#include "core/catalog/release.h"

namespace kvx::core {

// A release, or a conversion, of one model: effective bits of a weight of each class, averaged over its layers.
struct WeightFormats {
    struct Class {
        double bits = 16;
        Arithmetic arithmetic = Arithmetic::bf16;
        bool operator==(const Class&) const = default;
    };
    std::array<Class, kWeightClasses> of;
    bool uniform = true;    // a conversion: every linear class alike
    bool measured = false;  // bytes counted in the files; `of` then spreads them over the model's own parameters
    double beside = 0;      // bytes that are held but not read for a token
    bool padded = false;    // the kernels of the experts want round sizes, see padding_bytes()
    // What engines convert to a chosen type: linear weights. The rest stays in 16 bits when the type is narrower. All
    // arithmetic is taken to be the type's own.
    WeightFormats(Dtype d = Dtype::bf16);  // NOLINT(google-explicit-constructor): a type is one of them
    const Class& operator[](WeightClass c) const { return of[static_cast<size_t>(c)]; }
    bool operator==(const WeightFormats&) const = default;
};
WeightFormats formats_of(const Model& m, const Release& r);

// "FP8", "MXFP4 experts, BF16 rest", "NVFP4 (part of the attention in BF16)"
std::string name_of(const Model& m, const Release& r);
double params_of(const ParamCount& p, WeightClass c);
// Mean bits of the linear weights.
double linear_bits(const ParamCount& p, const WeightFormats& f);

}  // namespace kvx::core
