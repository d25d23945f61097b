"""The only file that knows llvmlite: assembly text in, addresses of native functions out."""

import ctypes
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

try:
    import llvmlite
    import llvmlite.binding as llvm
except ImportError:  # no wheel for this platform: everything runs in the interpreter
    llvmlite = llvm = None

FEATURES_TO_LEAVE = ("amx", "apx")  # state that the system may not have enabled for us


@dataclass(frozen=True)
class Host:
    """The processor that code is made for.

    Attributes:
        triple, cpu, features: as LLVM names them; features are always said explicitly, because
            LLVM may take the processor for another model.
        vector_bytes: the width of a vector register: 64 (AVX-512), 32 (AVX2), 16 (SSE2, NEON).
        registers: how many vector registers there are.
    """

    triple: str
    cpu: str
    features: str
    vector_bytes: int
    registers: int

    def lanes(self, size: int) -> int:
        """Return how many entries of `size` bytes a vector holds."""
        return self.vector_bytes // size


def is_there() -> bool:
    """Return whether LLVM is installed."""
    return llvm is not None


@cache
def host() -> Host:
    """Return this machine's processor."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    found = llvm.get_host_cpu_features()
    kept = {n: on for n, on in found.items() if not n.startswith(FEATURES_TO_LEAVE)}
    features = ",".join(("+" if on else "-") + name for name, on in sorted(kept.items()))
    width, registers = vector_unit(kept)
    return Host(llvm.get_process_triple(), llvm.get_host_cpu_name(), features, width, registers)


def vector_unit(features: Mapping[str, bool]) -> tuple[int, int]:
    """Return the width in bytes and the number of the vector registers.

    >>> vector_unit({"avx2": True, "fma": True})
    (32, 16)
    """
    if features.get("avx512f") and features.get("avx512vl") and features.get("avx512dq"):
        return 64, 32
    if features.get("avx2") and features.get("fma"):
        return 32, 16
    return 16, 32 if platform.machine().lower() in ("arm64", "aarch64") else 16


@dataclass(frozen=True)
class Library:
    """Linked native code. It stays in memory as long as this object does."""

    engine: Any

    def address(self, name: str) -> int:
        """Return the address of a function that the module exports."""
        return int(self.engine.get_function_address(name))

    def function(self, name: str, *types: Any, returns: Any = None) -> Any:
        """Return the function for Python; the interpreter's lock is released while it runs."""
        return ctypes.CFUNCTYPE(returns, *types)(self.address(name))


def target_machine(on: Host) -> Any:
    """Return LLVM's code generator for the processor."""
    target = llvm.Target.from_triple(on.triple)
    return target.create_target_machine(
        cpu=on.cpu, features=on.features, opt=3, codemodel="jitdefault", jit=True
    )


def optimised(text: str, on: Host, level: int = 2) -> tuple[Any, Any]:
    """Return the module after LLVM's passes, and the code generator."""
    module = llvm.parse_assembly(text)
    machine = target_machine(on)
    module.triple = on.triple
    module.data_layout = str(machine.target_data)
    options = llvm.create_pipeline_tuning_options(speed_level=level)
    options.loop_vectorization = False  # vectors are written where they are wanted
    options.slp_vectorization = False
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return module, machine


def build(text: str, on: Host, level: int = 2) -> bytes:
    """Return the object code of a module."""
    module, machine = optimised(with_host(text, on), on, level)
    return bytes(machine.emit_object(module))


def assembly(text: str, on: Host, level: int = 2) -> str:
    """Return the module in the processor's own assembly language, for people to read."""
    module, machine = optimised(with_host(text, on), on, level)
    return str(machine.emit_assembly(module))


def with_host(text: str, on: Host) -> str:
    """Ask for the host's full vector width in every function.

    Functions end their header with the attribute group #0, which is defined here.
    """
    bits = 8 * on.vector_bytes
    return (
        f'{text}\nattributes #0 = {{ nounwind "prefer-vector-width"="{bits}" '
        f'"min-legal-vector-width"="{bits}" "target-cpu"="{on.cpu}" '
        f'"target-features"="{on.features}" }}\n'
    )


def link(code: bytes, on: Host) -> Library:
    """Make object code runnable."""
    empty = llvm.parse_assembly("")
    empty.triple = on.triple
    engine = llvm.create_mcjit_compiler(empty, target_machine(on))
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return Library(engine)


def version() -> str:
    """Return what object code depends on beside the module and the host."""
    return f"llvmlite {llvmlite.__version__}, LLVM {llvm.llvm_version_info}"
