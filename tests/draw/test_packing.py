"""Packed scripts: what comes out of them is what went in."""

import re
import zlib

import pytest

from chainrule.draw.packing import ALPHABET, APART, deflated, unpacking, written


def read(text: str) -> bytes:
    digits = [ALPHABET.index(ord(c)) for c in text]
    fours = (digits[i : i + 5] for i in range(0, len(digits), 5))
    return b"".join(
        sum(d * 85 ** (4 - k) for k, d in enumerate(four)).to_bytes(4, "big") for four in fours
    )


@pytest.mark.parametrize("data", [b"", b"\xff" * 8, b"\0abc", bytes(range(256)), b"12345"])
def test_bytes_are_read_back(data: bytes) -> None:
    found = read(written(data))
    assert found[: len(data)] == data
    assert len(found) - len(data) < 4


def test_a_script_holds_both_texts() -> None:
    script = unpacking("a{}", "let π = 1", "use(css);")
    packed, size = re.findall(r'const t="([^"]*)"', script)[0], re.findall(r"0,(\d+)\)", script)[0]
    assert zlib.decompress(read(packed)[: int(size)], -zlib.MAX_WBITS).decode() == (
        f"a{{}}{APART}let π = 1"
    )
    assert "use(css);" in script


def test_it_may_stand_in_a_string_of_a_page() -> None:
    assert not set('"\\<&\n') & set(written(deflated("x" * 999)))
    assert len(ALPHABET) == 85
