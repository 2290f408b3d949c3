// Files that are opened together, told apart by what is in them and put together: config.json with its tensors, split
// files, a GGUF file with its projector. Only the beginning of a file with tensors is asked for.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog/checkpoint/gguf_files.h"
#include "core/catalog/checkpoint/opened.h"
#include "core/catalog/checkpoint/safetensors_header.h"
#include "core/catalog/checkpoint/safetensors_index.h"
#include "core/catalog/checkpoint/weight_tally.h"

namespace kvx::core {

class CheckpointFiles {
  public:
    // Files come one after the other, each from its first byte on, until wants() is false or it ends.
    void open(std::string_view name, uint64_t bytes);
    void take(std::string_view next_bytes);
    bool wants() const { return kind_ != Kind::none; }
    OpenedFiles finish();

  private:
    enum class Kind : uint8_t { none, unknown, text, index, gguf, safetensors };
    // The .safetensors files of one name but for their numbers.
    struct TensorSet {
        std::vector<std::string> parts;
        std::vector<uint64_t> names;  // of tensors, hashed, to find one that is there twice
        WeightTally tally;
        double bytes = 0;
    };
    void recognise();
    void pass(std::string_view bytes);
    void close();
    void count_tensors();
    void refuse(std::string sentence);
    void sort_text(std::string text);

    std::string check_tensors();
    std::string missing_parts(const TensorSet& set) const;
    std::string without_config() const;
    std::string with_tensors(std::string config, std::vector<std::string>& notes) const;

    Kind kind_ = Kind::none;
    std::string name_, head_, text_, error_, faulty_;  // faulty_: the file that error_ is about
    uint64_t bytes_ = 0, taken_ = 0;
    size_t opened_ = 0;
    TensorPlaces places_;
    std::unique_ptr<GgufReader> gguf_;
    std::unique_ptr<SafetensorsReader> tensors_;
    std::unique_ptr<SafetensorsIndexReader> index_;

    // unlikely_: any other JSON of a folder, taken for a config only where there is nothing else
    std::vector<std::string> configs_, unlikely_, params_, devices_, quantisations_, ignored_;
    std::vector<GgufFile> ggufs_;
    std::map<std::string, TensorSet> sets_;
    std::unique_ptr<SafetensorsIndexReader> map_;
};

}  // namespace kvx::core
