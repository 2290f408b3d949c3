#include "core/catalog/checkpoint/safetensors_header.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/catalog/checkpoint/names.h"

namespace kvx::core {

namespace {

using Kind = JsonToken::Kind;
constexpr uint64_t kLongestHeader = 100ULL << 20;
constexpr size_t kMostTensors = 262144;

struct TypeRow {
    std::string_view id;
    StoredType type;
    unsigned bits;
};
// safetensors, tensor.rs: Dtype; the first row of a type names it.
constexpr std::array kTypes = {
    TypeRow{"F64", StoredType::f64, 64},       TypeRow{"F32", StoredType::f32, 32},
    TypeRow{"F16", StoredType::f16, 16},       TypeRow{"BF16", StoredType::bf16, 16},
    TypeRow{"F8_E4M3", StoredType::f8, 8},     TypeRow{"F8_E5M2", StoredType::f8, 8},
    TypeRow{"F8_E8M0", StoredType::f8, 8},     TypeRow{"F8_E4M3FNUZ", StoredType::f8, 8},
    TypeRow{"F8_E5M2FNUZ", StoredType::f8, 8}, TypeRow{"F6_E2M3", StoredType::f6, 6},
    TypeRow{"F6_E3M2", StoredType::f6, 6},     TypeRow{"F4", StoredType::f4, 4},
    TypeRow{"I64", StoredType::i64, 64},       TypeRow{"I32", StoredType::i32, 32},
    TypeRow{"I16", StoredType::i16, 16},       TypeRow{"I8", StoredType::i8, 8},
    TypeRow{"U64", StoredType::u64, 64},       TypeRow{"U32", StoredType::u32, 32},
    TypeRow{"U16", StoredType::u16, 16},       TypeRow{"U8", StoredType::u8, 8},
    TypeRow{"BOOL", StoredType::boolean, 8},   TypeRow{"C64", StoredType::c64, 64},
};

const TypeRow& row_of(StoredType t) {
    return *std::find_if(kTypes.begin(), kTypes.end(), [t](const TypeRow& r) { return r.type == t; });
}

// a × b, false if that needs more than 60 bits
bool multiply(uint64_t& a, uint64_t b) {
    if (b != 0 && a > (1ULL << 60) / b) return false;
    a *= b;
    return true;
}

}  // namespace

std::string_view stored_type_id(StoredType t) {
    return row_of(t).id;
}
unsigned stored_bits(StoredType t) {
    return row_of(t).bits;
}

void SafetensorsReader::fail(std::string sentence) {
    if (error_.empty()) error_ = std::move(sentence);
}
void SafetensorsReader::fail_tensor(std::string_view why) {
    fail("The tensor " + shown_name(now_.name, 80) + " of this .safetensors file " + std::string(why) + ".");
}

void SafetensorsReader::read_length(std::string_view& bytes) {
    while (length_bytes_ < 8 && !bytes.empty()) {
        length_ |= static_cast<uint64_t>(static_cast<unsigned char>(bytes.front())) << (8 * length_bytes_++);
        bytes.remove_prefix(1);
    }
    if (length_bytes_ < 8) return;
    if (length_ > kLongestHeader)
        return fail("The header of this .safetensors file is longer than 100 MiB, or it is none.");
    if (length_ > file_bytes_ - std::min<uint64_t>(file_bytes_, 8))
        fail("This .safetensors file ends inside its header: it is damaged or not wholly downloaded.");
}

void SafetensorsReader::take(std::string_view next_bytes) {
    tensors_.clear();
    read_length(next_bytes);
    if (done() || length_bytes_ < 8) return;
    next_bytes = next_bytes.substr(0, static_cast<size_t>(std::min<uint64_t>(next_bytes.size(), length_ - taken_)));
    taken_ += next_bytes.size();
    json_.feed(next_bytes);
    JsonToken t;
    while (!failed() && json_.next(t)) read_token(t);
    if (json_.failed()) return fail("The header of this .safetensors file cannot be read: " + json_.error() + ".");
    if (failed() || taken_ < length_) return;
    if (!json_.ended()) return fail("The header of this .safetensors file ends too early.");
    finish();
}

void SafetensorsReader::read_token(const JsonToken& t) {
    switch (in_) {
        case In::top:
            if (t.kind == Kind::key) {
                field_ = t.text;
                now_ = {};
                now_.name = t.text;
                typed_ = shaped_ = false;
                offset_count_ = 0;
            } else if (t.kind == Kind::begin_object && json_.depth() == 2) {
                in_ = field_ == "__metadata__" ? In::metadata : In::tensor;
            } else if (!(t.kind == Kind::begin_object && json_.depth() == 1) && t.kind != Kind::end_object) {
                fail("The header of this .safetensors file is no list of tensors.");
            }
            return;
        case In::metadata:
            if (t.kind == Kind::end_object && json_.depth() == 1) in_ = In::top;
            return;
        case In::tensor:
            return read_field(t);
        case In::shape:
        case In::offsets:
            return add_number(t);
    }
}

void SafetensorsReader::read_field(const JsonToken& t) {
    if (t.kind == Kind::key) {
        field_ = t.text;
    } else if (t.kind == Kind::end_object) {
        finish_tensor();
        in_ = In::top;
    } else if (t.kind == Kind::text && field_ == "dtype") {
        const auto row = std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeRow& r) { return r.id == t.text; });
        if (row == kTypes.end())
            return fail_tensor("has number format " + shown_name(t.text, 20) + ", which is not known here");
        now_.type = row->type;
        typed_ = true;
    } else if (t.kind == Kind::begin_array && field_ == "shape" && !shaped_) {
        in_ = In::shape;
        shaped_ = true;
    } else if (t.kind == Kind::begin_array && field_ == "data_offsets" && offset_count_ == 0) {
        in_ = In::offsets;
    } else {
        fail_tensor("has a field that is not known here");
    }
}

void SafetensorsReader::add_number(const JsonToken& t) {
    if (t.kind == Kind::end_array) {
        in_ = In::tensor;
        return;
    }
    uint64_t n = 0;
    const char* end = t.text.data() + t.text.size();
    const auto read = std::from_chars(t.text.data(), end, n);
    if (t.kind != Kind::number || read.ec != std::errc() || read.ptr != end)
        return fail_tensor("has a size that is no whole number");
    const size_t most = in_ == In::shape ? now_.shape.size() : offsets_.size();
    uint8_t& count = in_ == In::shape ? now_.dims : offset_count_;
    if (count == most) return fail_tensor("has too many dimensions or offsets");
    (in_ == In::shape ? now_.shape[count] : offsets_[count]) = n;
    ++count;
}

void SafetensorsReader::finish_tensor() {
    if (!typed_ || !shaped_ || offset_count_ != 2) return fail_tensor("lacks its dtype, shape or data_offsets");
    now_.begin = offsets_[0];
    now_.end = offsets_[1];
    uint64_t bits = row_of(now_.type).bits;
    for (uint8_t i = 0; i < now_.dims; ++i)
        if (!multiply(bits, now_.shape[i])) return fail_tensor("is larger than any file");
    if (now_.end < now_.begin || bits % 8 != 0 || now_.end - now_.begin != bits / 8)
        return fail_tensor("does not fill the bytes that it claims");
    if (names_.size() == kMostTensors) return fail("This .safetensors file has more than 262,144 tensors.");
    names_.push_back(hash_of(now_.name));
    places_.push_back({now_.begin, now_.end});
    tensors_.push_back(std::move(now_));
}

// Tensors fill the data without gaps and without overlap (safetensors, tensor.rs: Metadata::validate).
void SafetensorsReader::finish() {
    done_ = true;
    // most files list them in their order
    if (!std::is_sorted(places_.begin(), places_.end())) std::sort(places_.begin(), places_.end());
    uint64_t end = 0;
    for (const Place& p : places_) {
        if (p.begin != end)
            return fail("In this .safetensors file a tensor begins where another one lies, or after a gap.");
        end = p.end;
    }
    const uint64_t data = file_bytes_ - 8 - length_;
    if (end > data)
        return fail("This .safetensors file is not wholly downloaded: its tensors end after the file does.");
    if (end < data) return fail("This .safetensors file has bytes that belong to no tensor: it is damaged.");
    std::sort(names_.begin(), names_.end());
    if (std::adjacent_find(names_.begin(), names_.end()) != names_.end())
        fail("A tensor occurs twice in this .safetensors file.");
}

}  // namespace kvx::core
