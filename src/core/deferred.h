// Entries to code that the first page does not need. In the browser it is a second module, loaded with the page that
// needs it (tools/split-wasm.mjs): what is inlined into its callers could not be cut out.
#pragma once

#define KVX_DEFERRED [[gnu::noinline]]
