"""Show that a change of the engine changes no plan: digests of edits, groups and notes of many texts.

    python benchmarks/same.py --save /tmp/before.json
    python benchmarks/same.py --against /tmp/before.json

Texts: the quality benchmark's sets, the ground texts, ``samples/``, the cases of the tests, hostile texts of 20 kB;
every other one of moderate length also as Markdown, as a web page and as subtitles. Texts below ``--shared`` are read by path and left out, by name, where they are not there. Exit 1 when a plan
differs; the texts are named, and with ``--keep DIR`` written there.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import multiprocessing
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE / "quality"), str(HERE / "speed"), str(ROOT / "tests")]

import hostile  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    Item = tuple[str, str, dict[str, object]]

SKIPPED = {".png", ".svg", ".json", ".py"}
# Texts of more characters are not made into other kinds of files.
LONG = 12_000


def arguments() -> argparse.Namespace:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="folder with data/ and eval/")
    ap.add_argument("--n", type=int, default=8, help="cases of every set of the quality benchmark")
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--keep", type=Path, help="folder for the texts whose plan differs")
    ap.add_argument("--only", default="", help="texts whose name has this in it")
    which = ap.add_mutually_exclusive_group(required=True)
    which.add_argument("--save", type=Path, metavar="FILE")
    which.add_argument("--against", type=Path, metavar="FILE")
    return ap.parse_args()


def texts(shared: Path, n: int) -> Iterator[Item]:
    """Yield name, text and options of everything that is compared."""
    for path in sorted((ROOT / "samples").rglob("*")):
        if path.is_file() and path.suffix not in SKIPPED:
            yield f"samples/{path.name}", path.read_bytes().decode("utf-8", "replace"), {}
    import test_cases  # noqa: PLC0415  the cases of the tests, as the tests read them

    for case in test_cases.CASES:
        yield f"cases/{case.id}", case.input, dict(case.options)
    for name, make in hostile.TEXTS.items():
        yield f"hostile/{name}", make(20_000), {}
    if not (shared / "data").is_dir():
        print(f"left out: no {shared / 'data'}", file=sys.stderr)
        return
    for path in sorted((shared / "data").glob("*/*.txt")):
        yield f"data/{path.name}", path.read_text(encoding="utf-8"), {}
    import suites  # noqa: PLC0415

    for suite in suites.build(shared, list(suites.NAMES), n=n, seed=5, half="dev"):
        for number, text in enumerate(suite.texts):
            yield f"{suite.name}/{number}", text, {}


def in_forms(items: list[Item]) -> Iterator[Item]:
    """Yield texts as other kinds of files, which the ending of their names tells: their blocks take forms by turns."""
    for name, text, options in items[::2]:
        blocks = [block for block in text.split("\n\n") if block.strip()]
        if options or len(text) > LONG or not blocks:
            continue
        for form in (markdown, web_page, subtitles):
            yield f"{name}.{FORMS[form]}", form(blocks), {}


def markdown(blocks: list[str]) -> str:
    """Paragraphs, lists, quotations and headings with what stands under them."""
    marks = "", "- ", "", "> ", "", "1. "
    out = []
    for number, block in enumerate(blocks):
        mark = marks[number % len(marks)]
        out += [f"## {block[:20].strip()}"] if number % 4 == 3 and "\n" not in block[:20] else []
        out.append("\n".join(mark + line for line in block.split("\n")))
    return "\n\n".join(out) + "\n"


def web_page(blocks: list[str]) -> str:
    """Paragraphs, lists, lines in one block, tables."""
    out = []
    for number, block in enumerate(blocks):
        lines = [html.escape(line) for line in block.split("\n")]
        match number % 4:
            case 0 | 1:
                out.append(f"<p>{' <b>'.join(lines[:2])}{'</b>' * (len(lines) > 1)} {' '.join(lines[2:])}</p>")
            case 2:
                out.append("<ul>" + "".join(f"<li>{line}</li>\n" for line in lines) + "</ul>")
            case _:
                out.append("<div>" + "<br>\n".join(lines) + "</div><table><tr><td>" + lines[0] + "</td></tr></table>")
    return "<html><body>\n" + "\n".join(out) + "\n</body></html>\n"


def subtitles(blocks: list[str]) -> str:
    """A cue of every line."""
    lines = [line for block in blocks for line in block.split("\n") if line.strip()]
    times = [f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}" for at in range(len(lines))]
    cues = zip(times, lines, strict=True)
    return "\n".join(f"{number}\n{at},000 --> {at},900\n{line}\n" for number, (at, line) in enumerate(cues, 1))


FORMS = {markdown: "md", web_page: "html", subtitles: "srt"}


def digest(item: Item) -> tuple[str, str, float]:
    """Name, digest of the plan, seconds."""
    from dedupe_cli import api, plan  # noqa: PLC0415
    from dedupe_cli.read.formats.choose import open_source  # noqa: PLC0415

    name, text, options = item
    begin = perf_counter()
    try:
        if name.endswith(tuple(FORMS.values())):
            made = api.run(open_source(text.encode("utf-8", "surrogatepass"), name), api.make(**options)).plan
        else:
            made = plan(text, **options)
        cut = repr([(edit.span, edit.replacement) for edit in made.edits])
        told = repr((made.edits, made.groups, made.notes))
    except Exception as error:  # a failure is a result that must stay the same, too
        cut = told = f"failed: {error!r}"
        print(f"{name}: {told[:200]}", file=sys.stderr)
    return name, f"{_hash(cut)} {_hash(told)}", perf_counter() - begin


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def main() -> int:
    a = arguments()
    items = [*texts(a.shared, a.n)]
    items = [item for item in [*items, *in_forms(items)] if a.only in item[0]]
    with multiprocessing.Pool(a.jobs) as pool:
        rows = pool.map(digest, items, chunksize=4)
    # A text is told apart by what it says: one that was changed meanwhile is another text.
    marks = {name: _hash(text) for name, text, _ in items}
    now = {f"{name} {marks[name]}": found for name, found, _ in rows}
    print(f"{len(now)} texts, {sum(seconds for *_, seconds in rows):.1f} s")
    if a.save:
        a.save.write_text(json.dumps(now, indent=0, ensure_ascii=False), encoding="utf-8")
        return 0
    before = json.loads(a.against.read_text(encoding="utf-8"))
    known = {f"{name} {marks[name]}": text for name, text, _ in items}
    differing = [name for name in now if now[name] != before.get(name, now[name])]
    otherwise = {name for name in differing if now[name].split()[0] != before[name].split()[0]}
    for number, name in enumerate(differing):
        print(f"{'cut otherwise' if name in otherwise else 'told otherwise'}: {name}")
        if a.keep:
            a.keep.mkdir(parents=True, exist_ok=True)
            (a.keep / f"{number:03}.txt").write_text(known[name], encoding="utf-8", errors="surrogatepass")
    same = len(now.keys() & before.keys()) - len(differing)
    print(f"{len(differing)} differ, {len(otherwise)} of them in what is cut; {same} are the same")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
