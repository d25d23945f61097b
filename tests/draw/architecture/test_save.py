"""Nets as files."""

from pathlib import Path

import pytest

from chainrule.draw.architecture.save import save_net
from chainrule.errors import FileError, UsageError
from chainrule.explain.architecture import columns

NET = columns([2, 2, 1])


def test_the_ending_chooses(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    pytest.importorskip("fpdf")
    names = [str(tmp_path / f"net.{ending}") for ending in ("svg", "png", "PDF")]
    sizes = save_net(NET, names)
    starts = [(tmp_path / Path(name).name).read_bytes()[:5] for name in names]
    assert starts == [b"<svg ", b"\x89PNG\r", b"%PDF-"]
    assert {path.name: size for path, size in sizes.items()} == {
        Path(name).name: Path(name).stat().st_size for name in names
    }


def test_the_theme_is_kept(tmp_path: Path) -> None:
    save_net(NET, [str(tmp_path / "net.svg")], "dark")
    assert "#111317" in (tmp_path / "net.svg").read_text()


def test_wrong_endings_and_places(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot write a net to 'net\.html'") as found:
        save_net(NET, ["net.html"])
    assert found.value.hint == "known endings: svg, png, pdf"
    with pytest.raises(FileError):
        save_net(NET, [str(tmp_path / "none" / "net.svg")])
    with pytest.raises(UsageError):
        save_net(NET, [str(tmp_path / "net.svg"), "net"])
    assert not list(tmp_path.iterdir())
