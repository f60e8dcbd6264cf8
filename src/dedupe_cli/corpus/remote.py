"""Files at addresses (``s3://bucket/crawl/part.jsonl``): found and opened by the file systems of Arrow."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from pyarrow import ArrowInvalid, fs

from dedupe_cli.corpus.files import MARK
from dedupe_cli.errors import ReadError

# Bytes that are asked for at once.
_PIECE = 1 << 20


def opened(url: str) -> io.BufferedReader:
    """Open a file to read its bytes. Raises :class:`OSError`."""
    system, path = _located(url)
    return io.BufferedReader(system.open_input_file(path), _PIECE)


def state(url: str) -> tuple[int, int]:
    """Return the size of a file in bytes and when it changed, in nanoseconds. Raises :class:`OSError`."""
    system, path = _located(url)
    info = system.get_file_info(path)
    if info.type != fs.FileType.File:
        raise FileNotFoundError(2, "no such file")
    return info.size, info.mtime_ns or 0


def found(source: str) -> Iterator[str]:
    """Yield the addresses of the files that are meant by one of a file, a folder or a pattern (``*``, ``?``, ``**``).

    Raises :class:`ReadError` for what cannot be asked for.
    """
    fixed = re.split(r"[*?]", source)[0]
    star = fixed != source
    folder = fixed.rpartition("/")[0] if star else source
    try:
        system, path = _located(folder)
        info = system.get_file_info(path)
        if info.type == fs.FileType.File and not star:
            yield source
            return
        below = system.get_file_info(fs.FileSelector(path, recursive=True, allow_not_found=True))
    except OSError as error:
        raise ReadError(
            f"{source}: {str(error).splitlines()[0]}", hint="are the address and the credentials right?"
        ) from error
    wanted = _pattern(source) if star else re.compile("")
    for each in below:
        url = f"{folder.rstrip('/')}{each.path.removeprefix(path)}"
        if each.type == fs.FileType.File and wanted.match(url):
            yield url


def _pattern(glob: str) -> re.Pattern[str]:
    """Return what a pattern means: ``*`` and ``?`` within a name, ``**`` any folders."""
    signs = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    return re.compile("".join(signs.get(part) or re.escape(part) for part in parts) + r"\Z")


def _located(url: str) -> tuple[Any, str]:
    """Return the file system of an address, and what the file is called there."""
    scheme, _, path = url.partition(MARK)
    return _system(scheme, path.partition("/")[0]), path.rstrip("/")


@lru_cache(maxsize=8)
def _system(scheme: str, bucket: str) -> Any:
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if scheme == "s3" and endpoint:  # which Arrow does not ask for
        place = urlsplit(endpoint)
        return fs.S3FileSystem(endpoint_override=place.netloc, scheme=place.scheme)
    try:
        return fs.FileSystem.from_uri(f"{scheme}{MARK}{bucket}")[0]
    except ArrowInvalid as error:
        raise ReadError(
            f"{scheme}{MARK}: no address that can be read", hint="s3, gs and abfs can; else copy it here"
        ) from error
