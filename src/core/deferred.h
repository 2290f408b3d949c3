// Calls of code that the page loads later, as a module of its own (tools/split-wasm.mjs).
#pragma once

namespace kvx::core {

// The function itself, as a pointer that the optimiser cannot see through: nothing of it is inlined into the caller, so
// that all of it can be moved into its module. Where there are no modules this is a plain call.
template <class R, class... A>
auto deferred(R (*f)(A...)) -> R (*)(A...) {
    asm("" : "+r"(f));
    return f;
}

}  // namespace kvx::core
