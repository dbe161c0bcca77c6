"""Find the encoding of a text file, or say which byte makes that impossible.

A guess would silently turn names into other names, so only three families are accepted and each is verified
over the whole file: UTF-8 (with or without mark), UTF-16 with mark, GB18030 (which contains GBK and GB2312).
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

from qiao.kernel.errors import N_, BadInput, Place, Problem

_BLOCK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF32_LE, None),  # before UTF-16 LE, whose mark is its beginning
    (codecs.BOM_UTF32_BE, None),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HAN_TO_BE_SURE = 4  # three-byte characters of valid UTF-8 that GB18030 text does not produce by accident


def detect_encoding(path: Path, *, name: str) -> str:
    """The Python codec that reads the whole file without error.

    Args:
        path: The file.
        name: The name to show in errors.

    Returns:
        ``utf-8``, ``utf-8-sig``, ``utf-16`` or ``gb18030``.

    Raises:
        BadInput: The file is binary, or no accepted encoding reads it; names byte and line.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            if codec is None:
                raise _refusal(name, N_("The file is UTF-32; save it as UTF-8."), "encoding")
            failure = _first_failure(path, codec)
            if failure is None:
                return codec
            raise _broken(name, path, codec.removesuffix("-sig").upper(), failure)
    if b"\0" in head:
        raise _refusal(name, N_("This is not a text file: it contains zero bytes."), "binary")
    failure = _first_failure(path, "utf-8")
    if failure is None:
        return "utf-8"
    if _han_before(path, failure) >= _HAN_TO_BE_SURE:
        raise _broken(name, path, "UTF-8", failure)
    chinese = _first_failure(path, "gb18030")
    if chinese is None:
        return "gb18030"
    raise _broken(name, path, "UTF-8 / GB18030", max(failure, chinese))


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _first_failure(path: Path, codec: str) -> int | None:
    """Offset of the first byte the codec refuses, or None; a zero character counts as refused."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    offset = 0
    for block in _blocks(path):
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(block)
        except UnicodeDecodeError as error:
            return offset - pending + error.start
        if "\0" in text:
            return offset - pending + len(text[: text.index("\0")].encode(codec))
        offset += len(block)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return offset - 1
    return None


def _han_before(path: Path, failure: int) -> int:
    """Three-byte characters in the valid UTF-8 just before the failing byte."""
    with path.open("rb") as file:
        file.seek(max(0, failure - 65_536))
        text = file.read(min(failure, 65_536)).decode("utf-8", "ignore")
    return sum(1 for c in text if 0x2E80 <= ord(c) <= 0xFFEF)


def _line_of(path: Path, offset: int) -> int:
    with path.open("rb") as file:
        seen, line = 0, 1
        while seen < offset and (block := file.read(min(_BLOCK, offset - seen))):
            seen += len(block)
            line += block.count(b"\n")
    return line


def _broken(name: str, path: Path, codec: str, offset: int) -> BadInput:
    with path.open("rb") as file:
        file.seek(offset)
        byte = file.read(1)
    message = N_("Byte %(offset)s (0x%(byte)s) is not %(encoding)s text; save the file as UTF-8.")
    params = {"offset": offset + 1, "byte": byte.hex(), "encoding": codec}
    return BadInput([Problem(message, Place(file=name, row=_line_of(path, offset)), params, code="encoding")])


def _refusal(name: str, message: str, code: str) -> BadInput:
    return BadInput([Problem(message, Place(file=name), code=code)])
