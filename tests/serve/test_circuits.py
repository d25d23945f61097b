"""The page of one unit on one row."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chainrule.cli.main import run as chainrule
from chainrule.serve.circuits import page_of, policy_of
from chainrule.serve.server import Server
from tests.serve.client import Client


@pytest.fixture
def xor(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[Client]:
    words = ["train", "xor", "--epochs", "3", "--hidden", "3", "-q"]
    assert chainrule([*words, "-o", str(tmp_path / "xor")]) == 0
    capfd.readouterr()
    with Server([tmp_path / "xor"]) as server:
        yield Client(server)


def test_a_page(xor: Client, tmp_path: Path) -> None:
    one = "/api/runs/" + xor.get("/api/runs").json["runs"][0]["id"]
    reply = xor.get(f"{one}/circuit?layer=layers.1&unit=2&row=3&step=2")
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/html")
    page = reply.body.decode()
    assert "relu" in page_of(tmp_path / "xor", "layers.1", 2, 3, 2)
    assert "<title>layers.0, unit 2, row 3, after step 2</title>" in page
    policy = reply.headers["content-security-policy"]
    assert policy == policy_of(page)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert reply.headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    "asked", ["layer=<script>", "unit=99", "row=99", "unit=x", "row=-1", "layer=a&layer=b"]
)
def test_what_is_not_there(xor: Client, asked: str) -> None:
    one = "/api/runs/" + xor.get("/api/runs").json["runs"][0]["id"]
    reply = xor.get(f"{one}/circuit?{asked.replace('<', '%3C').replace('>', '%3E')}")
    assert reply.status == 400
    assert reply.headers["content-type"] == "application/json"
