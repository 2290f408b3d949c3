// Collects figures in order. Private to the explanations of core.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/format.h"
#include "core/quantity.h"

namespace kvx::core {

class QuantityBook {
  public:
    std::vector<Quantity> list;
    Quantity& bytes(const char* id, const char* label, Bytes b, std::string formula, std::string substituted,
                    std::string source) {
        return add(id, label, b.value, Unit::bytes, format_bytes(b).text(), std::move(formula), std::move(substituted),
                   std::move(source));
    }
    Quantity& add(const char* id, const char* label, double value, Unit unit, std::string text, std::string formula,
                  std::string substituted, std::string source) {
        Quantity q;
        q.id = id;
        q.label = label;
        q.value = value;
        q.unit = unit;
        q.text = std::move(text);
        q.formula = std::move(formula);
        q.substituted = std::move(substituted);
        q.source = std::move(source);
        list.push_back(std::move(q));
        return list.back();
    }
};

}  // namespace kvx::core
