"""Gates without native code: the compiled circuit calls the interpreter for each of them."""

from collections.abc import Callable, Mapping
from ctypes import CFUNCTYPE, POINTER, c_char, c_int64, c_uint64
from typing import Any

import numpy as np

from chainrule.compiler.circuit import is_scalar_constant
from chainrule.compiler.kernel import Kernel
from chainrule.compiler.memory import Slot, bytes_of
from chainrule.graph.node import ConstantNode, Node

PROTOTYPE = CFUNCTYPE(None, c_int64, POINTER(c_uint64))


def write_call(k: Kernel) -> None:
    """Write a kernel that hands the addresses of a gate's arrays to the interpreter."""
    (node,) = k.group.nodes
    pointers = [k.pointer(x) for x in arrays(node)]
    callback = k.slot_pointer(Slot("callback"))
    table = k.f.put("ptr", f"alloca [{len(pointers)} x ptr], align 8")
    for at, pointer in enumerate(pointers):
        k.f.store(pointer, k.f.at(table, "ptr", at), 8)
    k.f.do(f"call void {callback.text}(i64 {k.number}, {table})")


def arrays(node: Node) -> list[Node]:
    """Return the inputs that lie in memory, and the gate itself."""
    return [x for x in node.inputs if not is_scalar_constant(x)] + [node]


def callback(gates: Mapping[int, Node], failed: Callable[[BaseException], None]) -> Any:
    """Return the function that native code calls; an error is kept for after the run."""

    def call(number: int, addresses: Any) -> None:
        node = gates[number]
        try:
            interpret(node, [addresses[at] for at in range(len(arrays(node)))])
        except BaseException as error:  # must not cross native code
            failed(error)

    return PROTOTYPE(call)


def interpret(node: Node, addresses: list[int]) -> None:
    """Run one gate on arrays at these addresses."""
    there = iter(view(x, at) for x, at in zip(arrays(node), addresses, strict=True))
    values = [number_of(x) if is_scalar_constant(x) else next(there) for x in node.inputs]
    assert node.op is not None
    with np.errstate(all="ignore"):
        next(there)[...] = node.op.compute(values, node.attrs)


def number_of(node: Node) -> Any:
    """Return the number that a constant is."""
    assert isinstance(node, ConstantNode)
    return node.value


def view(node: Node, at: int) -> Any:
    """Return the array that lies at an address."""
    memory = (c_char * bytes_of(node)).from_address(at)
    return np.ndarray(node.shape, node.dtype, buffer=memoryview(memory))
