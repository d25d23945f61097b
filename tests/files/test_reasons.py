"""The operating system's errors in words: which file, what happened, what to try."""

import errno
from pathlib import Path

import pytest

from chainrule.errors import FileError
from chainrule.files.reasons import cannot


@pytest.mark.parametrize(
    ("number", "reason", "hint"),
    [
        (errno.ENOSPC, "the disk is full", "free some space, or choose another disk"),
        (errno.EDQUOT, "the disk quota is used up", "free some space, or choose another disk"),
        (
            errno.EFBIG,
            "the file is larger than this system allows",
            "free some space, or choose another disk",
        ),
        (errno.EACCES, "permission denied", "choose a file and a folder that you may use"),
        (errno.EPERM, "permission denied", "choose a file and a folder that you may use"),
        (errno.EROFS, "the disk is read-only", "choose a file and a folder that you may use"),
        (errno.ENOENT, "there is no such file or folder", "check the path"),
        (errno.ENOTDIR, "a part of the path is a file, not a folder", "check the path"),
        (errno.EEXIST, "a file of that name is in the way", "check the path"),
        (errno.EISDIR, "it is a folder, not a file", "check the path"),
        (errno.ENAMETOOLONG, "the name is too long", "choose a shorter one"),
    ],
)
def test_known_numbers(number: int, reason: str, hint: str) -> None:
    error = cannot("write", Path("runs") / "a.json", OSError(number, "as the system says it"))
    assert isinstance(error, FileError)
    assert error.exit_code == 3
    assert str(error) == f"cannot write '{Path('runs') / 'a.json'}': {reason}\nhint: {hint}"


def test_other_errors_speak_for_themselves() -> None:
    assert str(cannot("read", "a", OSError(errno.EIO, "bad disk"))) == "cannot read 'a': bad disk"
    assert str(cannot("read", "a", OSError("no number"))) == "cannot read 'a': no number"


def test_what_the_system_really_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        (tmp_path / "missing").read_text()
    assert "there is no such file or folder" in str(cannot("read", "missing", missing.value))
