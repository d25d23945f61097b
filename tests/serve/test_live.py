"""A real training that is watched and controlled over the line."""

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.runs.folder import Run
from chainrule.serve import stream
from chainrule.serve.packed import unpacked
from chainrule.serve.server import Server
from chainrule.train import Control, Fit
from tests.serve.client import WAIT, Client, Messages


def test_pause_step_rate_and_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "EVERY", 0.02)
    run = Run.create(tmp_path / "run", settings={"made_by": "cr.fit"})
    control, done = Control(), []
    control.command({"do": "pause"})
    thread = threading.Thread(target=lambda: done.append(train(run, control)))
    with Server([tmp_path]) as server:
        server.control(run.path, control)
        client = Client(server)
        one = f"/api/runs/{client.get('/api/runs').json['control']}"
        with client.listening(f"{one}/stream?maps=rms&since=0.0") as messages:
            thread.start()
            assert event(messages, "pause")["step"] >= 1
            assert client.get(one).json["state"] == "running"
            assert client.get(one).json["control"]["paused"]
            client.post(f"{one}/control", {"do": "rate", "rate": 0.25})
            assert event(messages, "rate")["data"] == {"rate": 0.25}
            client.post(f"{one}/control", {"do": "step"})
            before = client.get(one).json["last_step"]
            points = json.loads(messages.until("points")["data"])
            assert points["last_step"] >= before
            assert np.isfinite(unpacked(points["series"]["loss"]["last"])).all()
            client.post(f"{one}/control", {"do": "go"})
            assert event(messages, "resume")["step"] >= before
            reply = client.post(f"{one}/control", {"do": "stop"})
            assert reply.json == {"paused": False, "stopping": True, "rate": 0.25}
            assert event(messages, "end")["data"]["stopped"] == "stopped"
            assert json.loads(messages.until("state")["data"])["state"] == "stopped"
        thread.join(WAIT)
    assert done[0].stopped == "stopped"
    assert run.model().tensors


def train(run: Run, control: Control) -> Fit:
    x = np.random.default_rng(0).normal(size=(256, 4)).astype(np.float32)
    y = (x.sum(axis=1) > 0).astype(np.int64)
    net = cr.nn.MLP(4, 8, 2, key=0)
    return cr.fit(net, (x, y), epochs=10**6, run=run, progress=False, control=control)


def event(messages: Messages, kind: str) -> Any:
    """Return the next event of a kind."""
    while (found := json.loads(messages.until("event")["data"]))["kind"] != kind:
        pass
    return found
