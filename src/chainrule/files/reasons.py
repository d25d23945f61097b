"""What the operating system's error numbers mean to the person at the keyboard."""

import errno
from os import PathLike, fspath

from chainrule.errors import FileError

_SPACE = "free some space, or choose another disk"
_CHOOSE = "choose a file and a folder that you may use"

_REASONS = {
    errno.ENOSPC: ("the disk is full", _SPACE),
    errno.EDQUOT: ("the disk quota is used up", _SPACE),
    errno.EFBIG: ("the file is larger than this system allows", _SPACE),
    errno.EACCES: ("permission denied", _CHOOSE),
    errno.EPERM: ("permission denied", _CHOOSE),
    errno.EROFS: ("the disk is read-only", _CHOOSE),
    errno.ENOENT: ("there is no such file or folder", "check the path"),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", "check the path"),
    errno.EEXIST: ("a file of that name is in the way", "check the path"),
    errno.EISDIR: ("it is a folder, not a file", "check the path"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
}


def cannot(verb: str, path: str | PathLike[str], error: OSError) -> FileError:
    """Return the `FileError` that says which file, what happened and what to try.

    >>> import errno
    >>> print(cannot("write", "a.txt", OSError(errno.ENOSPC, "")))
    cannot write 'a.txt': the disk is full
    hint: free some space, or choose another disk
    """
    known = _REASONS.get(error.errno or 0)
    reason, hint = known or (error.strerror or str(error), "")
    return FileError(f"cannot {verb} '{fspath(path)}': {reason}", hint=hint)
