"""The examples in docstrings run, in every module of the package."""

import doctest
import pkgutil
from importlib import import_module
from types import ModuleType

import pytest

import chainrule
from chainrule.graph.registry import OPS, Op

OPTIONAL = {"polars"}  # extras that a module may ask for
NAMES = ["chainrule", *(m.name for m in pkgutil.walk_packages(chainrule.__path__, "chainrule."))]
FLAGS = doctest.NORMALIZE_WHITESPACE


def examples(module: ModuleType) -> list[doctest.DocTest]:
    """Return the examples of a module; those of ops hide behind the object that the op is."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [t for t in finder.find(module) if t.examples]
    for op in OPS.values():
        if isinstance(op, Op) and op.rule.__module__ == module.__name__:
            found += [t for t in finder.find(op.rule, op.name, module) if t.examples]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_examples_run(name: str) -> None:
    try:
        module = import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name in OPTIONAL:
            pytest.skip(f"{missing.name} is not installed")
        raise
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    said: list[str] = []
    for example in examples(module):
        runner.run(example, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)


def test_there_are_examples() -> None:
    assert sum(len(examples(import_module(n))) for n in NAMES if n.startswith("chainrule.nn")) > 10


def test_a_wrong_example_is_noticed() -> None:
    module = ModuleType("faulty")
    module.__doc__ = ">>> 1 + 1\n3\n"
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    for example in examples(module):
        runner.run(example, out=lambda _: None)
    assert runner.summarize(verbose=False).failed == 1
