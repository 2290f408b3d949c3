#include "app/import/open_files.h"

#include "app/import/import.h"
#include "core/catalog/checkpoint/checkpoint_files.h"

namespace kvx::app {
namespace {

class Files final : public OpenFiles {
  public:
    bool open(std::string_view name, uint64_t bytes) override {
        files_.open(name, bytes);
        return files_.wants();
    }
    bool take(std::string_view next_bytes) override {
        files_.take(next_bytes);
        return files_.wants();
    }
    std::string finish(State& s) override { return import_opened(s, files_.finish()); }

  private:
    core::CheckpointFiles files_;
};

}  // namespace

std::unique_ptr<OpenFiles> open_files() {
    return std::make_unique<Files>();
}

}  // namespace kvx::app
