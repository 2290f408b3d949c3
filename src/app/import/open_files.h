// Files that are being opened together, read piece by piece. An interface, because the code behind it is loaded later.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kvx::app {

struct State;

class OpenFiles {
  public:
    virtual ~OpenFiles() = default;
    // One file after the other; true while more of it is needed. Bytes come from the file's beginning on.
    virtual bool open(std::string_view name, uint64_t bytes) = 0;
    virtual bool take(std::string_view next_bytes) = 0;
    // Imports what they are; "" or one sentence.
    virtual std::string finish(State& s) = 0;
};

std::unique_ptr<OpenFiles> open_files();

}  // namespace kvx::app
