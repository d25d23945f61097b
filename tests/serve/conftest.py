"""A server that shows two runs, and who speaks to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chainrule.serve.server import Server
from tests.serve.client import Client
from tests.serve.folders import finished


@pytest.fixture(scope="package")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the runs `one` and `two`; tests leave them as they are."""
    folder = tmp_path_factory.mktemp("runs")
    finished(folder / "one")
    finished(folder / "two", 6)
    return folder


@pytest.fixture(scope="package")
def client(runs: Path) -> Iterator[Client]:
    with Server([runs]) as server:
        yield Client(server)


@pytest.fixture(scope="package")
def one(client: Client) -> str:
    """Return the address of the run `one`."""
    listed = client.get("/api/runs").json["runs"]
    return "/api/runs/" + next(run["id"] for run in listed if run["name"] == "one")


@pytest.fixture(autouse=True)
def nothing_on_the_terminal(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Hold that no request, whatever it is, makes the server write anything."""
    yield
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")
