"""What a command works on: expressions, functions in files, defaults, settings."""

from pathlib import Path

import numpy as np
import pytest

from chainrule.cli.target import find_target
from chainrule.eager.tensor import tensor
from chainrule.errors import ShapeError, UsageError


def module(folder: Path, text: str) -> str:
    (folder / "some.py").write_text(text)
    return f"{folder / 'some.py'}"


def test_expressions_stay_texts() -> None:
    found = find_target("x*y", ["x=1", "y=[1,2]"])
    assert found.what == "x*y"
    assert found.values["x"] == 1.0
    assert found.values["y"].tolist() == [1.0, 2.0]


def test_defaults_count_in_the_order_of_the_arguments(tmp_path: Path) -> None:
    file = module(tmp_path, "def f(a, b=2, c=(1.0, 2.0), *, mode='plain', on=True): return a\n")
    found = find_target(f"{file}:f", ["b=5", "a=1"])
    assert list(found.values) == ["a", "b", "c"]
    assert found.values == {"a": 1.0, "b": 5.0, "c": (1.0, 2.0)}


def test_annotated_arguments_are_settings(tmp_path: Path) -> None:
    text = "def f(x=1.0, n: int = 2, on: bool = False, how: 'str' = 'a'): return x, n, on, how\n"
    file = module(tmp_path, text)
    found = find_target(f"{file}:f", ["n=3", "on=true", "how=b"])
    assert found.values == {"x": 1.0}
    assert callable(found.what)
    assert found.what(x=7.0) == (7.0, 3, True, "b")
    assert find_target(file, []).values == {"x": 1.0}


def test_the_files_own_folder_can_be_imported_from(tmp_path: Path) -> None:
    (tmp_path / "beside_it.py").write_text("factor = 3.0\n")
    file = module(tmp_path, "from beside_it import factor\ndef f(x=1.0): return x * factor\n")
    found = find_target(f"{file}:f", [])
    assert callable(found.what)
    assert found.what(x=2.0) == 6.0


def test_arrays_from_the_file(tmp_path: Path) -> None:
    file = module(tmp_path, "import numpy as np\ndef f(w=np.ones(3)): return w.sum()\n")
    assert find_target(file, []).values["w"].tolist() == np.ones(3).tolist()


def test_leaving_the_interpreter_is_an_error_of_the_file(tmp_path: Path) -> None:
    file = module(tmp_path, "import sys\nsys.exit(5)\n")
    with pytest.raises(UsageError, match="line 2 failed while it was loaded: SystemExit: 5"):
        find_target(f"{file}:f", [])


def test_errors_of_ours_name_the_users_line(tmp_path: Path) -> None:
    file = module(tmp_path, "def f(W, x):\n    h = W @ x\n    return h\n")
    found = find_target(f"{file}:f", ["W=[[1,2]]", "x=[1]"])
    assert callable(found.what)
    with pytest.raises(ShapeError) as caught:
        found.what(**{name: tensor(value) for name, value in found.values.items()})
    assert caught.value.message == (
        f"matmul of (1, 2) and (1,): the inner sizes differ, 2 and 1\n  {file}:2: h = W @ x"
    )


@pytest.mark.parametrize("stars", ["*xs", "**xs"])
def test_arguments_without_names(tmp_path: Path, stars: str) -> None:
    file = module(tmp_path, f"def f({stars}): return xs\n")
    with pytest.raises(UsageError) as caught:
        find_target(f"{file}:f", ["xs=1"])
    assert str(caught.value) == (
        f"the arguments of the function have no names: it takes {stars}\n"
        "hint: write a function that takes them one by one, or as a list xs"
    )


@pytest.mark.parametrize("written", ["2.5", "[1,2]"])
def test_whole_numbers_are_whole(tmp_path: Path, written: str) -> None:
    file = module(tmp_path, "def f(x: float, n: int): return x ** n\n")
    with pytest.raises(UsageError) as caught:
        find_target(f"{file}:f", ["x=1", f"n={written}"])
    assert caught.value.message == (
        f"this argument is a whole number: it is annotated as int\n  n={written}\n    ^"
    )


@pytest.mark.parametrize("written", ["some:f", "some.f"])
def test_a_file_without_its_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    module(tmp_path, "def f(x=1.0): return x\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        find_target(written, [])
    assert str(caught.value) == (
        f"{written!r} is no expression, and no file\nhint: for a function in a file write some.py:f"
    )
