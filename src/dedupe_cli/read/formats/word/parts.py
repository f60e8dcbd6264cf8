"""A Word document as its parts: opened with care, written back with some parts changed.

Documents come from anywhere: what unpacks to more than :data:`LARGEST` bytes, or far more than was packed, is refused,
and so is XML that declares entities.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from dedupe_cli.errors import ReadError, to_install

DOCUMENT = "word/document.xml"
# Bytes of all parts together; how many times larger than packed they may be; below this many bytes that is no matter.
LARGEST, RATIO, SMALL = 1 << 29, 200, 1 << 22
# What reading an archive raises that is damaged (whichever way it is packed), packed in an unknown way or cut off.
_UNREADABLE: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, EOFError)
with suppress(ImportError):  # some builds of Python have no such module
    from lzma import LZMAError

    _UNREADABLE += (LZMAError,)
# The bit of a part that is encrypted.
_ENCRYPTED = 1
_HINT = "open it in Word and save it anew"


def read_document(data: bytes, name: str) -> bytes:
    """Return the XML of the text of a document; raises :class:`ReadError` for what is none, or is a trap."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if DOCUMENT not in archive.namelist():
                raise ReadError(
                    f"{name}: not a Word document: no {DOCUMENT} in it", hint="unzip -l FILE shows what it is"
                )
            _check_parts(archive, len(data), name)
            xml = _read(archive, DOCUMENT, name)
    except _UNREADABLE as error:
        raise ReadError(f"{name}: not a Word document ({error})", hint=_HINT) from None
    _check_entities(xml, name)
    return xml


def parsed(xml: bytes, name: str) -> Any:
    """Return the root of the tree of the text; no entity is resolved, nothing is fetched."""
    etree = library(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"{name}: damaged XML ({error})", hint=_HINT) from None
    if root.getroottree().docinfo.internalDTD is not None:  # in an encoding in which the bytes do not show it
        raise _trap(name)
    return root


def library(name: str) -> Any:
    """Return lxml, which the extra ``docx`` brings."""
    try:
        from lxml import etree  # noqa: PLC0415  an extra
    except ImportError:
        raise ReadError(f"{name}: a Word document", hint=f"{to_install('docx')} lets it read them") from None
    return etree


def written(root: Any, name: str) -> bytes:
    """Return a tree as the bytes of a part."""
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    return head + bytes(library(name).tostring(root, encoding="UTF-8"))


def read_part(data: bytes, part: str, name: str) -> bytes | None:
    """Return another part of a document that was read before, ``None`` when it has none of that name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if part not in archive.namelist():
            return None
        try:
            xml = _read(archive, part, name)
        except _UNREADABLE as error:
            raise _damaged(part, name, error) from None
    _check_entities(xml, name)
    return xml


def with_parts(data: bytes, name: str, changed: Mapping[str, bytes]) -> bytes:
    """Return the document with some parts changed; all others, their order and their dates are as they were.

    New parts come last and have the date of the text. Raises :class:`ReadError` when a part cannot be read.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        new.comment = old.comment
        for info in old.infolist():
            try:
                content = old.read(info)
            except _UNREADABLE as error:
                raise _damaged(info.filename, name, error) from None
            new.writestr(info, changed.get(info.filename, content))
        for part in sorted(changed.keys() - set(old.namelist())):
            info = zipfile.ZipInfo(part, old.getinfo(DOCUMENT).date_time)
            new.writestr(info, changed[part], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _damaged(part: str, name: str, error: Exception) -> ReadError:
    return ReadError(f"{name}: {part} in it is damaged ({error})", hint=_HINT)


def _check_entities(xml: bytes, name: str) -> None:
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise _trap(name)


def _trap(name: str) -> ReadError:
    return ReadError(f"{name}: its XML declares entities, which no Word document does", hint="do not trust it")


def _check_parts(archive: zipfile.ZipFile, packed: int, name: str) -> None:
    if any(info.flag_bits & _ENCRYPTED for info in archive.infolist()):
        raise ReadError(f"{name}: encrypted", hint="open it in Word and save it without a password")
    size = sum(info.file_size for info in archive.infolist())
    if size > LARGEST or (size > SMALL and size > RATIO * packed):
        raise ReadError(f"{name}: unpacks to {size >> 20:,} MiB, which no document does", hint="do not trust it")


def _read(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    """Unpack a part, no further than it says that it is large."""
    size = archive.getinfo(part).file_size
    with archive.open(part) as file:
        xml = file.read(size + 1)
    if len(xml) != size:
        raise ReadError(f"{name}: {part} is larger than it says", hint="do not trust it")
    return xml


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_WORDS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "\u2011"}
# Text in these is not that of the paragraph around: another story, or deleted already.
_OTHER = frozenset(W + tag for tag in ("txbxContent", "del", "moveFrom", "pPr", "instrText"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text of a paragraph: offset, length, and the element that holds it."""

    at: int
    length: int
    element: Any

    @property
    def text(self) -> str:
        """What it says."""
        return str(self.element.text) if self.element.tag == W + "t" else _WORDS[self.element.tag]


def pieces(paragraph: Any) -> list[Piece]:
    """Return the stretches of the text of a paragraph, in order."""
    out: list[Piece] = []
    at = 0
    todo = list(paragraph)[::-1]
    while todo:
        element = todo.pop()
        if element.tag in _OTHER:
            continue
        said = element.text or "" if element.tag == W + "t" else _WORDS.get(element.tag, "")
        if said:
            out.append(Piece(at, len(said), element))
            at += len(said)
        todo += list(element)[::-1]
    return out


def text_of(paragraph: Any) -> str:
    """Return the text of a paragraph."""
    return "".join(piece.text for piece in pieces(paragraph))
