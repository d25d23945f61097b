"""A checkpoint comes back bit by bit, or is refused by name."""

import io
import os
import pickle
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from chainrule.errors import DtypeError, FileError, UsageError
from chainrule.runs import checkpoint

DTYPES = ["bool", "float16", "float32", "float64", "int8", "int16", "int32", "int64"]
DTYPES += ["uint8", "uint16", "uint32", "uint64"]
AGAIN = "\nhint: restore it from a copy, or write it again"

Array = np.ndarray[Any, Any]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.safetensors"


def refusal(path: Path) -> str:
    """Return the words with which `path` is refused."""
    with pytest.raises(FileError) as caught:
        checkpoint.load(path)
    return str(caught.value)


def round_trip(path: Path, tensors: dict[str, Array]) -> dict[str, Array]:
    checkpoint.save(path, tensors, {})
    return checkpoint.load(path).tensors


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (5,), (2, 3, 4)])
def test_every_dtype_and_shape(dtype: str, shape: tuple[int, ...], path: Path) -> None:
    array = np.random.default_rng(0).integers(0, 2, shape).astype(dtype)
    found = round_trip(path, {"x": array})["x"]
    assert found.dtype == array.dtype
    assert found.shape == shape
    assert found.tobytes() == array.tobytes()


@settings(deadline=None)  # it writes to the disk
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])).filter(lambda n: n != "__metadata__"),
        st.sampled_from(DTYPES).flatmap(
            lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, min_side=0))
        ),
        max_size=4,
    ),
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])).filter(
            lambda key: key not in checkpoint.RESERVED
        ),
        st.text(st.characters(exclude_categories=["Cs"])),
    ),
)
def test_any_content(
    tmp_path_factory: pytest.TempPathFactory, tensors: dict[str, Array], metadata: dict[str, str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    checkpoint.save(path, tensors, metadata)
    found = checkpoint.load(path)
    assert found.metadata == metadata
    assert list(found.tensors) == sorted(tensors)
    for name, array in tensors.items():
        assert found.tensors[name].dtype == array.dtype
        assert found.tensors[name].shape == array.shape
        assert found.tensors[name].tobytes() == array.tobytes()


def test_the_extremes_of_numbers(path: Path) -> None:
    wide = np.array([2**64 - 1, 0], np.uint64)
    odd = np.array([np.nan, -np.nan, np.inf, -0.0, 5e-324])
    found = round_trip(path, {"wide": wide, "odd": odd})
    assert found["wide"].tobytes() == wide.tobytes()
    assert found["odd"].tobytes() == odd.tobytes()


def test_views_and_byte_orders(path: Path) -> None:
    array = np.arange(24.0).reshape(4, 6)
    views = {
        "turned": array.T,
        "skipped": array[::2, ::-1],
        "swapped": array.astype(">f8"),
        "repeated": np.broadcast_to(array[0], (3, 6)),
    }
    found = round_trip(path, views)
    for name, view in views.items():
        np.testing.assert_array_equal(found[name], view)


def test_loaded_arrays_can_be_written_to(path: Path) -> None:
    found = round_trip(path, {"x": np.zeros(3)})["x"]
    found += 1
    np.testing.assert_array_equal(found, np.ones(3))


def test_other_programs_read_it(path: Path) -> None:
    """The format's own library agrees with our writer, and arrays are aligned to their size."""
    tensors = {"a": np.ones(3, np.uint8), "b": np.arange(3.0), "c": np.array([1, 2], np.float32)}
    checkpoint.save(path, tensors, {"note": 'a "quoted" ü'})
    for name, array in safetensors.numpy.load_file(path).items():
        np.testing.assert_array_equal(array, tensors[name])
    with safetensors.safe_open(path, framework="np") as file:
        assert file.metadata()["note"] == 'a "quoted" ü'
        assert file.metadata()["chainrule"] == "1"
    header = int.from_bytes(path.read_bytes()[:8], "little")
    assert header % 8 == 0
    assert re.findall(rb'"data_offsets":\[(\d+)', path.read_bytes()) == [b"0", b"24", b"32"]


def test_equal_content_gives_equal_bytes() -> None:
    """Also in another process, where sets and hashes have another order."""
    x, y = np.zeros(2), np.ones(3)
    one = checkpoint.encode({"x": x, "y": y}, {"a": "1", "b": "2", "c": "3"})
    assert one == checkpoint.encode({"y": y, "x": x}, {"c": "3", "b": "2", "a": "1"})
    program = (
        "import sys, numpy as np; from chainrule.runs import checkpoint\n"
        "data = checkpoint.encode({'y': np.ones(3), 'x': np.zeros(2)}, dict(b='2', a='1', c='3'))\n"
        "sys.stdout.buffer.write(data)"
    )
    assert subprocess.check_output([sys.executable, "-c", program]) == one


@pytest.fixture
def small(path: Path) -> bytes:
    checkpoint.save(path, {"w": np.array([1.5, -2], np.float32), "n": np.array(7)}, {"step": "3"})
    return path.read_bytes()


def test_any_byte_changed_is_refused(small: bytes, path: Path) -> None:
    for mask in (0x01, 0x10, 0x20, 0x80, 0xFF):
        for at in range(len(small)):
            path.write_bytes(small[:at] + bytes([small[at] ^ mask]) + small[at + 1 :])
            assert refusal(path).startswith(f"'{path}' is damaged"), (at, mask)


def test_any_truncation_is_refused(small: bytes, path: Path) -> None:
    for length in range(len(small)):
        path.write_bytes(small[:length])
        assert refusal(path).startswith(f"'{path}' is damaged"), length


@pytest.mark.parametrize("more", [b"\0", b"}", b"\n", b"\0" * 4096])
def test_appended_or_prepended_bytes_are_refused(more: bytes, small: bytes, path: Path) -> None:
    for data in (small + more, more + small, small + small):
        path.write_bytes(data)
        assert refusal(path).startswith(f"'{path}' is damaged")


def test_two_bytes_swapped_are_refused(small: bytes, path: Path) -> None:
    path.write_bytes(small[:-8] + small[-4:] + small[-8:-4])
    assert refusal(path).startswith(f"'{path}' is damaged: its sha256 should be ")


def test_the_words_for_damage(small: bytes, path: Path) -> None:
    stored = re.search(rb'"sha256":"(.{12})', small)
    assert stored
    path.write_bytes(small[:-1] + b"\x42")
    said = rf"'{path}' is damaged: its sha256 should be {stored[1].decode()}\.\.\. and is \w{{12}}"
    assert re.fullmatch(rf"{said}\.\.\.{AGAIN}", refusal(path))
    path.write_bytes(b"")
    assert refusal(path) == f"'{path}' is damaged: it is empty{AGAIN}"
    path.write_bytes(small[:40])
    why = "its first bytes announce a header that does not fit its 40 bytes"
    assert refusal(path) == f"'{path}' is damaged, or no checkpoint: {why}{AGAIN}"


def test_a_file_of_another_program_is_refused(path: Path) -> None:
    safetensors.numpy.save_file({"x": np.zeros(3)}, path, metadata={"format": "np"})
    why = "damaged, or not written by chainrule: its header has no sha256"
    assert refusal(path) == f"'{path}' is {why}{AGAIN}"


class Bomb:
    """What would run if anything were unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("something was unpickled",))


def foreign_files() -> dict[str, bytes]:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("data.pkl", pickle.dumps(Bomb()))
    saved = io.BytesIO()
    np.save(saved, np.array([Bomb()], object), allow_pickle=True)
    return {
        "pickle": pickle.dumps(Bomb()),
        "zip": zipped.getvalue(),
        "npy": saved.getvalue(),
        "text": b"x,y\n1,2\n" * 100,
        "zeros": bytes(4096),
        "json": b'{"sha256":"' + b"0" * 64 + b'"}',
        "two": (158).to_bytes(8, "little") + 2 * (b'"sha256":"' + b"0" * 64 + b'"    '),
    }


@pytest.mark.parametrize("kind", sorted(foreign_files()))
def test_foreign_files_are_refused(kind: str, path: Path) -> None:
    path.write_bytes(foreign_files()[kind])
    assert refusal(path).startswith(f"'{path}' is damaged, or no"), kind


def test_paths_that_hold_no_file(tmp_path: Path) -> None:
    gone = tmp_path / "gone.safetensors"
    missing = f"cannot read '{gone}': there is no such file or folder\nhint: check the path"
    assert refusal(gone) == missing
    folder = f"cannot read '{tmp_path}': it is a folder, not a checkpoint file"
    assert refusal(tmp_path) == folder
    os.mkfifo(gone)
    assert refusal(gone) == f"cannot read '{gone}': it is a device, not a checkpoint file"


def test_a_file_that_may_not_be_read(
    small: bytes, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **options: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    hint = "choose a file and a folder that you may use"
    assert refusal(path) == f"cannot read '{path}': permission denied\nhint: {hint}"


def forge(path: Path, header: bytes, body: bytes = b"") -> None:
    """Write a file with a true digest around any header."""
    header = header.replace(b"DIGEST", b'"sha256":"' + b"0" * 64 + b'"')
    data = len(header).to_bytes(8, "little") + header + body
    at = data.index(b"0" * 64)
    path.write_bytes(checkpoint._with_digest(data, at))


@pytest.mark.parametrize(
    "header",
    [
        b"DIGEST",
        b'{"__metadata__":{DIGEST}',
        b'{"__metadata__":{DIGEST,"x":3}}',
        b'{"__metadata__":{DIGEST},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}',
        b'{"__metadata__":{DIGEST},"x":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}',
        b'{"__metadata__":{DIGEST},"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}',
        b'{"__metadata__":{DIGEST},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
        b'{"__metadata__":{DIGEST},"x":' + b"[" * 100_000 + b"}",
        b'{"other":{DIGEST},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        b'{DIGEST,"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        b'\xff{"__metadata__":{DIGEST}}',
    ],
)
def test_a_forged_file_is_refused(header: bytes, path: Path) -> None:
    forge(path, header, bytes(4))
    assert refusal(path).startswith(f"'{path}' is malformed: ")


@pytest.mark.parametrize(("field", "found"), [(b"", "None"), (b',"chainrule":"2"', "'2'")])
def test_another_version_is_refused(field: bytes, found: str, path: Path) -> None:
    forge(path, b'{"__metadata__":{DIGEST' + field + b"}}")
    why = f"in format {found} of chainrule, this version reads '1'"
    assert refusal(path) == f"'{path}' is {why}\nhint: upgrade chainrule"


def test_a_text_that_looks_like_a_digest_is_harmless(path: Path) -> None:
    fake = '"sha256":"' + "0" * 64 + '"'
    checkpoint.save(path, {fake: np.zeros(2)}, {"note": fake, fake: "x", "zeros": "0" * 64})
    assert checkpoint.load(path).metadata == {"note": fake, fake: "x", "zeros": "0" * 64}


@pytest.mark.parametrize("array", [np.array(["a"]), np.array([None]), np.zeros(2, complex)])
def test_arrays_it_cannot_hold(array: Array, path: Path) -> None:
    with pytest.raises(DtypeError) as caught:
        checkpoint.save(path, {"names": array}, {})
    what = f"a checkpoint cannot hold 'names', an array of {array.dtype}"
    assert str(caught.value) == f"{what}\nhint: it holds {', '.join(DTYPES)}"
    assert not path.exists()


@pytest.mark.parametrize("name", ["sha256", "chainrule"])
def test_metadata_names_that_are_taken(name: str, path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        checkpoint.save(path, {}, {name: "x"})
    said = f"the name '{name}' is taken by the file format\nhint: rename it"
    assert str(caught.value) == said


def test_a_tensor_name_that_is_taken(path: Path) -> None:
    with pytest.raises(UsageError, match="the name '__metadata__' is taken by the file format"):
        checkpoint.save(path, {"__metadata__": np.zeros(2)}, {})


def test_metadata_that_is_no_text(path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        checkpoint.save(path, {}, {"step": 3})  # type: ignore[dict-item]
    said = "metadata holds texts, but 'step' is of type int\nhint: use str"
    assert str(caught.value) == said
    with pytest.raises(UsageError, match=r"^a name or a metadata text is no valid Unicode: "):
        checkpoint.save(path, {}, {"name": "\udc80"})
