#include "core/catalog/checkpoint/gguf_header.h"

#include <algorithm>
#include <bit>

#include "core/catalog/checkpoint/byte_cursor.h"
#include "core/catalog/checkpoint/ggml_types.h"
#include "core/catalog/checkpoint/names.h"

namespace kvx::core {

static_assert(std::endian::native == std::endian::little, "ByteCursor copies little-endian words");

namespace {

constexpr uint64_t kLongestHeader = 100ULL << 20, kMostFields = 65536, kMostTensors = 131072;
constexpr uint64_t kLongestName = 256, kLongestText = 1024, kLongestKey = 65535, kLongestList = 4096;

enum ValueType : uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, text, array, u64, i64, f64 };

size_t width_of(uint32_t type) {
    switch (type) {
        case u8:
        case i8:
        case boolean:
            return 1;
        case u16:
        case i16:
            return 2;
        case u32:
        case i32:
        case f32:
            return 4;
        case u64:
        case i64:
        case f64:
            return 8;
        default:
            return 0;
    }
}

template <class T>
bool as(ByteCursor& c, double& out) {
    T value{};
    if (!c.number(value)) return false;
    out = static_cast<double>(value);
    return true;
}

bool read_number(ByteCursor& c, uint32_t type, double& out) {
    switch (type) {
        case u8:
        case boolean:
            return as<uint8_t>(c, out);
        case i8:
            return as<int8_t>(c, out);
        case u16:
            return as<uint16_t>(c, out);
        case i16:
            return as<int16_t>(c, out);
        case u32:
            return as<uint32_t>(c, out);
        case i32:
            return as<int32_t>(c, out);
        case f32:
            return as<float>(c, out);
        case u64:
            return as<uint64_t>(c, out);
        case i64:
            return as<int64_t>(c, out);
        default:
            return as<double>(c, out);
    }
}

// a × b, or 0 if that is beyond 2^62
uint64_t times(uint64_t a, uint64_t b) {
    return b != 0 && a > (1ULL << 62) / b ? 0 : a * b;
}

}  // namespace

const GgufValue* GgufHeader::find(std::string_view key) const {
    for (const auto& [name, value] : metadata)
        if (name == key) return &value;
    return nullptr;
}

void GgufReader::fail(std::string sentence) {
    if (error_.empty()) error_ = std::move(sentence);
}

void GgufReader::take(std::string_view next_bytes) {
    if (done()) return;
    pending_.append(next_bytes);
    ByteCursor c(pending_);
    while (!done()) {
        const uint64_t passed = std::min<uint64_t>(skip_, c.left());
        c.pass(static_cast<size_t>(passed));
        skip_ -= passed;
        const size_t before = c.used();
        if (skip_ > 0) break;
        if (!advance(c)) {
            c.back_to(before);
            break;
        }
    }
    used_ += c.used();
    pending_.erase(0, c.used());
    if (done()) return;
    if (used_ + pending_.size() + skip_ > kLongestHeader)
        fail("The header of this GGUF file is longer than 100 MiB.");
    else if (used_ + pending_.size() >= file_bytes_ || skip_ > file_bytes_)
        fail("This GGUF file ends inside its header: it is damaged or not wholly downloaded.");
}

bool GgufReader::advance(ByteCursor& c) {
    switch (step_) {
        case Step::start:
            return read_start(c);
        case Step::field:
            return read_field(c);
        case Step::items:
            return read_items(c);
        case Step::tensor:
            return read_tensor(c);
        case Step::done:
            break;
    }
    return false;
}

bool GgufReader::read_start(ByteCursor& c) {
    std::string_view magic;
    uint32_t version = 0;
    if (!c.text(4, magic) || !c.number(version)) return false;
    if (magic != "GGUF") return fail("This is not a GGUF file."), false;
    if (version == 1)
        return fail("This GGUF file has version 1, which is read by no engine any more: convert the model anew."),
               false;
    if (version > 0xFFFF && (version & 0xFFFF) == 0)
        return fail("This GGUF file is big-endian: gguf_convert_endian.py of llama.cpp turns it round."), false;
    if (version != 2 && version != 3)
        return fail("GGUF version " + std::to_string(version) + " is not known here; versions 2 and 3 are."), false;
    if (!c.number(tensors_left_) || !c.number(fields_left_)) return false;
    if (tensors_left_ > kMostTensors)
        return fail("This GGUF file says it has more than 131,072 tensors: it is damaged."), false;
    if (fields_left_ > kMostFields)
        return fail("This GGUF file says it has more than 65,536 fields: it is damaged."), false;
    header_.version = version;
    next_field();
    return true;
}

void GgufReader::next_field() {
    step_ = fields_left_ > 0 ? Step::field : Step::tensor;
    if (step_ == Step::tensor && tensors_left_ == 0) finish();
}

void GgufReader::keep(std::string&& key, GgufValue&& v) {
    --fields_left_;
    const bool word = key.starts_with("tokenizer.") && key != "tokenizer.ggml.tokens";
    if (key == "general.alignment" && v.kind == GgufValue::Kind::number) {
        const double n = v.number;
        if (n < 1 || n > 65536 || !std::has_single_bit(static_cast<uint64_t>(n)))
            fail("The alignment in this GGUF file is no power of two.");
        else
            alignment_ = static_cast<uint64_t>(n);
    }
    if (!word && key.size() <= kLongestName) header_.metadata.emplace_back(std::move(key), std::move(v));
    if (step_ != Step::items) next_field();
}

bool GgufReader::read_scalar(ByteCursor& c, uint32_t type, GgufValue& v) {
    if (type != text) return read_number(c, type, v.number);
    uint64_t length = 0;
    if (!c.number(length)) return false;
    v.kind = GgufValue::Kind::text;
    if (length > kLongestText) return skip_ = length, true;
    std::string_view words;
    if (!c.text(length, words)) return false;
    v.text = words;
    return true;
}

bool GgufReader::read_field(ByteCursor& c) {
    uint64_t length = 0;
    uint32_t type = 0;
    std::string_view key;
    if (!c.number(length)) return false;
    if (length > kLongestKey) return fail("A field's name in this GGUF file is longer than 65,535 bytes."), false;
    if (!c.text(length, key) || !c.number(type)) return false;
    std::string name(key);
    if (type == array) return read_array(c, std::move(name));
    if (type > f64)
        return fail("The field " + shown_name(name, 60) + " of this GGUF file has a type that is not known here."),
               false;
    GgufValue v;
    if (!read_scalar(c, type, v)) return false;
    keep(std::move(name), std::move(v));
    return true;
}

bool GgufReader::read_array(ByteCursor& c, std::string&& key) {
    uint32_t type = 0;
    GgufValue v;
    if (!c.number(type) || !c.number(v.count)) return false;
    if (type == array || type > f64)
        return fail("The list " + shown_name(key, 60) + " of this GGUF file holds what is not known here."), false;
    v.kind = GgufValue::Kind::long_list;
    if (type == text) {
        items_left_ = v.count;
        step_ = Step::items;
        if (items_left_ > kLongestHeader / 8)
            return fail("A list in this GGUF file is longer than its header may be."), false;
        keep(std::move(key), std::move(v));
        if (items_left_ == 0) next_field();
        return true;
    }
    if (v.count <= kLongestList) {
        v.kind = GgufValue::Kind::list;
        for (uint64_t i = 0; i < v.count; ++i) {
            double n = 0;
            if (!read_number(c, type, n)) return false;
            v.list.push_back(n);
        }
    } else {
        skip_ = times(v.count, width_of(type));
        if (skip_ == 0 || skip_ > kLongestHeader)
            return fail("A list in this GGUF file is longer than its header may be."), false;
    }
    keep(std::move(key), std::move(v));
    return true;
}

// Texts of a list, each passed over.
bool GgufReader::read_items(ByteCursor& c) {
    uint64_t length = 0;
    if (!c.number(length)) return false;
    if (length > kLongestHeader) return fail("A text in this GGUF file is longer than its header may be."), false;
    skip_ = length;
    if (--items_left_ == 0) next_field();
    return true;
}

bool GgufReader::read_tensor(ByteCursor& c) {
    uint64_t length = 0, offset = 0;
    uint32_t rank = 0;
    std::string_view name;
    if (!c.number(length)) return false;
    if (length > kLongestName) return fail("A tensor's name in this GGUF file is longer than 256 bytes."), false;
    if (!c.text(length, name) || !c.number(rank)) return false;
    GgufTensor t;
    t.name = name;
    const auto bad = [&](std::string_view why) {
        return fail("The tensor " + shown_name(t.name, 80) + " of this GGUF file " + std::string(why) + "."), false;
    };
    if (rank > 4) return bad("has more than four dimensions");
    t.rank = static_cast<uint8_t>(rank);
    uint64_t elements = 1;
    for (uint32_t i = 0; i < rank; ++i) {
        if (!c.number(t.dims[i])) return false;
        if (t.dims[i] == 0) return bad("is empty");
        elements = times(elements, t.dims[i]);
        if (elements == 0) return bad("is larger than any file");
    }
    if (!c.number(t.type) || !c.number(offset)) return false;
    const GgmlType* type = ggml_type(t.type);
    if (type == nullptr) return bad("has number format " + std::to_string(t.type) + ", which is not known here");
    const auto bytes = ggml_bytes(*type, t.dims[0], elements);
    if (!bytes) return bad("has rows that are no whole number of blocks of " + std::string(type->id));
    t.bytes = *bytes;
    // Tensors follow each other, each aligned, in the order of the list (ggml, gguf.cpp).
    if (offset != data_used_) return bad("begins where another one lies, or after a gap");
    if (t.bytes > file_bytes_ || data_used_ > file_bytes_)
        return bad("lies beyond the end of the file: it is not wholly downloaded");
    data_used_ += (t.bytes + alignment_ - 1) / alignment_ * alignment_;
    header_.tensors.push_back(std::move(t));
    if (--tensors_left_ == 0) {
        header_.data_begin = used_ + c.used();
        finish();
    }
    return true;
}

void GgufReader::finish() {
    step_ = Step::done;
    header_.data_begin = (header_.data_begin + alignment_ - 1) / alignment_ * alignment_;
    const auto& all = header_.tensors;
    // the padding after the last tensor may be missing
    const uint64_t last = all.empty() ? 0 : all.back().bytes;
    const uint64_t padded = (last + alignment_ - 1) / alignment_ * alignment_;
    if (!all.empty() && header_.data_begin + data_used_ - padded + last > file_bytes_)
        return fail("This GGUF file is not wholly downloaded: its tensors end after the file does.");
    std::vector<std::string_view> names;
    for (const GgufTensor& t : all) names.push_back(t.name);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) fail("The tensor " + shown_name(*twice, 80) + " occurs twice in this GGUF file.");
}

}  // namespace kvx::core
