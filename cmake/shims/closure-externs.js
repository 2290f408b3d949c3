/**
 * @fileoverview Names shared by the C++ side and the page: Closure Compiler must not shorten them.
 * @externs
 */
/** @const */ var kvxHost = {};
kvxHost.host;
kvxHost.semantics;
kvxHost.wake;
kvxHost.url;
kvxHost.save;
kvxHost.copy;
kvxHost.share;
kvxHost.say;
kvxHost.theme;
kvxHost.fail;
