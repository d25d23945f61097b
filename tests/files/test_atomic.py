"""A file is replaced whole or not at all, and errors say which file and what to try."""

import errno
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chainrule.errors import FileError
from chainrule.files import atomic


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"old")
    return path


def refuse(number: int) -> Any:
    def call(*arguments: Any, **options: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return call


def test_replaces_a_file(target: Path) -> None:
    atomic.write_bytes(target, b"new")
    assert target.read_bytes() == b"new"
    assert os.listdir(target.parent) == ["notes.txt"]


def test_writes_text_as_utf8_and_nothing_as_nothing(target: Path) -> None:
    atomic.write_text(target, "größe\n")
    assert target.read_bytes() == "größe\n".encode()
    atomic.write_text(target, "")
    assert target.read_bytes() == b""


def test_goes_on_after_a_short_write(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:3]))
    atomic.write_bytes(target, b"0123456789")
    assert target.read_bytes() == b"0123456789"


def test_is_on_the_disk_before_it_is_in_place(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def logged(name: str, call: Any) -> Any:
        def logging(*arguments: Any) -> Any:
            calls.append(name)
            return call(*arguments)

        return logging

    for name in ("write", "fsync", "replace"):
        monkeypatch.setattr(os, name, logged(name, getattr(os, name)))
    atomic.write_bytes(target, b"new")
    assert calls == ["write", "fsync", "replace", "fsync"]


def test_follows_a_link(target: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.txt"
    link.symlink_to(target)
    atomic.write_bytes(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full\nhint: free some space, or choose another disk"),
        (
            errno.EACCES,
            "permission denied\nhint: choose a file and a folder that you may use",
        ),
        (
            errno.EROFS,
            "the disk is read-only\nhint: choose a file and a folder that you may use",
        ),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_failure_leaves_the_old_file_alone(
    call: str, number: int, words: str, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuse(number))
        with pytest.raises(FileError) as caught:
            atomic.write_bytes(target, b"new")
    assert str(caught.value) == f"cannot write '{target}': {words}"
    assert target.read_bytes() == b"old"
    assert os.listdir(target.parent) == ["notes.txt"]


def test_an_interrupt_leaves_the_old_file_alone(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        atomic.write_bytes(target, b"new")
    assert target.read_bytes() == b"old"
    assert os.listdir(target.parent) == ["notes.txt"]


@pytest.fixture
def small_files_only() -> Iterator[None]:
    """Let the system itself cut a write short and refuse the rest."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, old[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, old)


@pytest.mark.usefixtures("small_files_only")
def test_a_real_refusal_half_way(target: Path) -> None:
    with pytest.raises(FileError) as caught:
        atomic.write_bytes(target, b"x" * 5000)
    why = "the file is larger than this system allows"
    hint = "free some space, or choose another disk"
    assert str(caught.value) == f"cannot write '{target}': {why}\nhint: {hint}"
    assert target.read_bytes() == b"old"
    assert os.listdir(target.parent) == ["notes.txt"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "it is a folder, not a file\nhint: check the path"),
        ("missing/a.txt", "there is no such file or folder\nhint: check the path"),
        ("notes.txt/a.txt", "a part of the path is a file, not a folder\nhint: check the path"),
        ("a" * 300, "the name is too long\nhint: choose a shorter one"),
    ],
)
def test_paths_that_cannot_be_written(name: str, why: str, target: Path) -> None:
    path = target.parent / name
    with pytest.raises(FileError) as caught:
        atomic.write_bytes(path, b"new")
    assert str(caught.value) == f"cannot write '{path}': {why}"
    assert os.listdir(target.parent) == ["notes.txt"]


def test_a_device_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(FileError, match=r"^cannot write '.*pipe': it is a device, not a file$"):
        atomic.write_bytes(pipe, b"new")
    assert pipe.is_fifo()


def test_a_protected_file_is_not_replaced(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(FileError, match=r"': permission denied\nhint: choose a file and a folder"):
        atomic.write_bytes(target, b"new")
    assert target.read_bytes() == b"old"


def test_sweep_removes_our_temporary_files_only(tmp_path: Path) -> None:
    for name in (".chainrule-12ab.tmp", ".hidden", "a.tmp", "model.safetensors"):
        (tmp_path / name).touch()
    atomic.sweep(tmp_path)
    assert sorted(os.listdir(tmp_path)) == [".hidden", "a.tmp", "model.safetensors"]


def test_make_folder(tmp_path: Path) -> None:
    atomic.make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    with pytest.raises(FileExistsError):
        atomic.make_folder(tmp_path / "a" / "b")
