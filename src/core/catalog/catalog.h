// All models and devices the app knows, read and checked from JSON text.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog/cluster.h"
#include "core/catalog/device.h"
#include "core/catalog/model.h"
#include "core/json.h"

namespace kvx::core {

struct Catalog {
    std::vector<Model> models;
    std::vector<Device> devices;
    ClusterCatalog clusters;
    const Model* model(std::string_view id) const;  // by id, name or Hugging Face name, any case; nullptr when unknown
    const Device* device(std::string_view id) const;  // by id, name or common alias
};

// Each returns "" or one sentence that names the row and the field; on failure `out` stays unchanged.
std::string load_models(std::string_view json, std::vector<Model>& out);
std::string load_devices(std::string_view json, std::vector<Device>& out);
// One row of models.json that stands for a visitor's own file.
std::string read_model_row(JsonValue row, Model& out);

}  // namespace kvx::core
