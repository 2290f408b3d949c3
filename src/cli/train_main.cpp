// `make train`: trains the learn page's model from nothing and writes its weights and report.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "app/learn/learn_model.h"

namespace {

constexpr int kReportLines = 100;  // of each skill, for what the page shows

bool write(const std::string& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file.good();
}

}  // namespace

int main(int argc, char** argv) {
    using namespace kvx;
    if (argc < 2) {
        std::fprintf(stderr, "usage: kvx-train FOLDER [STEPS]\n");
        return 2;
    }
    lm::TrainConfig config;
    if (argc > 2) config.steps = std::max(1, std::atoi(argv[2]));
    app::TrainingSession session(config);
    while (!session.done()) {
        session.step();
        const app::LearnReport& r = session.report();
        if (r.step % 100 != 0 && !session.done()) continue;
        const auto& skills = r.skills.back().second;
        std::printf("  step %4d of %d  loss %.3f  copy %.2f  brackets %.2f  agreement %.2f  recall %.2f\n", r.step,
                    config.steps, static_cast<double>(r.loss.back().second), static_cast<double>(skills[0]),
                    static_cast<double>(skills[1]), static_cast<double>(skills[2]), static_cast<double>(skills[3]));
        std::fflush(stdout);
    }
    // What is shipped is measured: the weights as the file keeps them.
    const std::string packed = lm::pack(session.weights());
    lm::Weights shipped;
    const std::string error = lm::unpack(packed, shipped);
    if (!error.empty()) {
        std::fprintf(stderr, "%s\n", error.c_str());
        return 1;
    }
    app::LearnReport report = session.report();
    report.heads = lm::measure_heads(shipped, kReportLines, 1);
    report.policies = app::measure_policies(shipped, kReportLines);
    for (size_t h = 0; h < report.heads.size(); ++h) {
        const int role = report.heads[h].role();
        std::printf("  layer %zu head %zu: %s %.2f\n", h / 4 + 1, h % 4 + 1,
                    role < 0 ? "mixed" : lm::name_of(static_cast<lm::Role>(role)),
                    static_cast<double>(report.heads[h].strongest()));
    }
    const std::string folder = std::string(argv[1]) + "/";
    if (!write(folder + "model.bin", packed) || !write(folder + "report.json", app::to_json(report) + "\n")) {
        std::fprintf(stderr, "The files could not be written to %s\n", argv[1]);
        return 1;
    }
    std::printf("  %s: model.bin (%zu bytes), report.json\n", argv[1], packed.size());
    return 0;
}
