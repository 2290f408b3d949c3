#include "app/training_runs.h"

#include <array>

#include "app/codec.h"
#include "app/params/params.h"

namespace kvx::app {
namespace {

// What a paper does not state keeps its default, and the name says so.
constexpr std::array kRuns = {
    TrainingRun{"gpt2-124m", "GPT-2 124M, llm.c", "gpt-2-124m", "a100-sxm-80gb",
                "devices=8&tp=1&zero=1&recipe=bf16-grad&micro=64&accum=1&seq=1024&train-tokens=10B", 0, 0, 0, 0,
                "90 minutes, $20", "karpathy/llm.c discussion 481"},
    TrainingRun{"gpt2-1558m", "GPT-2 1.5B, llm.c", "gpt-2-1.5b", "h100-sxm-80gb",
                "devices=8&tp=1&zero=1&recipe=bf16-grad&micro=16&accum=8&seq=1024&train-tokens=33.6B", 0, 0.473, 381300,
                2.75, "2.75 s per step, 47.3 % MFU, 24 hours, $672", "karpathy/llm.c discussion 677"},
    TrainingRun{"llama3-8b-8", "Llama 3 8B, torchtitan", "llama-3.1-8b", "h100-sxm-80gb",
                "devices=8&tp=1&zero=3&recipe=bf16&micro=2&accum=1&seq=8192&recompute=selective&train-tokens=15T", 0, 0,
                46096, 0, "5,762 tokens/s on each of 8, 82.4 GiB", "pytorch/torchtitan, docs/performance", 0,
                core::gib(82.4),
                "torchtitan recomputes single operations, which keeps less than recomputing attention alone, and its "
                "H100s had 96 GB"},
    TrainingRun{
        "llama3-70b-nv", "Llama 3 70B, 64 H100, FP8", "llama-3.1-70b", "h100-sxm-80gb",
        "devices=64&tp=4&pp=8&zero=1&recipe=fp8&micro=1&accum=64&seq=8192&pipeline=interleaved&vpp=5&train-tokens=15T",
        736e12, 0, 104896, 0, "1,639 tokens/s on each, 736 TFLOP/s", "NVIDIA, Megatron-Bridge performance summary"},
    TrainingRun{"llama3-405b-8k",
                "Llama 3 405B, an eighth",
                "llama-3.1-405b",
                "h100-sxm-80gb",
                "devices=1024&tp=8&pp=16&zero=1&recipe=bf16&micro=1&accum=32&seq=8192&pipeline=interleaved&vpp=4&train-"
                "tokens=15.6T",
                430e12,
                0.43,
                0,
                0,
                "430 TFLOP/s, 43 % on 8,192 (an eighth of the replicas here; virtual stages not published: 4)",
                "arXiv 2407.21783, table 4",
                0,
                {},
                "Meta trained without recomputation by freeing each tensor as soon as nothing needs it; the formula "
                "keeps a layer's tensors until its backward pass"},
    TrainingRun{"gpt3-175b", "GPT-3 175B, Megatron-LM", "gpt-3-175b", "a100-sxm-80gb",
                "devices=64&tp=8&pp=8&zero=0&recipe=fp16&micro=1&accum=64&seq=2048&recompute=selective&pipeline="
                "interleaved&vpp=3&train-tokens=300B",
                0, 0.514, 0, 13.75, "13.75 s per step, 51.4 % MFU", "arXiv 2205.05198, table 5"},
    TrainingRun{"mt-nlg-530b", "MT-NLG 530B, Megatron-LM", "mt-nlg-530b", "a100-sxm-80gb",
                "devices=280&tp=8&pp=35&zero=0&recipe=fp16&micro=1&accum=280&seq=2048&recompute=selective&pipeline="
                "interleaved&vpp=3&train-tokens=270B",
                0, 0.56, 0, 37.83, "37.83 s per step, 56.0 % MFU", "arXiv 2205.05198, table 5"},
    TrainingRun{
        "bloom-176b", "BLOOM 176B", "bloom-176b", "a100-sxm-80gb",
        "devices=384&tp=4&pp=12&zero=1&recipe=bf16&micro=2&accum=128&seq=2048&recompute=full&sp=0&train-tokens=366B",
        150e12, 0, 0, 105, "105 s per step, 150 TFLOP/s with recomputation", "arXiv 2211.05100"},
    TrainingRun{"deepseek-v3",
                "DeepSeek-V3, half its replicas",
                "deepseek-v3",
                "h100-sxm-80gb",
                "devices=1024&tp=1&pp=16&ep=64&zero=1&recipe=fp8-v3&recompute=selective&micro=1&accum=120&seq=4096&"
                "pipeline=dualpipe&train-tokens=14.8T",
                387e12,
                0,
                1580032,
                0,
                "1,543 tokens/s on each of 2,048 H800",
                "arXiv 2412.19437",
                0,
                {},
                "DeepSeek keeps activations in FP8 and recomputes the norms, the MLA up-projections and SwiGLU; the "
                "formula keeps them in 16 bits and recomputes attention alone"},
    TrainingRun{"olmo3-7b", "OLMo 3 7B", "olmo-3-7b", "h100-sxm-80gb",
                "devices=512&tp=1&zero=hybrid&recipe=bf16&micro=1&accum=1&seq=8192&train-tokens=5.93T", 0, 0, 0, 0,
                "234,000 H100 hours with restarts (number of devices not stated: 512 here)",
                "Olmo 3 report as summed up by engineered.at; allenai/OLMo-core pull request 270", 234000},
    TrainingRun{"llama2-7b-lora", "Llama 2 7B, QLoRA", "llama-2-7b", "rtx-4090-24gb",
                "devices=1&adapters=qlora&lora-rank=64&micro=1&accum=16&seq=2048&recompute=full&train-tokens=10M", 0, 0,
                0, 0, "fits a 24 GB card", "arXiv 2305.14314"},
};

// The parameters of a run, including model and device.
std::vector<Assignment> wishes_of(const TrainingRun& r) {
    std::vector<std::string> unknown;
    return read_query(
        "view=training&model=" + std::string(r.model) + "&device=" + std::string(r.device) + "&" + std::string(r.link),
        unknown);
}

}  // namespace

std::span<const TrainingRun> training_runs() {
    return kRuns;
}

const TrainingRun* find_run(std::string_view id) {
    for (const TrainingRun& r : kRuns)
        if (r.id == id) return &r;
    return nullptr;
}

std::string take_run(State& s, std::string_view id) {
    const TrainingRun* r = find_run(id);
    if (r == nullptr) return "This run is unknown.";
    s.in.training = {};
    s.in.tp = s.in.pp = s.in.ep = s.in.dcp = s.in.cp = std::nullopt;
    s.in.link = s.in.network = "auto";
    const std::vector<Refusal> refused = assign(s, wishes_of(*r));
    return refused.empty() ? std::string() : refused.front().reason;
}

std::string present_run(const State& s) {
    for (const TrainingRun& r : kRuns) {
        if (s.in.model != r.model || s.in.device != r.device) continue;
        State there;  // the run in the registry's terms; none of these needs the catalog
        there.in.model = s.in.model;
        there.in.device = s.in.device;
        bool same = true;
        for (const Assignment& a : wishes_of(r)) {
            if (a.param->id == "view" || a.param->id == "model" || a.param->id == "device") continue;
            same = same && a.param->set(there, a.value).empty() && a.param->get(there) == a.param->get(s);
        }
        if (same) return std::string(r.id);
    }
    return "none";
}

}  // namespace kvx::app
