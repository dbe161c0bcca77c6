"""What a file really is: decided by its content alone, and refused where its name says otherwise.

Pictures are decoded to the last pixel, office files are looked into, text must be text. What is not on the list of
an enterprise's types is not kept, whatever it is called.
"""

import warnings
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import puremagic
from PIL import Image, ImageOps, UnidentifiedImageError

from qiao.kernel.errors import N_, RuleBroken

_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_PARTS = 5000
_MOST_UNPACKED = 1 << 30
_MOST_RATIO = 200
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class FileType:
    """A type of file that may be kept.

    Attributes:
        code: Name in the setting.
        label: What people call it.
        media: Content type it is delivered as.
        endings: Endings a name may have; the first is the usual one.
        is_picture: Decoded, drawn anew and shown small.
    """

    code: str
    label: str
    media: str
    endings: tuple[str, ...]
    is_picture: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    one.code: one
    for one in (
        FileType("jpeg", N_("JPEG picture"), "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), True),
        FileType("png", N_("PNG picture"), "image/png", ("png",), True),
        FileType("webp", N_("WebP picture"), "image/webp", ("webp",), True),
        FileType("pdf", N_("PDF document"), "application/pdf", ("pdf",)),
        FileType("docx", N_("Word document"), f"{_OFFICE}.wordprocessingml.document", ("docx",)),
        FileType("xlsx", N_("Excel workbook"), f"{_OFFICE}.spreadsheetml.sheet", ("xlsx",)),
        FileType("pptx", N_("PowerPoint presentation"), f"{_OFFICE}.presentationml.presentation", ("pptx",)),
        FileType("doc", N_("Word document (97-2003)"), "application/msword", ("doc", "wps")),
        FileType("xls", N_("Excel workbook (97-2003)"), "application/vnd.ms-excel", ("xls", "et")),
        FileType("ppt", N_("PowerPoint presentation (97-2003)"), "application/vnd.ms-powerpoint", ("ppt", "dps")),
        FileType("txt", N_("Text file"), "text/plain", ("txt", "csv", "log", "md")),
    )
}  # fmt: skip
_PICTURES = {"JPEG": "jpeg", "MPO": "jpeg", "PNG": "png", "WEBP": "webp"}
_FORMATS = ("JPEG", "PNG", "WEBP")  # a phone's MPO is a JPEG with more behind it
_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_STREAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml", "/activex/")
_MACRO_STREAMS = ("_VBA_PROJECT", "Macros")


def ending_of(name: str) -> str:
    """What stands behind the last full stop of a name, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def decide_type(path: Path, name: str, *, allowed: Collection[str], most_pixels: int) -> FileType:
    """The type of a file, by its content.

    Args:
        path: The file.
        name: What its owner calls it; its ending must agree.
        allowed: Codes of the types that are kept.
        most_pixels: A picture of more would fill the memory when it is opened.

    Raises:
        RuleBroken: The content is of no type that is kept, is broken or hostile, or the name says otherwise.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise RuleBroken(N_("The file is empty."), code="empty_file", field="file")
    found = next((code for check in _CHECKS if (code := check(path, head, most_pixels))), None)
    if found is None or found not in allowed:
        raise _not_kept(head, found, allowed)
    kind = TYPES[found]
    ending = ending_of(name)
    if ending not in kind.endings:
        raise RuleBroken(
            N_("The name ends in “%(ending)s”, but the content is another: %(found)s. A file under a wrong name is not kept."),
            code="lying_name", field="file", ending=ending or "—", found=kind.endings[0],
        )  # fmt: skip
    return kind


def _not_kept(head: bytes, found: str | None, allowed: Collection[str]) -> RuleBroken:
    """A refusal that names what the content looks like and what would be kept."""
    kept = ", ".join(TYPES[code].endings[0] for code in TYPES if code in allowed)
    return RuleBroken(
        N_("This content is not kept here (it looks like: %(found)s). Kept are: %(kept)s."),
        code="type_not_kept", field="file", found=found or _looks_like(head), kept=kept,
    )  # fmt: skip


def _looks_like(head: bytes) -> str:
    try:
        return puremagic.from_string(head).lstrip(".") or "?"
    except (puremagic.PureError, ValueError):
        return "?"


def _picture(path: Path, head: bytes, most_pixels: int) -> str | None:
    if not (head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n")) or head[8:12] == b"WEBP"):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=_FORMATS) as picture:
                return _sound(picture, most_pixels)
    except UnidentifiedImageError:
        return None
    except Image.DecompressionBombError:
        raise _too_many_pixels(most_pixels) from None
    except (OSError, SyntaxError, ValueError, zlib.error) as error:
        raise _broken_picture(error) from None


def _sound(picture: Image.Image, most_pixels: int) -> str:
    width, height = picture.size
    if width * height > most_pixels:
        raise _too_many_pixels(most_pixels)
    if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":
        raise RuleBroken(
            N_("Moving pictures are not kept; save one of its frames."), code="moving_picture", field="file"
        )
    picture.load()  # to the last pixel: a torn one is found here
    return _PICTURES[str(picture.format)]


def _too_many_pixels(most: int) -> RuleBroken:
    return RuleBroken(
        N_("The picture has more than %(most)s million pixels and is not opened."),
        code="picture_bomb",
        field="file",
        most=most // 1_000_000,
    )


def _broken_picture(error: Exception) -> RuleBroken:
    return RuleBroken(
        N_("The picture is damaged: %(reason)s"), code="broken_picture", field="file", reason=str(error)
    )


def _pdf(path: Path, head: bytes, most_pixels: int) -> str | None:
    return "pdf" if head.startswith(b"%PDF-") else None


def _office(path: Path, head: bytes, most_pixels: int) -> str | None:
    if not head.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = {part.filename for part in archive.infolist()}
            if "[Content_Types].xml" not in names:
                return None
            _check_archive(archive)
            return next((code for part, code in _PARTS.items() if part in names), None)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise RuleBroken(
            N_("The file is damaged: %(reason)s"), code="broken_file", field="file", reason=str(error)
        ) from None


def _check_archive(archive: zipfile.ZipFile) -> None:
    """Refuse programs and what unpacks to far more than it weighs; reading each part proves its size and checksum."""
    parts = archive.infolist()
    heavy = [p for p in parts if p.file_size > max(p.compress_size, 1024) * _MOST_RATIO]
    if len(parts) > _MOST_PARTS or heavy or sum(p.file_size for p in parts) > _MOST_UNPACKED:
        raise RuleBroken(
            N_("The file unpacks to far more than it weighs; it is refused as a possible attack."),
            code="zip_bomb", field="file",
        )  # fmt: skip
    if any(mark in part.filename.lower() for part in parts for mark in _MACRO_PARTS):
        raise _macros()
    for part in parts:
        with archive.open(part) as file:
            while file.read(_PIECE):
                pass


def _macros() -> RuleBroken:
    return RuleBroken(
        N_("The file carries macros, which are programs; save it without them."), code="macros", field="file"
    )


def _old_office(path: Path, head: bytes, most_pixels: int) -> str | None:
    if not head.startswith(_OLE):
        return None
    wanted = {name: name.encode("utf-16-le") for name in (*_STREAMS, *_MACRO_STREAMS)}
    found: set[str] = set()
    for piece in _pieces(path, overlap=64):
        found |= {name for name, mark in wanted.items() if mark in piece}
    if found & set(_MACRO_STREAMS):
        raise _macros()
    return next((code for stream, code in _STREAMS.items() if stream in found), None)


def _pieces(path: Path, *, overlap: int) -> Iterator[bytes]:
    tail = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield tail + piece
            tail = piece[-overlap:]


def _text(path: Path, head: bytes, most_pixels: int) -> str | None:
    """Text in UTF-8 or GB18030 without control characters, and none that a browser or a shell would run."""
    if head.startswith((b"#!", b"MZ", b"\x7fELF")) or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if any(c < " " and c not in "\t\r\n\f" for c in text) else "txt"
    return None


_CHECKS: tuple[Callable[[Path, bytes, int], str | None], ...] = (_picture, _pdf, _office, _old_office, _text)


def draw_anew(source: Path, target: Path, kind: FileType, *, side: int) -> tuple[int, int]:
    """Write a picture anew, upright and no larger than a side: nothing of its maker, place or device comes along.

    Args:
        source: A picture :func:`decide_type` found sound.
        target: Where to.
        kind: Type to write.
        side: Longest side in pixels; a smaller picture keeps its size.

    Returns:
        Width and height.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(source, formats=_FORMATS) as opened:
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((side, side), Image.Resampling.LANCZOS)
            plain = _plain(picture, kind)
    options = {"png": {"optimize": True}}.get(kind.code, {"quality": 85})
    plain.save(target, format=kind.code.upper(), **options)
    return plain.size


def _plain(picture: Image.Image, kind: FileType) -> Image.Image:
    """The bare pixels: palettes spread out, transparency only where the type knows it, no text beside them."""
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    mode = "RGBA" if has_alpha and kind.code != "jpeg" else "RGB"
    bare = Image.new(mode, picture.size)
    bare.paste(picture.convert(mode))
    return bare
