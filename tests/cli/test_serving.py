"""What a server is made from may be missing: the error says what to install."""

from pathlib import Path
from typing import Any

import pytest

from chainrule.cli import serving
from chainrule.errors import UsageError


def missing(name: str) -> Any:
    def importing(module: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    return importing


@pytest.mark.parametrize("name", ["starlette", "uvicorn", "starlette.routing"])
def test_what_is_not_installed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(serving, "import_module", missing(name))
    with pytest.raises(UsageError, match=f"needs {name}, which is not installed") as error:
        serving.server_of([Path()])
    assert error.value.hint == "pip install 'chainrule[app]'"


def test_what_is_missing_of_ours_is_no_question_of_installing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "import_module", missing("chainrule.serve.nothing"))
    with pytest.raises(ModuleNotFoundError):
        serving.require_server()
