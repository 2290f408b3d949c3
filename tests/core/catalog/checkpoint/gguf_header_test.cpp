// Headers of GGUF files: what is read, in pieces of any size, and what is refused.
#include <gtest/gtest.h>

#include "checkpoint_writer.h"
#include "core/catalog/checkpoint/gguf_header.h"
#include "core/catalog/dtype.h"

namespace kvx::core {
namespace {

test::GgufWriter small() {
    test::GgufWriter w;
    w.text("general.architecture", "llama").number("llama.block_count", 1).words("tokenizer.ggml.tokens", 300);
    w.list("llama.attention.head_count_kv", {8, 0, 4}).text("tokenizer.chat_template", std::string(5000, 'x'));
    w.tensor("token_embd.weight", {256, 300}, 12).tensor("output_norm.weight", {256}, 0);
    return w;
}

GgufReader read(std::string_view header, uint64_t bytes, size_t piece) {
    GgufReader r(bytes);
    for (size_t i = 0; i < header.size() && !r.done(); i += piece) r.take(header.substr(i, piece));
    return r;
}

TEST(GgufHeader, IsTheSameInPiecesOfAnySize) {
    const test::GgufWriter w = small();
    const std::string header = w.header();
    for (const size_t piece : {size_t{1}, size_t{7}, size_t{64}, header.size()}) {
        GgufReader r = read(header, w.file_bytes(), piece);
        ASSERT_TRUE(r.done());
        ASSERT_EQ(r.error(), "");
        const GgufHeader& h = r.header();
        EXPECT_EQ(h.version, 3U);
        EXPECT_EQ(h.find("tokenizer.ggml.tokens")->count, 300U);
        EXPECT_EQ(h.find("tokenizer.chat_template"), nullptr);
        EXPECT_EQ(h.find("llama.attention.head_count_kv")->list, (std::vector<double>{8, 0, 4}));
        ASSERT_EQ(h.tensors.size(), 2U);
        EXPECT_EQ(h.tensors[0].bytes, 300U * 144);
        EXPECT_EQ(h.tensors[1].bytes, 1024U);
        EXPECT_EQ(h.data_begin, (header.size() + 31) / 32 * 32);
    }
}

TEST(GgufHeader, CutAtEveryByteIsSaid) {
    const test::GgufWriter w = small();
    const std::string header = w.header();
    for (size_t n = 0; n < header.size(); ++n) {
        GgufReader open = read(std::string_view(header).substr(0, n), w.file_bytes(), 512);
        EXPECT_FALSE(open.done()) << n;  // more bytes may follow
        if (n == 0) continue;
        GgufReader r = read(std::string_view(header).substr(0, n), n, 512);
        EXPECT_TRUE(r.failed()) << n;
    }
    GgufReader r = read(header, w.file_bytes() - 2000, header.size());
    EXPECT_NE(r.error().find("not wholly downloaded"), std::string::npos) << r.error();
}

std::string error_of(const std::string& header, uint64_t bytes = 1ULL << 40) {
    return read(header, bytes, 1000).error();
}

TEST(GgufHeader, HostileCountsAndSizesAreRefused) {
    std::string many = "GGUF";
    test::put<uint32_t>(many, 3);
    std::string fields = many;
    test::put<uint64_t>(many, 1ULL << 63);
    test::put<uint64_t>(many, 0);
    EXPECT_NE(error_of(many).find("more than 131,072 tensors"), std::string::npos);
    test::put<uint64_t>(fields, 0);
    test::put<uint64_t>(fields, UINT64_MAX);
    EXPECT_NE(error_of(fields).find("more than 65,536 fields"), std::string::npos);

    const auto with_tensor = [](const std::vector<uint64_t>& dims, uint32_t type, uint64_t offset) {
        std::string out = "GGUF";
        test::put<uint32_t>(out, 3);
        test::put<uint64_t>(out, 1);
        test::put<uint64_t>(out, 0);
        test::put_text(out, "t");
        test::put<uint32_t>(out, static_cast<uint32_t>(dims.size()));
        for (const uint64_t d : dims) test::put(out, d);
        test::put(out, type);
        test::put(out, offset);
        return out;
    };
    EXPECT_NE(error_of(with_tensor({1ULL << 62, 1ULL << 62}, 0, 0)).find("larger than any file"), std::string::npos);
    EXPECT_NE(error_of(with_tensor({1ULL << 61}, 0, 0)).find("beyond the end"), std::string::npos);
    EXPECT_NE(error_of(with_tensor({256}, 12, 64)).find("after a gap"), std::string::npos);
    EXPECT_NE(error_of(with_tensor({255}, 12, 0)).find("blocks of q4_k"), std::string::npos);
    EXPECT_NE(error_of(with_tensor({256}, 4, 0)).find("number format 4"), std::string::npos);
    EXPECT_NE(error_of(with_tensor({0}, 0, 0)).find("empty"), std::string::npos);
    EXPECT_NE(error_of(with_tensor({1, 1, 1, 1, 1}, 0, 0)).find("four dimensions"), std::string::npos);
}

TEST(GgufHeader, TextsAndListsOfAnySaidLengthTakeNoMemory) {
    for (const uint64_t length : {uint64_t{1} << 20, uint64_t{1} << 40, UINT64_MAX}) {
        std::string text = "GGUF";
        test::put<uint32_t>(text, 3);
        test::put<uint64_t>(text, 1);
        test::put<uint64_t>(text, 1);
        std::string list = text;
        test::put_text(text, "general.name");
        test::put<uint32_t>(text, 8);
        test::put<uint64_t>(text, length);
        test::put_text(list, "l");
        test::put<uint32_t>(list, 9);
        test::put<uint32_t>(list, 10);
        test::put<uint64_t>(list, length);
        GgufReader t = read(text, 1ULL << 41, 1000), l = read(list, 1ULL << 41, 1000);
        EXPECT_EQ(t.failed(), length > 1ULL << 20) << length;
        EXPECT_EQ(l.failed(), length > 1ULL << 20) << length;
    }
}

TEST(GgufHeader, OtherVersionsAndByteOrderAreNamed) {
    const std::string good = small().header();
    EXPECT_EQ(error_of(small().header(2)), "");
    EXPECT_NE(error_of(small().header(1)).find("version 1"), std::string::npos);
    EXPECT_NE(error_of(small().header(9)).find("version 9"), std::string::npos);
    EXPECT_NE(error_of(small().header(0x03000000)).find("big-endian"), std::string::npos);
}

TEST(GgufHeader, ATensorTwiceIsRefused) {
    test::GgufWriter w;
    w.tensor("a.weight", {32}, 0).tensor("a.weight", {32}, 0);
    EXPECT_NE(error_of(w.header()).find("occurs twice"), std::string::npos);
}

TEST(GgmlTypes, AgreeWithTheFormatsOfTheCatalogue) {
    int seen = 0;
    for (uint32_t n = 0; n < 64; ++n) {
        const GgmlType* t = ggml_type(n);
        Dtype d = Dtype::bf16;
        if (t == nullptr || !parse_dtype(t->id, d)) continue;
        EXPECT_DOUBLE_EQ(matrix_bytes(format_of(d), 512, 3), static_cast<double>(*ggml_bytes(*t, 512, 1536))) << t->id;
        ++seen;
    }
    EXPECT_GE(seen, 28);
}

}  // namespace
}  // namespace kvx::core
