#include "app/inference/device_words.h"

#include "core/support.h"

namespace kvx::app {
namespace {

std::string words(const char* id) {
    const core::Device* d = test::catalog().device(id);
    return d ? memory_words(*d) : std::string();
}

TEST(DeviceWords, SayWhereTheMemoryLies) {
    EXPECT_EQ(words("h100-sxm-80gb"), "80 GB HBM3 in 5 stacks");
    EXPECT_EQ(words("rtx-4090-24gb"), "24 GB GDDR6X, 12 chips around the die. No HBM");
    EXPECT_EQ(words("dgx-spark-gb10"), "128 GB LPDDR5X shared by processor and graphics");
    EXPECT_EQ(words("wse-3"), "900,000 cores with 48 KiB each on one wafer. No HBM");
    EXPECT_EQ(words("groq-lpu-v1"), "230 MB SRAM on the die. No HBM");
}

}  // namespace
}  // namespace kvx::app
