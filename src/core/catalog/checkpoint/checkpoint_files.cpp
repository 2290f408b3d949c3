#include "core/catalog/checkpoint/checkpoint_files.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "core/catalog/checkpoint/measured.h"
#include "core/catalog/checkpoint/names.h"
#include "core/catalog/import/hf_config.h"
#include "core/catalog/import/quantization.h"
#include "core/format.h"
#include "core/json.h"
#include "core/json_writer.h"

namespace kvx::core {

namespace {

using Value = JsonValue::Kind;
constexpr uint64_t kLongestText = 16ULL << 20;
constexpr size_t kMostParts = 4096;
constexpr JsonLimits kText{.bytes = kLongestText, .non_finite = true};

// Files of a checkpoint's folder that say nothing about its shape.
constexpr std::array<std::string_view, 13> kIgnored = {
    "tokenizer.json",     "tokenizer_config.json",          "vocab.json",
    "merges.txt",         "generation_config.json",         "special_tokens_map.json",
    "added_tokens.json",  "preprocessor_config.json",       "processor_config.json",
    "chat_template.json", "video_preprocessor_config.json", "tekken.json",
    "README.md"};

std::string_view base_name(std::string_view path) {
    return path.substr(path.find_last_of('/') + 1);
}

// Why a file that is none of ours cannot be opened, by its first bytes or its name.
std::string_view foreign(std::string_view head, std::string_view name) {
    if (head.starts_with("PK\x03\x04") || head.starts_with("\x80\x02") || name.ends_with(".bin") ||
        name.ends_with(".pt") || name.ends_with(".pth"))
        return "is a PyTorch file, which only runs; open the .safetensors files or the config.json";
    if (head.starts_with("\x89HDF")) return "is an HDF5 file; open the .safetensors files or the config.json";
    if (head.starts_with("ggml") || head.starts_with("lmgg") || head.starts_with("tjgg") || head.starts_with("fmgg"))
        return "is of the format before GGUF, which is read by no engine any more: convert the model anew";
    return {};
}

std::optional<Dtype> dtype_of(StoredType t) {
    switch (t) {
        case StoredType::f32:
            return Dtype::fp32;
        case StoredType::f16:
            return Dtype::fp16;
        case StoredType::bf16:
            return Dtype::bf16;
        case StoredType::f8:
            return Dtype::fp8;
        case StoredType::i8:
            return Dtype::int8;
        default:
            return std::nullopt;
    }
}

// The fields of an object with one more.
std::string with_field(std::string_view json, std::string_view name, std::string_view value) {
    JsonText text;
    text.parse(json, kText);
    JsonWriter w;
    w.begin_object();
    for (JsonValue v = text.root().first(); v; v = v.next())
        if (v.key() != name) w.key(v.key()).json(json_text(v));
    return w.key(name).json(value).end_object().text();
}

}  // namespace

void CheckpointFiles::refuse(std::string sentence) {
    kind_ = Kind::none;
    if (!error_.empty()) return;
    error_ = std::move(sentence);
    faulty_ = shown_name(base_name(name_), 80);
}

void CheckpointFiles::open(std::string_view name, uint64_t bytes) {
    if (wants()) refuse("The file ends before what it announces.");
    name_ = name;
    bytes_ = bytes;
    taken_ = 0;
    head_.clear();
    text_.clear();
    ++opened_;
    const std::string_view base = base_name(name);
    if (std::find(kIgnored.begin(), kIgnored.end(), base) != kIgnored.end()) {
        ignored_.emplace_back(base);
        kind_ = Kind::none;
    } else if (bytes == 0) {
        refuse("The file is empty.");
    } else {
        kind_ = Kind::unknown;
    }
}

void CheckpointFiles::recognise() {
    constexpr size_t kEnough = 9;
    if (head_.size() < kEnough && taken_ < bytes_) return;
    if (const std::string_view why = foreign(head_, name_); !why.empty()) return refuse("It " + std::string(why) + ".");
    const bool counted = head_.size() >= kEnough && head_[8] == '{' && head_[7] == 0 && head_[6] == 0;
    if (head_.starts_with("GGUF")) {
        gguf_ = std::make_unique<GgufReader>(bytes_);
        kind_ = Kind::gguf;
    } else if (counted || name_.ends_with(".safetensors")) {
        tensors_ = std::make_unique<SafetensorsReader>(bytes_);
        kind_ = Kind::safetensors;
    } else if (name_.ends_with(".gguf")) {
        return refuse("This is not a GGUF file.");
    } else if (name_.ends_with(".index.json")) {
        index_ = std::make_unique<SafetensorsIndexReader>();
        kind_ = Kind::index;
    } else if (bytes_ > kLongestText) {
        return refuse("It is larger than 16 MiB; a config.json has a few kilobytes.");
    } else {
        kind_ = Kind::text;
    }
    const std::string first = std::move(head_);
    head_.clear();
    pass(first);
}

void CheckpointFiles::pass(std::string_view bytes) {
    switch (kind_) {
        case Kind::text:
            text_.append(bytes);
            if (taken_ >= bytes_) close();
            return;
        case Kind::index:
            index_->take(bytes);
            if (index_->failed() || taken_ >= bytes_) close();
            return;
        case Kind::gguf:
            gguf_->take(bytes);
            if (gguf_->done()) close();
            return;
        case Kind::safetensors:
            tensors_->take(bytes);
            count_tensors();
            if (tensors_ && tensors_->done()) close();
            return;
        default:
            return;
    }
}

void CheckpointFiles::take(std::string_view next_bytes) {
    if (!wants()) return;
    taken_ += next_bytes.size();
    if (kind_ != Kind::unknown) return pass(next_bytes);
    head_.append(next_bytes);
    recognise();
}

void CheckpointFiles::close() {
    const Kind kind = kind_;
    kind_ = Kind::none;
    switch (kind) {
        case Kind::text:
            return sort_text(std::move(text_));
        case Kind::index:
            index_->end();
            if (index_->failed()) return refuse(index_->error());
            map_ = std::move(index_);
            return;
        case Kind::gguf:
            if (gguf_->failed()) return refuse(gguf_->error());
            if (ggufs_.size() == kMostParts) return refuse("There are more than 4,096 files.");
            ggufs_.push_back({std::string(base_name(name_)), std::move(gguf_->header())});
            gguf_.reset();
            return;
        case Kind::safetensors:
            if (tensors_->failed()) return refuse(tensors_->error());
            tensors_.reset();
            return;
        default:
            return;
    }
}

// The tensors that came with the last piece.
void CheckpointFiles::count_tensors() {
    const std::string part(base_name(name_));
    const auto split = split_name(part);
    TensorSet& set = sets_[split ? std::string(split->stem) : part];
    for (const StoredTensor& t : tensors_->tensors()) {
        if (t.name.find("lora_") != std::string::npos) {
            tensors_.reset();
            return refuse("It is an adapter (LoRA) and no model; open the model's own files.");
        }
        const auto bytes = static_cast<double>(t.bytes());
        set.tally.add(places_.of(t.name, t.dims), bytes, dtype_of(t.type));
        set.bytes += bytes;
        set.names.push_back(hash_of(t.name));
    }
    if (!tensors_->done() || tensors_->failed()) return;
    if (set.parts.size() == kMostParts) return refuse("There are more than 4,096 files.");
    set.parts.push_back(part);
}

void CheckpointFiles::sort_text(std::string text) {
    JsonText parsed;
    // what cannot be read is said by the importer, which knows what it wanted
    if (!parsed.parse(text, kText).empty()) return configs_.push_back(std::move(text));
    const JsonValue root = parsed.root();
    const auto has = [&](std::string_view key) { return static_cast<bool>(root[key]); };
    if (has("weight_map")) {
        auto map = std::make_unique<SafetensorsIndexReader>();
        map->take(text);
        map->end();
        if (map->failed()) return refuse(map->error());
        map_ = std::move(map);
    } else if (has("dim") && has("n_layers") && !has("hidden_size")) {  // Mistral's own form of the same
        params_.push_back(std::move(text));
    } else if ((has("bandwidth") || has("bandwidth_gbs") || has("memory_gib")) && !has("model_type")) {
        devices_.push_back(std::move(text));
    } else if (!has("model_type") && !has("architectures") &&
               (has("quant_method") || has("quantization") || has("bits") || has("w_bit"))) {
        quantisations_.push_back(std::move(text));
    } else if (has("model_type") || has("architectures") || has("layers") || base_name(name_) == "config.json") {
        configs_.push_back(std::move(text));
    } else {
        unlikely_.push_back(std::move(text));
    }
}

// "" if every file of a split checkpoint is there.
std::string CheckpointFiles::missing_parts(const TensorSet& set) const {
    const std::set<std::string_view> have(set.parts.begin(), set.parts.end());
    std::vector<std::string> missing;
    if (map_) {
        for (const std::string& file : map_->files())
            if (!have.contains(file)) missing.push_back(shown_name(file, 80));
    } else if (const auto split = split_name(set.parts.front())) {
        if (split->count > static_cast<int>(kMostParts)) return "A checkpoint of more than 4,096 files is not read.";
        std::set<int> numbers;
        for (const std::string& part : set.parts) numbers.insert(split_name(part)->number);
        for (int i = 1; i <= split->count; ++i)
            if (!numbers.contains(i))
                missing.push_back("part " + std::to_string(i) + " of " + std::to_string(split->count));
    }
    return missing.empty() ? std::string() : "The checkpoint is not whole, missing: " + listed_names(missing) + ".";
}

// "" if the tensors given are those of one whole checkpoint.
std::string CheckpointFiles::check_tensors() {
    // Mistral's repositories hold the same weights once more, for its own code.
    if (sets_.size() > 1) std::erase_if(sets_, [](const auto& set) { return set.first.starts_with("consolidated"); });
    if (sets_.size() > 1)
        return "These .safetensors files are of more than one checkpoint: open those of one, with its config.json.";
    if (sets_.empty()) return {};
    TensorSet& set = sets_.begin()->second;
    std::sort(set.names.begin(), set.names.end());
    if (std::adjacent_find(set.names.begin(), set.names.end()) != set.names.end())
        return "A tensor occurs in more than one of these files: open the files of one checkpoint.";
    return missing_parts(set);
}

std::string CheckpointFiles::without_config() const {
    const double bytes = !sets_.empty() ? sets_.begin()->second.bytes : map_ ? map_->total_bytes() : 0;
    const std::string held = bytes > 0 ? " describe " + format_bytes({bytes}).text() + " of tensors, but" : "";
    return "The files" + held + " do not say what the model looks like: open its config.json together with them.";
}

// The config with the formats and bytes of its tensors.
std::string CheckpointFiles::with_tensors(std::string config, std::vector<std::string>& notes) const {
    for (const std::string& q : quantisations_) config = with_quantization(config, q);
    if (sets_.empty() && !map_) return config;
    const ConfigImport import = import_config(config);
    if (!import.ok) return config;
    if (sets_.empty()) {
        if (map_->total_bytes() > 0)
            notes.push_back("Its files hold " + format_bytes({map_->total_bytes()}).text() +
                            " of tensors (model.safetensors.index.json). Open them too, and the weights are counted "
                            "tensor by tensor.");
        return config;
    }
    const TensorSet& set = sets_.begin()->second;
    const int64_t layers = import.model.layer_count();
    notes.push_back("The weights are the " + format_bytes({set.bytes}).text() + " of tensors in its files.");
    if (const double beside = set.tally.measured(layers).beside; beside > 0)
        notes.push_back(format_bytes({beside}).text() +
                        " of them are held but not read for each token: towers for images or sound, and layers for "
                        "multi-token prediction.");
    return with_field(config, kMeasuredField, measured_text(set.tally, layers, {}, import.model.releases.empty()));
}

OpenedFiles CheckpointFiles::finish() {
    OpenedFiles out;
    if (wants()) refuse("The file ends before what it announces.");
    if (!error_.empty()) return out.fail((opened_ > 1 ? faulty_ + ": " : "") + error_), out;
    if (std::string bad = check_tensors(); !bad.empty()) return out.fail(std::move(bad)), out;
    if (configs_.empty()) configs_ = std::move(params_);
    if (configs_.empty() && devices_.empty() && ggufs_.empty()) configs_ = std::move(unlikely_);
    const bool tensors = !sets_.empty() || map_ || !quantisations_.empty();
    if (tensors && configs_.size() > 1)
        return out.fail("More than one config.json was given with these files: open the files of one model together."),
               out;
    if (tensors && configs_.empty()) return out.fail(without_config()), out;
    for (std::string& device : devices_) out.texts.push_back({std::move(device), {}});
    for (std::string& config : configs_) {
        OpenedText one;
        one.text = with_tensors(std::move(config), one.notes);
        out.texts.push_back(std::move(one));
    }
    if (!ggufs_.empty()) open_gguf_files(std::move(ggufs_), out);
    if (out.error.empty() && out.texts.empty())
        out.fail(ignored_.empty()
                     ? "There is nothing to open."
                     : ignored_.front() + " does not say what the model looks like: open its config.json.");
    return out;
}

}  // namespace kvx::core
