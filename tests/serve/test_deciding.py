"""The decision of a real run, as the page has it."""

import json
from pathlib import Path

import numpy as np
import pytest

from chainrule.cli.main import run as chainrule
from chainrule.runs.folder import Run
from chainrule.serve.packed import unpacked
from chainrule.serve.server import Server
from chainrule.train.decision import decision
from tests.golden.compare import matches
from tests.serve.client import Client
from tests.serve.test_api import form


@pytest.fixture
def moons(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Path:
    words = ["train", "moons", "--epochs", "3", "--hidden", "4", "-q"]
    assert chainrule([*words, "-o", str(tmp_path / "moons")]) == 0
    capfd.readouterr()
    return tmp_path / "moons"


def test_the_answer_is_the_decision(moons: Path) -> None:
    with Server([moons]) as server:
        client = Client(server)
        one = "/api/runs/" + client.get("/api/runs").json["runs"][0]["id"]
        reply = client.get(f"{one}/decision?step=4&axes=1&axes=0")
        wrong = client.get(f"{one}/decision?axes=1&axes=7")
        assert client.get(f"{one}/decision?axes=1").status == 400
        assert client.get(f"{one}/decision?axes=1&axes=-1").status == 400
    found = decision(Run.open(moons), 4, (1, 0))
    assert reply.json["step"] == 4
    assert reply.json["axes"] == list(found.axes)
    np.testing.assert_array_equal(unpacked(reply.json["surface"]), found.surface.astype(np.float32))
    np.testing.assert_array_equal(unpacked(reply.json["targets"]), found.targets)
    assert reply.json["confusion"] == found.confusion.tolist()
    assert wrong.status == 400
    assert matches("decision.json", json.dumps(form(reply.json), indent=1))


def test_a_run_that_has_no_table(runs: Path) -> None:
    with Server([runs]) as server:
        client = Client(server)
        one = "/api/runs/" + client.get("/api/runs").json["runs"][0]["id"]
        reply = client.get(f"{one}/decision")
    assert reply.status == 422
    assert "was not made by `chainrule train`" in reply.json["error"]
