"""Bytes to text: explicit encoding, then byte order mark, then strict UTF-8; never a replacement character.

A decoded text must give back exactly the bytes that it came from, because everything that is not cut is
written unchanged. Where a codec cannot promise that by its design, it is tried out at once.
"""

from __future__ import annotations

import codecs
import hashlib
from encodings.aliases import aliases

from dedupe_cli.errors import ReadError, SettingsError
from dedupe_cli.model import Source

# How much is looked at for NUL bytes, in bytes: what ripgrep and git look at is smaller, most headers are
# shorter.
HEAD = 1 << 16

# Longest first: the mark of UTF-32-LE begins with that of UTF-16-LE.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Names that ask for a mark, and the codec that is meant when there is none.
_UNMARKED = {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}
# One text has one byte form in these, and the other way round: no need to try.
_FAITHFUL = {"utf-8", "ascii", "iso8859-1", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"}


def decode(data: bytes, path: str, encoding: str | None = None) -> Source:
    """Decode one input; ``encoding`` is a codec's name, ``None`` and ``auto`` mean: by the bytes.

    Raises :class:`SettingsError` for an unknown encoding, :class:`ReadError` (with the offset in bytes) when
    the bytes are not a text of it, or would not be given back as they were.
    """
    name = "standard input" if path == "-" else path
    codec, bom = _choose(data, name, None if encoding == "auto" else encoding)
    text = _strict(data[len(bom) :], name, codec, len(bom))
    if codec not in _FAITHFUL and not _gives_back(text, codec, data[len(bom) :]):
        raise ReadError(
            f"{name}: {codec} would not give back the same bytes",
            hint="convert it to UTF-8 first: iconv -f ENCODING -t UTF-8",
        )
    return Source(path, text, hashlib.sha256(data).hexdigest(), codec, bom, newline_style(text))


def newline_style(text: str) -> str:
    r"""Return ``\n``, ``\r\n``, ``\r``, ``mixed``, or the empty string for a text of one line."""
    pairs = text.count("\r\n")
    found = {
        "\r\n": pairs,
        "\n": text.count("\n") - pairs,
        "\r": text.count("\r") - pairs,
    }
    used = [style for style, count in found.items() if count]
    return "mixed" if len(used) > 1 else "".join(used)


def _choose(data: bytes, name: str, encoding: str | None) -> tuple[str, bytes]:
    """Return the codec (one that writes no mark of its own) and the mark that the input begins with."""
    asked = _codec_name(encoding) if encoding else None
    for mark, codec in _MARKS:
        if data.startswith(mark) and asked in (None, codec, *_family(codec)):
            return codec, mark
    if asked:
        return _UNMARKED.get(asked, asked), b""
    if b"\0" in data[:HEAD]:
        raise ReadError(f"{name}: looks binary (byte {data.index(0)} is NUL)", hint=_binary_hint(data[:HEAD]))
    return "utf-8", b""


def is_binary(head: bytes) -> bool:
    """Tell whether the first :data:`HEAD` bytes of a file are of no text: NUL bytes without a byte order mark."""
    return b"\0" in head and not head.startswith(tuple(mark for mark, _ in _MARKS))


def _family(codec: str) -> tuple[str, ...]:
    """Names under which a marked encoding may have been asked for."""
    return ("utf-8-sig",) if codec == "utf-8" else (codec[:6],)


def _binary_hint(head: bytes) -> str:
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > max(4 * even, len(head) // 16, 3):
        return "it may be UTF-16 without a byte order mark: --encoding utf-16-le"
    if even > max(4 * odd, len(head) // 16, 3):
        return "it may be UTF-16 without a byte order mark: --encoding utf-16-be"
    return "if it is text all the same, name its encoding: --encoding utf-8"


def _codec_name(encoding: str) -> str:
    """Return Python's name of a text encoding."""
    try:
        info = codecs.lookup(encoding)
        "".encode(info.name)
    except (LookupError, ValueError):
        from difflib import get_close_matches  # noqa: PLC0415  needed only after a slip

        near = get_close_matches(encoding.lower().replace("-", "_"), [*aliases, *aliases.values()], n=1)
        hint = f"did you mean {near[0].replace('_', '-')}?" if near else "known are utf-8, gb18030, big5, utf-16, ..."
        raise SettingsError(f"--encoding: unknown encoding {encoding!r}", hint=hint) from None
    return info.name


def _strict(data: bytes, name: str, codec: str, skipped: int) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        at = error.start + skipped
        if codec != "utf-8":
            message, hint = f"{name}: not valid {codec} (byte {at})", "name another one with --encoding"
            if codec in {"gb2312", "gbk"}:
                hint = "gb18030 holds more characters: --encoding gb18030"
        elif error.reason == "unexpected end of data":
            message = f"{name}: ends inside a UTF-8 character (byte {at})"
            hint = "it may be cut off; fetch it again, or name its encoding: --encoding gb18030"
        else:
            message = f"{name}: not valid UTF-8 (byte {at})"
            hint = "name its encoding, for example --encoding gb18030, big5, utf-16 or windows-1252"
        raise ReadError(message, hint=hint) from None
    except UnicodeError as error:
        raise ReadError(f"{name}: not valid {codec} ({error})", hint="name another one with --encoding") from None


def _gives_back(text: str, codec: str, data: bytes) -> bool:
    try:
        return text.encode(codec) == data
    except UnicodeError:
        return False
