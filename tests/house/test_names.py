"""Every public name is there, is listed in order, and says what it does."""

from importlib import import_module
from typing import Any, Literal, get_origin

import pytest

import chainrule as cr

FACES = ["data", "linalg", "nn", "nn.losses", "optim", "random", "testing"]


@pytest.mark.parametrize("name", sorted(cr.__all__))
def test_listed_names_are_there(name: str) -> None:
    assert getattr(cr, name).__doc__


def test_functions_say_what_they_do() -> None:
    silent = [name for name in dir(cr) if name not in cr.__all__ and not getattr(cr, name).__doc__]
    assert not silent


@pytest.mark.parametrize("face", FACES)
def test_names_of_folders_say_what_they_do(face: str) -> None:
    module = import_module(f"chainrule.{face}")
    names = getattr(module, "__all__", None) or dir(module)
    public = {n: getattr(module, n) for n in names if not n.startswith("_")}
    assert public
    assert not [n for n, x in public.items() if not is_type_alias(x) and not x.__doc__]


def is_type_alias(x: Any) -> bool:
    return get_origin(x) is Literal


def test_names_are_sorted() -> None:
    assert dir(cr) == sorted(set(dir(cr)))
    assert list(cr.LAZY) == sorted(cr.LAZY)
    assert set(cr.__all__) <= set(dir(cr))


def test_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(AttributeError, match="did you mean 'tensor'"):
        cr.tensr  # noqa: B018
