"""What a cleaner did to a page with accidents, beside what it does to the same page without them."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.append(str(Path(__file__).parent.parent / "quality"))

from labels import letters, score, unsaid
from pastes import PAGE_TWICE, Case, Page, case

from dedupe_cli import api
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.settings import make


@dataclass(slots=True)
class Paste:
    """One accident: letters said again, how many still are, whether the text around is as before (None: cannot tell)."""

    kind: str
    letters: int
    left: int
    before: bool | None


@dataclass(slots=True)
class Row:
    """One page at one rate. ``stale``: kind of change, both paragraphs whole, both wordings said."""

    name: str
    doc: str
    lang: str
    form: str
    rate: float
    model: str
    pastes: list[Paste]
    once: int
    lost: int
    stale: list[tuple[str, bool, bool]]
    seconds: float
    lost_texts: list[tuple[int, str]] = field(default_factory=list)
    left_at: list[int] = field(default_factory=list)
    failed: str = ""


def left(rows: list[Row], kinds: set[str] | None = None) -> float:
    """Return the share of the pasted letters that still stand, all kinds of pastes or some; whole pages do not count."""
    pastes = [p for r in rows for p in r.pastes if p.kind != PAGE_TWICE and (kinds is None or p.kind in kinds)]
    return sum(p.left for p in pastes) / max(1, sum(p.letters for p in pastes))


def source_of(text: str, form: str) -> Any:
    return open_source(text.encode("utf-8", "surrogatepass"), "x.md" if form == "markdown" else "x.txt")


def engine(text: str, form: str) -> str:
    return api.run(source_of(text, form), make()).text


def command(template: str, text: str, form: str) -> str:
    """A shell command with ``{in}`` and ``{out}``."""
    suffix = ".md" if form == "markdown" else ".txt"
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in" + suffix), Path(folder, "out" + suffix)
        source.write_text(text, encoding="utf-8", newline="")
        line = template.replace("{in}", shlex.quote(str(source))).replace("{out}", shlex.quote(str(target)))
        done = subprocess.run(line, shell=True, capture_output=True, check=False)
        if not target.exists():
            raise RuntimeError(f"no output: rc {done.returncode}: {done.stderr[-300:]!r}")
        return target.read_bytes().decode("utf-8")


def judged(c: Case, output: str, base: str) -> Row:
    """Score one output; ``base`` is what the same cleaner makes of the page without the accidents."""
    page, text = c.page, c.labelled.text
    s = score(c.labelled, output)
    flat, flat_base = letters(output), letters(base)
    pastes = []
    for g, put in enumerate(page.puts):
        counts = s.counts.get(f"{g} {put.kind}")
        parts = [f"{page.text}\0"[low : high + (high == len(page.text))] for low, high in put.windows]
        if put.kind == PAGE_TWICE:
            before: bool | None = output.rstrip() == base.rstrip()
        elif put.at < put.said[0][0]:  # the first of two stays: it may move
            before = None
        else:
            wanted = [f"{base}\0".count(part) for part in parts]
            found = [f"{output}\0".count(part) for part in parts]
            before = all(n >= m for n, m in zip(found, wanted, strict=True)) if all(wanted) else None
        if counts:
            pastes.append(Paste(put.kind, counts["repeat"], counts["left"], before))
    lost = []
    for _, at, gone in s.lost_texts:
        n = max(0, unsaid(gone, flat) - unsaid(gone, flat_base))
        if n and not any(low <= at < high for low, high in c.stale):
            lost.append((at, gone, n))
    kept = [_kept(put.said[0], str(put.pieces[-1]), page.text, flat, flat_base) for put in page.stale]
    return Row(
        page.name, page.doc, page.lang, page.form, c.rate, c.labelled.model, pastes, len(letters(page.text)),
        sum(n for _, _, n in lost), [(put.kind, *k) for put, k in zip(page.stale, kept, strict=True)], 0.0,
        [(at, gone) for at, gone, _ in lost], [i for i in s.left_at if text[i].isalnum()],
    )  # fmt: skip


def _kept(said: tuple[int, int], new: str, text: str, flat: str, flat_base: str) -> tuple[bool, bool]:
    """Whether both paragraphs stand whole, and whether both wordings of what was changed are said."""
    was = letters(text[slice(*said)])
    now = letters(new)
    whole = now in flat and (was in flat or was not in flat_base)
    same = next((k for k, (a, b) in enumerate(zip(was, now, strict=False)) if a != b), min(len(was), len(now)))
    tail = next((k for k, (a, b) in enumerate(zip(was[::-1], now[::-1], strict=False)) if a != b), 0)
    tail = min(tail, len(was) - same, len(now) - same)
    said_both = all(w[max(0, same - 5) : max(len(w) - tail, same) + 3] in flat for w in (was, now))
    return whole, said_both


def _late(_signal: int, _frame: Any) -> None:
    raise TimeoutError("took too long")


def measured(job: tuple[Page, tuple[float, ...], str, int, str]) -> list[Row]:
    """Clean a page without and with its accidents, at every rate; the limit is in seconds a text."""
    page, rates, cmd, limit, model = job

    def clean(text: str) -> tuple[str, float, str]:
        begin = perf_counter()
        signal.signal(signal.SIGALRM, _late)
        signal.alarm(limit)
        try:
            return (command(cmd, text, page.form) if cmd else engine(text, page.form)), perf_counter() - begin, ""
        except Exception as e:
            return text, perf_counter() - begin, f"{type(e).__name__}: {e}"[:200]
        finally:
            signal.alarm(0)

    base, _, wrong = clean(page.text)
    rows = []
    for rate in rates:
        c = case(page, rate, model)
        output, seconds, failed = clean(c.labelled.text)
        row = judged(c, output, base)
        row.seconds, row.failed = seconds, failed or wrong
        rows.append(row)
    return rows
