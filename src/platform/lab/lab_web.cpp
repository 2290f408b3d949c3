// The functions web/lab.js calls in its worker.
#include <emscripten.h>

#include <string>

#include "app/learn/lab.h"

namespace {

kvx::app::Lab& lab() {
    static auto* const running = new kvx::app::Lab([] { return emscripten_get_now() / 1000; });
    return *running;
}
std::string kept, weights;

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE void lab_request(const char* text) {
    lab().request(text);
}
EMSCRIPTEN_KEEPALIVE const char* lab_work() {
    kept = lab().work();
    return kept.c_str();
}
EMSCRIPTEN_KEEPALIVE int lab_busy() {
    return lab().busy() ? 1 : 0;
}
EMSCRIPTEN_KEEPALIVE const char* lab_weights() {
    weights = lab().take_weights();
    return weights.data();
}
EMSCRIPTEN_KEEPALIVE int lab_weights_size() {
    return static_cast<int>(weights.size());
}

}  // extern "C"
