"""Make the second or the third set of texts again: what `sources.toml` names, out of local clones of public repositories.

    python benchmarks/decide/sources.py --clones DIR --to DIR2 --without ../shared/data/published
    python benchmarks/decide/run.py --texts DIR2 --half all

``--set 3`` makes the third one, from which, as from the others, the weights are fitted on one half.

A clone of ``owner/name`` is looked for in ``DIR/owner+name``, at the commit that is named. The texts go into
``<kind>/``; none of them is part of the project. Of a pattern's files those with the lowest hashes of their paths are
taken, so that the choice is the same everywhere.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import tomllib
import xml.etree.ElementTree as ET
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

LEAST, MOST, PIECE = 2500, 60_000, 40_000
FRAME = re.compile(r"\*\*\* ?(?:START|END) OF TH[^\n]*\n")


def git(folder: Path, *words: str) -> bytes:
    place = next(
        (p for p in (folder / "repo" / ".git", folder / "repo", folder / ".git", folder) if (p / "HEAD").is_file()),
        folder,
    )
    return subprocess.run(
        ["git", f"--git-dir={place}", "-c", "core.quotepath=off", *words], check=True, capture_output=True
    ).stdout


def order(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()


def book(text: str) -> list[str]:
    """The first pieces of a book, between blank lines, without what the publisher of the file put around it."""
    parts = FRAME.split(text)
    body = max(parts, key=len).replace("\r\n", "\n").strip()
    out: list[str] = []
    while body and len(out) < 3:
        end = body.find("\n\n", PIECE)
        end = len(body) if end < 0 else end
        out.append(body[:end].strip() + "\n")
        body = body[end:].strip()
    return out


def law(data: bytes) -> str:
    """A section of a code in XML as paragraphs: numbers stand before what they number."""
    out: list[str] = []
    head = ""
    for node in ET.fromstring(data).iter():
        name = node.tag.rpartition("}")[2]
        said = " ".join("".join(node.itertext()).split())
        if name == "annotations":
            break
        if name == "num":
            head = f"{head} {said}".strip()
        elif name in {"heading", "text", "aftertext"} and said:
            out.append(f"{'§ ' if not out else ''}{head} {said}".strip())
            head = ""
    return "\n\n".join(out)


def texts(source: dict[str, Any], clones: Path) -> list[tuple[str, str]]:
    """Names and texts of one source."""
    folder = clones / source["repo"].replace("/", "+")
    listed = git(folder, "ls-tree", "-r", "-l", source["commit"]).decode()
    entries = [(line.split("\t")[1], line.split()[3]) for line in listed.splitlines()]
    form = source.get("form", "text")
    found = [
        path
        for path, size in entries
        if size != "-"
        and any(fnmatchcase(path, p) for p in source["paths"])
        and (form != "text" or LEAST <= int(size) <= MOST)
    ]
    found = sorted(found, key=order)
    made: list[tuple[str, str]] = []
    short = source["repo"].partition("/")[2]
    if form == "law":  # sixteen sections that follow each other make a text
        folders = {
            f: sorted(p for p in found if p.rpartition("/")[0] == f) for f in {p.rpartition("/")[0] for p in found}
        }
        runs = [paths[k : k + 16] for paths in folders.values() for k in range(0, len(paths), 16)]
        for paths in sorted(runs, key=lambda r: order(r[0]))[: source["files"]]:
            said = "\n\n".join(law(git(folder, "show", f"{source['commit']}:{p}")) for p in paths)
            made.append((f"{short}-{order(paths[0])[:8]}.txt", said + "\n"))
        return [m for m in made if len(m[1]) >= LEAST]
    for path in found[: source["files"]]:
        text = (
            git(folder, "show", f"{source['commit']}:{path}")
            .decode("utf-8", "replace")
            .removeprefix("\ufeff")
            .replace("\r\n", "\n")
        )
        for k, part in enumerate(book(text) if form == "book" else [text]):
            made.append(
                (
                    f"{short}-{order(path)[:8]}{f'-{k}' if k else ''}{'.txt' if form == 'book' else Path(path).suffix}",
                    part,
                )
            )
    return made


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--clones", type=Path, required=True)
    ap.add_argument("--to", type=Path, required=True)
    ap.add_argument("--set", type=int, default=2)
    ap.add_argument("--without", type=Path, help="leave out texts whose first line begins one that is here")
    a = ap.parse_args()

    def first(text: str) -> str:
        return "".join(c for c in text.lstrip().partition("\n")[0] if c.isalnum())

    known = {first(p.read_text(encoding="utf-8")) for p in a.without.glob("*/*")} if a.without else set()
    known -= {""}
    for source in tomllib.loads((Path(__file__).parent / "sources.toml").read_text(encoding="utf-8"))["source"]:
        if source.get("set", 2) != a.set:
            continue
        target = a.to / source["kind"]
        target.mkdir(parents=True, exist_ok=True)
        made = [(name, text) for name, text in texts(source, a.clones) if first(text) not in known]
        for name, text in made:
            (target / name).write_text(text, encoding="utf-8", newline="")
        print(
            f"{source['kind']:12} {source['repo']:36} {len(made):4} texts {sum(len(t) for _, t in made):9} characters"
        )


if __name__ == "__main__":
    main()
