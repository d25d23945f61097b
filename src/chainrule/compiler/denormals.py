"""Lets the processor take denormal numbers as 0 for a while, and restores the caller's way."""

from collections.abc import Iterator
from contextlib import contextmanager

from chainrule.compiler.code import Function
from chainrule.compiler.llvm import Host
from chainrule.compiler.values import constant

SSE = 0x8040  # denormal results become 0 (bit 15), and so do denormal operands (bit 6)
ARM = 1 << 24


@contextmanager
def flushing(f: Function, host: Host) -> Iterator[None]:
    """Flush denormal numbers in the code that the block writes; elsewhere than here, as before."""
    if host.triple.startswith(("x86_64", "i686")):
        before = f.put("ptr", "alloca i32, align 4")
        during = f.put("ptr", "alloca i32, align 4")
        f.call_void("llvm.x86.sse.stmxcsr", before)
        state = f.load("i32", before)
        f.store(f.bit_or(state, constant("i32", SSE)), during)
        f.call_void("llvm.x86.sse.ldmxcsr", during)
        yield
        f.call_void("llvm.x86.sse.ldmxcsr", before)
    elif host.triple.startswith(("aarch64", "arm64")):
        old = f.call("i64", "llvm.aarch64.get.fpcr")
        f.call_void("llvm.aarch64.set.fpcr", f.bit_or(old, constant("i64", ARM)))
        yield
        f.call_void("llvm.aarch64.set.fpcr", old)
    else:
        yield
