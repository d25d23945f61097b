"""Scripts and style sheets as a short text: deflated, and written in 85 characters.

The alphabet is that of ASCII from ( to ~ without < and the backslash, so that the text may stand in
a string of a script in a page as it is.
"""

import zlib
from collections.abc import Iterator
from functools import cache

ALPHABET = [code for code in range(ord("("), ord("~") + 1) if chr(code) not in "<\\"]
APART = "\0"  # between a style sheet and a script
UNPACK = """(async()=>{const t="PACKED",b=new Uint8Array(t.length/5*4);
for(let i=0,j=0;i<t.length;){let n=0;
for(let k=0;k<5;k++){const c=t.charCodeAt(i++);n=n*85+c-40-(c>60)-(c>92)}
for(let k=24;k>=0;k-=8)b[j++]=n/2**k}
const s=new Blob([b.subarray(0,SIZE)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
const [css,js]=(await new Response(s).text()).split("\\0");
USE
document.head.append(Object.assign(document.createElement("script"),{textContent:js}))})()"""


@cache
def unpacking(style: str, script: str, use: str) -> str:
    """Return a script that unpacks both, runs `use` with the style sheet as `css`, and the other.

    A page may load nothing from a file; so the browser's own inflating does the work.
    """
    data = deflated(style + APART + script)
    return (
        UNPACK.replace("USE", use).replace("SIZE", str(len(data))).replace("PACKED", written(data))
    )


def deflated(text: str) -> bytes:
    """Return a text deflated, without header and checksum."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    return deflate.compress(text.encode()) + deflate.flush()


def written(data: bytes) -> str:
    """Write bytes, four by four, in five digits to the base of 85; zeros fill the last four."""
    return bytes(digits_of(data + bytes(-len(data) % 4))).decode("ascii")


def digits_of(data: bytes) -> Iterator[int]:
    for start in range(0, len(data), 4):
        number = int.from_bytes(data[start : start + 4], "big")
        for power in range(4, -1, -1):
            yield ALPHABET[number // 85**power % 85]
