"""What a command works on: expressions, functions in files, defaults, settings."""

from pathlib import Path

import numpy as np
import pytest

from chainrule.cli.target import find_target
from chainrule.errors import UsageError


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
