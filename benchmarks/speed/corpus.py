"""Large texts in two languages, made of real ones by path.

A text full of reuse is the ground texts as they are, one after the other, again and again until it is large enough,
each time in another order. A text without reuse is made of their words, drawn one by one as often as they stand there.
"""

from __future__ import annotations

import gzip
import html
import random
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SCRIPT = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"</?(?:p|div|h\d|li|tr|br|td)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")
_ROFF = re.compile(r"^(?:[.'].*|\\.*)$", re.MULTILINE)
_BLANK = re.compile(r"[ \t]*\n\s*\n\s*")


def read(path: Path) -> str:
    """Text of one file: HTML without its tags, manual pages without their requests."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = data.decode("utf-8", "replace")
    if path.suffix == ".html":
        text = html.unescape(_TAG.sub("", _BREAK.sub("\n\n", _SCRIPT.sub("", text))))
    elif path.suffix == ".gz":
        text = _ROFF.sub("", text)
    return _BLANK.sub("\n\n", text).strip()


def ground(folders: Iterable[Path]) -> list[str]:
    """Texts of all files below some folders, in order of their names; ends the program where there are none."""
    folders = list(folders)
    files = sorted(p for f in folders for p in f.rglob("*") if p.suffix in {".html", ".txt", ".gz"} and p.is_file())
    texts = [text for p in files if len(text := read(p)) > 200]
    if not texts:
        raise SystemExit(
            f"no texts below {', '.join(map(str, folders))}: name their folders with --zh and --en, or --shared"
        )
    return texts


def reused(texts: list[str], size: int, seed: int = 3) -> str:
    """Return ``size`` bytes of the texts as they are; from the second time on in another order."""
    rng = random.Random(seed)
    out: list[str] = []
    length = 0
    while length < size:
        for text in texts:
            out.append(text)
            length += len(text.encode())
            if length >= size:
                break
        texts = rng.sample(texts, len(texts))
    return "\n\n".join(out) + "\n"


def fresh(texts: list[str], size: int, seed: int = 3) -> str:
    """Return ``size`` bytes of paragraphs of words, each as frequent as in the texts.

    A chain in which each word follows one that it follows in the texts would say the same again and again: half of
    the windows of 30 MB that are made so of 400 kB stand more than once.
    """
    rng = random.Random(seed)
    words = re.findall(r"[\u3400-\u9fff]{1,2}|[^\W\u3400-\u9fff]+|[。，.,!?！？]", " ".join(texts)[:3_000_000])
    out: list[str] = []
    length = 0
    while length < size:
        for word in rng.choices(words, k=1000):
            spaced = word[0] < "\u2e80" and word.isalnum()
            out.append(" " + word if spaced else word)
            if word in "。.!?！？" and rng.random() < 0.2:
                out.append("\n\n")
        length += len("".join(out[-1000:]).encode())
    return "".join(out).strip() + "\n"
