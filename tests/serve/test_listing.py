"""Which runs there are, and how they stand."""

import time
from pathlib import Path

import pytest

from chainrule.runs.folder import Run
from chainrule.runs.lock import alone
from chainrule.serve.listing import Listing, id_of
from tests.serve.folders import begun, ended, finished, trained


def names(listing: Listing) -> list[str]:
    return [entry.name for entry in listing.entries()]


def test_a_run_and_a_folder_of_runs(tmp_path: Path) -> None:
    for name in ("a-10", "a-2", "b"):
        begun(tmp_path / "many" / name).close()
    begun(tmp_path / "single").close()
    (tmp_path / "many" / "no-run").mkdir()
    (tmp_path / "many" / "file").write_text("x")
    assert names(Listing([tmp_path / "many"])) == ["a-2", "a-10", "b"]
    assert names(Listing([tmp_path / "single"])) == ["single"]
    both = Listing([tmp_path / "many", tmp_path / "single"])
    assert names(both) == ["many/a-2", "many/a-10", "many/b", "single"]
    assert names(Listing([tmp_path / "nothing"])) == []


def test_ids_stay_and_are_no_paths(tmp_path: Path) -> None:
    begun(tmp_path / "one").close()
    listing = Listing([tmp_path])
    (entry,) = listing.entries()
    assert listing.find(entry.id) is entry
    assert Listing([tmp_path]).find(entry.id) == entry
    assert entry.id == id_of(tmp_path / "one")
    for wrong in ("", "one", str(tmp_path / "one"), "../one", entry.id + "0", entry.id.upper()):
        assert wrong == entry.id or listing.find(wrong) is None


def test_a_run_that_comes_and_one_that_goes(tmp_path: Path) -> None:
    listing = Listing([tmp_path])
    assert listing.entries() == []
    begun(tmp_path / "one").close()
    (entry,) = listing.entries()
    for file in (tmp_path / "one").iterdir():
        file.unlink()
    assert listing.find(entry.id) is None
    assert listing.entries() == []


def test_states(tmp_path: Path) -> None:
    store = begun(tmp_path / "one", rate=0.5)
    (entry,) = Listing([tmp_path]).entries()
    found = entry.summary()
    assert found["state"] == "stopped"
    assert found["settings"] == {"data": "digits", "rate": 0.5}
    with alone(tmp_path / "one"):
        assert entry.summary()["state"] == "running"
    trained(store, 1, 4)
    assert (entry.summary()["steps"], entry.summary()["loss"]) == (4, 0.25)
    ended(store, 4)
    found = entry.summary()
    assert found["state"] == "finished"
    assert found["ended"] >= found["started"]


def test_a_loss_that_is_nan(tmp_path: Path) -> None:
    store = begun(tmp_path / "one")
    store.add([1], {"loss": [float("nan")]})
    ended(store, 1, "diverged")
    (entry,) = Listing([tmp_path]).entries()
    assert entry.summary()["state"] == "diverged"
    assert entry.summary()["loss"] != entry.summary()["loss"]


def test_damage_is_told(tmp_path: Path) -> None:
    finished(tmp_path / "one")
    (tmp_path / "one" / "run.db").write_bytes(b"x" * 10_000)
    begun(tmp_path / "two").close()
    (tmp_path / "two" / "settings.json").write_text("{")
    (tmp_path / "three").mkdir()
    (tmp_path / "three" / "settings.json").write_text("{}")
    listed = [entry.summary() for entry in Listing([tmp_path]).entries()]
    assert [one["state"] for one in listed] == ["damaged"] * 3
    assert all(one["error"] for one in listed)


@pytest.mark.parametrize("trained_to_the_end", [True, False])
def test_runs_without_a_recording(tmp_path: Path, trained_to_the_end: bool) -> None:
    run = Run.create(tmp_path / "one", settings={})
    run.write_history([{"epoch": 1, "loss": 0.5}])
    if trained_to_the_end:
        run.write_model({}, {})
    found = Listing([tmp_path]).entries()[0].summary()
    assert found["state"] == ("finished" if trained_to_the_end else "stopped")
    assert found["loss"] == 0.5


def test_what_did_not_change_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(tmp_path / "one")
    (entry,) = Listing([tmp_path]).entries()
    before = entry.summary()
    monkeypatch.setattr("chainrule.serve.listing.summed_up", None)
    assert entry.summary() == before


def test_many_runs_are_listed_quickly(tmp_path: Path) -> None:
    for number in range(50):
        finished(tmp_path / str(number))
    began = time.perf_counter()
    assert len([entry.summary() for entry in Listing([tmp_path]).entries()]) == 50
    assert time.perf_counter() - began < 5 * 50 / 1000  # five times what 1,000 in a second take
