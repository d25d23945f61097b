"""Drawings in a real JupyterLab: alive where the notebook is trusted, still pictures elsewhere."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

CELLS = [
    """import chainrule as cr
g = cr.Graph("1/(1+exp(-(w*x+b)))", w=2.0, x=-1.0, b=3.0)
g.forward(); g.backward()
g""",
    """w, x = cr.tensor([[0.1, 0.5], [-0.3, 0.8]], name="w"), cr.tensor([0.2, 0.4], name="x")
loss = cr.sum((w @ x) ** 2)
loss.backward()
loss""",
    'cr.nn.MLP(2, 2, 1, key=0, activation="tanh")',
    'cr.derive("x*y", wrt="x", x=2.0, y=3.0)',
]
STARTING = 30  # seconds
DRAWN = "chainrule-circuit"


def notebook(cells: list[str]) -> dict[str, Any]:
    made = [
        {
            "cell_type": "code", "id": f"cell{i}", "metadata": {}, "execution_count": None,
            "outputs": [], "source": source,
        }
        for i, source in enumerate(cells)
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Path]]:
    """Start JupyterLab on loopback in a folder of its own; yield address, token and folder."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
    folder = tmp_path_factory.mktemp("lab")
    work = folder / "work"
    work.mkdir()
    (work / "seen.ipynb").write_text(json.dumps(notebook(CELLS)))
    token = secrets.token_hex(16)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = [
        "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={work}", "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    own = {f"JUPYTER_{what}_DIR": str(folder / what) for what in ("CONFIG", "DATA", "RUNTIME")}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *settings],
            env={**os.environ, **own, "IPYTHONDIR": str(folder / "ipython")},
            cwd=work,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api?token={token}", server, folder / "log")
        yield address, token, work
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(10)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers."""
    until = monotonic() + STARTING
    while monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address):
                return
        except urllib.error.URLError:
            sleep(0.05)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def wait_for_kernel(address: str) -> None:
    """Wait until the notebook in the browser has its kernel: before, it would ask which to take."""
    until = monotonic() + STARTING
    while monotonic() < until:
        with urllib.request.urlopen(address) as answer:
            kernels = [session["kernel"] for session in json.load(answer)]
        if any(k["connections"] and k["execution_state"] == "idle" for k in kernels):
            return
        sleep(0.05)
    raise TimeoutError("no kernel")


@pytest.fixture(scope="module")
def page(chromium: Any) -> Iterator[Any]:
    found = chromium.new_page(viewport={"width": 1400, "height": 6000})
    found.set_default_timeout(30_000)
    yield found
    found.close()


@pytest.fixture(scope="module")
def said(page: Any) -> list[str]:
    """Collect what the page complains about."""
    found: list[str] = []
    page.on("console", lambda m: found.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def drawings_live(lab: Any, page: Any, said: list[str]) -> None:
    address, token, folder = lab
    page.goto(f"{address}/lab/tree/seen.ipynb?token={token}")
    wait_for_kernel(f"{address}/api/sessions?token={token}")
    page.click("text=Run >> nth=0")
    page.click("text=Run All Cells")
    page.locator(".jp-OutputArea-output").nth(len(CELLS) - 1).wait_for()
    texts = page.locator(".jp-OutputArea-output[data-mime-type='text/plain']")
    assert texts.all_inner_texts() == []  # nothing fell back
    both = f"[...document.querySelectorAll('{DRAWN}')].filter(x => x.shadowRoot).length == 2"
    page.wait_for_function(both)
    page.wait_for_selector(".jp-RenderedMarkdown mjx-container")

    circuit = page.locator(DRAWN).first
    shown = circuit.locator("[aria-live]").first
    last = shown.inner_text()
    assert last.startswith("Backward")
    circuit.locator("[tabindex='0']").first.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert shown.inner_text().startswith("Forward 1 of")
    page.keyboard.press("End")
    assert shown.inner_text() == last
    assert page.locator(DRAWN).nth(1).locator("[aria-live]").first.inner_text() != last

    page.keyboard.press("Escape")
    page.click("text=File >> nth=0")
    page.click("text=Save Notebook >> nth=0")
    outputs = saved(folder / "seen.ipynb")
    assert [DRAWN in output.get("text/html", "") for output in outputs] == [
        True,
        True,
        False,
        False,
    ]
    assert ["chainruleStyle" in json.dumps(output) for output in outputs] == [
        True, False, False, False,
    ]  # fmt: skip
    assert said == []


def saved(place: Path) -> list[dict[str, Any]]:
    """Return the outputs of each cell, when they have been written."""
    until = monotonic() + STARTING
    while monotonic() < until:
        cells = json.loads(place.read_text())["cells"]
        if all(cell["outputs"] for cell in cells):
            return [
                {mime: "".join(text) for mime, text in cell["outputs"][0]["data"].items()}
                for cell in cells
            ]
        sleep(0.05)
    raise TimeoutError(f"{place} was not saved")


def without_trust_there_are_pictures(lab: Any, page: Any, said: list[str]) -> None:
    address, token, folder = lab
    foreign = json.loads((folder / "seen.ipynb").read_text())
    foreign["metadata"]["from"] = "elsewhere"  # no signature of ours fits
    (folder / "foreign.ipynb").write_text(json.dumps(foreign))
    page.goto(f"{address}/lab/workspaces/other/tree/foreign.ipynb?token={token}")
    images = page.locator(".jp-OutputArea-output img[src^='data:image/svg+xml']")
    images.nth(2).wait_for()
    assert page.locator(DRAWN).count() == 0
    assert page.locator(".jp-OutputArea-output.jp-mod-trusted").count() == 0
    sizes = images.evaluate_all("found => found.map(x => [x.complete, x.naturalWidth, x.alt])")
    assert all(complete and width > 200 for complete, width, _ in sizes)
    assert [alt.split()[0] for _, _, alt in sizes] == ["Circuit", "Circuit", "MLP"]
    assert page.locator(".jp-RenderedMarkdown mjx-container").count() > 0
    text = page.locator(".jp-OutputArea-output").first.inner_text()
    assert text.strip() == ""  # nothing is left over from data or scripts
    assert said == []


def test_drawings_live_in_a_notebook_and_are_pictures_without_trust(
    lab: Any, page: Any, said: list[str]
) -> None:
    drawings_live(lab, page, said)
    without_trust_there_are_pictures(lab, page, said)  # what the first has saved
