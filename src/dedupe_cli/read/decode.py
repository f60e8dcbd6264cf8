"""Bytes to text: explicit encoding, byte order mark, strict UTF-8, then a guess; never a replacement character.

A decoded text must give back exactly the bytes that it came from, because everything that is not cut is
written unchanged. Where a codec cannot promise that by its design, it is tried out at once.
"""

from __future__ import annotations

import codecs
from encodings.aliases import aliases
from typing import TYPE_CHECKING, Literal, NamedTuple

from dedupe_cli.errors import DecodeError, SettingsError

if TYPE_CHECKING:
    from dedupe_cli.model import Source

OnError = Literal["error", "skip", "keep"]

# How much is looked at for NUL bytes, in bytes: what ripgrep and git look at is smaller, most headers are
# shorter.
HEAD = 1 << 16

# In UTF-32, too, so many in a row are a character NUL.
_NULS = bytes(8)
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
# What Windows calls the encoding of its country.
_ANSI = "ansi"
# One text has one byte form in these, and the other way round: no need to try.
_FAITHFUL = {"utf-8", "ascii", "iso8859-1", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"}


class Decoding(NamedTuple):
    """How bytes are read: ``encoding`` a codec's name or ``None`` (by the bytes), ``encodings`` what is guessed among.

    ``on_error``: what becomes of bytes that are no text. ``error`` and ``skip`` refuse them (what the difference is,
    the caller knows), ``keep`` lets them pass through unchanged.
    """

    encoding: str | None = None
    encodings: tuple[str, ...] | None = None
    on_error: OnError = "error"


def decode(data: bytes, path: str, encoding: str | Decoding | None = None) -> Source:
    """Decode one input; ``encoding`` is a codec's name, ``None`` and ``auto`` mean: by the bytes.

    Raises :class:`SettingsError` for an unknown encoding, :class:`DecodeError` (with the offset in bytes) when
    the bytes are not a text of it, would not be given back as they were, or could be of several encodings.
    """
    how = encoding if isinstance(encoding, Decoding) else Decoding(encoding)
    name = "standard input" if path == "-" else path
    keep = how.on_error == "keep"
    codec, bom, given = _choose(data, None if how.encoding == "auto" else how.encoding)
    rest, errors, guessed = data[len(bom) :], "strict", False
    if not given and not _is_text(rest):
        codec, guessed = _guess(rest, name, how)
    try:
        text = _strict(rest, name, codec, len(bom))
    except DecodeError:
        if not keep:
            raise
        text, errors = _kept(rest, name, codec), "surrogateescape"
    if (errors != "strict" or codec not in _FAITHFUL) and not _gives_back(text, codec, rest, errors):
        raise DecodeError(
            f"{name}: {codec} would not give back the same bytes",
            hint="convert it to UTF-8 first: iconv -f ENCODING -t UTF-8",
        )
    from hashlib import sha256  # noqa: PLC0415  not for --help

    from dedupe_cli.model import Source  # noqa: PLC0415

    digest = sha256(data).hexdigest()
    return Source(path, text, digest, codec, bom, newline_style(text), errors=errors, guessed=guessed)


def _is_text(data: bytes) -> bool:
    """Tell whether bytes are UTF-8 without NUL among the first."""
    if b"\0" in data[:HEAD]:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _guess(data: bytes, name: str, how: Decoding) -> tuple[str, bool]:
    """Return the encoding of bytes that are no UTF-8, and whether it was guessed."""
    from dedupe_cli.read.detect import ENCODINGS, detect  # noqa: PLC0415  only for bytes that are no UTF-8

    found = detect(data, ENCODINGS if how.encodings is None else how.encodings)
    binary = b"\0" in data[:HEAD]
    if found is not None and found.sure:
        return codec_name(found.encoding), True
    if how.on_error == "keep" and not binary:
        return "utf-8", False
    if binary:
        raise _binary(data, name)
    if found is not None:
        try:
            _strict(data, name, "utf-8", 0)
        except DecodeError as error:
            message = f"{error.message}; it may be {found.encoding}, but that is not sure"
            raise DecodeError(message, hint=f"if it is: --encoding {found.encoding}") from None
    return "utf-8", False


def _kept(data: bytes, name: str, codec: str) -> str:
    """Decode with what is no text as lone surrogates, one for each byte."""
    try:
        return data.decode(codec, "surrogateescape")
    except UnicodeError:  # UTF-16 and UTF-32 know no single bytes
        raise DecodeError(
            f"{name}: not valid {codec}, and what is invalid cannot be kept in it",
            hint="name another one with --encoding",
        ) from None


def newline_style(text: str) -> str:
    r"""Return ``\n``, ``\r\n``, ``\r``, ``mixed``, or the empty string for a text of one line."""
    pairs = text.count("\r\n")
    found = {"\r\n": pairs, "\n": text.count("\n") - pairs, "\r": text.count("\r") - pairs}
    used = [style for style, count in found.items() if count]
    return "mixed" if len(used) > 1 else "".join(used)


def _choose(data: bytes, encoding: str | None) -> tuple[str, bytes, bool]:
    """Return the codec (one that writes no mark of its own), the mark, and whether it was asked for or marked."""
    asked = codec_name(encoding) if encoding else None
    for mark, codec in _MARKS:
        family = "utf-8-sig" if codec == "utf-8" else codec[:6]  # as which a marked encoding may have been asked for
        if data.startswith(mark) and asked in (None, codec, family):
            return codec, mark, True
    if asked:
        return _UNMARKED.get(asked, asked), b"", True
    return "utf-8", b"", False


def refuse_binary(head: bytes, name: str, encoding: str | Decoding | None) -> None:
    """Refuse by its first bytes what is no text of any encoding: before all of it is read."""
    asked = encoding.encoding if isinstance(encoding, Decoding) else encoding
    if asked in {None, "auto"} and is_binary(head) and _NULS in head:
        raise _binary(head, name)


def _binary(data: bytes, name: str) -> DecodeError:
    return DecodeError(f"{name}: looks binary (byte {data.index(0)} is NUL)", hint=_binary_hint(data[:HEAD]))


def is_binary(head: bytes) -> bool:
    """Tell whether the first :data:`HEAD` bytes of a file are of no text: NUL bytes without a byte order mark."""
    return b"\0" in head and not head.startswith(tuple(mark for mark, _ in _MARKS))


def _binary_hint(head: bytes) -> str:
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > max(4 * even, len(head) // 16, 3):
        return "it may be UTF-16 without a byte order mark: --encoding utf-16-le"
    if even > max(4 * odd, len(head) // 16, 3):
        return "it may be UTF-16 without a byte order mark: --encoding utf-16-be"
    return "if it is text all the same, name its encoding: --encoding utf-8"


def codec_name(encoding: str, flag: str = "--encoding") -> str:
    """Return Python's name of a text encoding; raises :class:`SettingsError` for an unknown one."""
    try:
        info = codecs.lookup(encoding)
        "".encode(info.name)
    except (LookupError, ValueError):
        from difflib import get_close_matches  # noqa: PLC0415  needed only after a slip

        word = encoding.lower().replace("-", "_")
        if word == _ANSI:
            hint = "that is gb18030 on a Chinese Windows, big5 on one in Taiwan, windows-1252 on a Western one"
            raise SettingsError(f"{flag}: {encoding!r} is another encoding in each country", hint=hint) from None
        # The names of Python first: other spellings of them are no help.
        near = get_close_matches(word, sorted({*aliases.values()}), n=1) or get_close_matches(word, [*aliases], n=1)
        hint = f"did you mean {near[0].replace('_', '-')}?" if near else "known are utf-8, gb18030, big5, utf-16, ..."
        raise SettingsError(f"{flag}: unknown encoding {encoding!r}", hint=hint) from None
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
        raise DecodeError(message, hint=hint) from None
    except UnicodeError as error:
        raise DecodeError(f"{name}: not valid {codec} ({error})", hint="name another one with --encoding") from None


def _gives_back(text: str, codec: str, data: bytes, errors: str) -> bool:
    try:
        return text.encode(codec, errors) == data
    except UnicodeError:
        return False
