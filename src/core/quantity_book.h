// Collects figures in the order in which they are explained. For the explanations of core and app.
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
    FigureGroup group = FigureGroup::memory;  // of what is added from now on
    Quantity& bytes(std::string id, std::string label, Bytes b, std::string formula, std::string substituted,
                    std::string source) {
        return add(std::move(id), std::move(label), b.value, Unit::bytes, format_bytes(b).text(), std::move(formula),
                   std::move(substituted), std::move(source));
    }
    Quantity& add(std::string id, std::string label, double value, Unit unit, std::string text, std::string formula,
                  std::string substituted, std::string source) {
        Quantity q;
        q.id = std::move(id);
        q.label = std::move(label);
        q.value = value;
        q.unit = unit;
        q.text = std::move(text);
        q.formula = std::move(formula);
        q.substituted = std::move(substituted);
        q.source = std::move(source);
        q.group = group;
        list.push_back(std::move(q));
        return list.back();
    }
};

}  // namespace kvx::core
