"""What waits to be written is written once, in order, and nothing after a cut."""

from pathlib import Path

import numpy as np

from chainrule.runs.store import Store
from chainrule.train.pages import Pages


def filled() -> Pages:
    pages = Pages()
    pages.add_losses(0, np.array([3.0, 2.0], np.float32))
    pages.add_losses(2, np.array([1.0, 0.5]))
    pages.put(["rate", "a:norm"], np.array([1]), np.array([[0.1], [7.0]]))
    pages.put(["rate", "a:norm"], np.array([4]), np.array([[0.2], [8.0]]))
    pages.histograms.append((4, {"a@grad": np.arange(68)}))
    for step in (2, 4):
        figures = {"epoch": step // 2, "accuracy": step / 8, "confusion_matrix": [[1, 0], [0, 1]]}
        pages.epochs.append((step, figures))
    pages.events.append(("checkpoint", 4, {}))
    return pages


def test_all_is_written(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    filled().write(store)
    found = store.read(["loss", "rate", "a:norm", "accuracy"])
    assert found["loss"].steps.tolist() == [1, 2, 3, 4]
    assert found["loss"].last.tolist() == [3, 2, 1, 0.5]
    assert found["a:norm"].steps.tolist() == [1, 4]
    assert found["a:norm"].last.tolist() == [7, 8]
    assert found["accuracy"].last.tolist() == [0.25, 0.5]
    assert [step for step, _ in store.histograms("a@grad")] == [4]
    epoch, checkpoint = store.events()
    assert (epoch.kind, epoch.step, epoch.data["epoch"]) == ("epoch", 4, 2)  # the newest
    assert epoch.data["confusion_matrix"] == [[1, 0], [0, 1]]
    assert checkpoint.kind == "checkpoint"
    assert "confusion_matrix" not in store.names
    assert store.version == 1


def test_until(tmp_path: Path) -> None:
    pages, store = filled(), Store.create(tmp_path)
    pages.until(3)
    assert pages.newest == 3
    pages.write(store)
    found = store.read(["loss", "a:norm", "accuracy"])
    assert found["loss"].steps.tolist() == [1, 2, 3]
    assert found["a:norm"].steps.tolist() == [1]
    assert found["accuracy"].steps.tolist() == [2]
    assert store.histograms("a@grad") == []
    assert [event.step for event in store.events()] == [2]


def test_nothing(tmp_path: Path) -> None:
    store, pages = Store.create(tmp_path), Pages()
    pages.until(3)
    pages.write(store)
    assert store.names == []
