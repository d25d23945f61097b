"""A circuit becomes native code: graph passes, kernels, memory, LLVM."""
