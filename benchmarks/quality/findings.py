"""Findings of ``dedupe check`` to look at by hand: a number of each family, drawn from real documentation, on one page.

    apt-get download linux-doc-6.12 python3.13-doc debian-reference-en debian-reference-zh-cn manpages-zh
    for deb in *.deb; do dpkg -x "$deb" packages; done
    python benchmarks/quality/findings.py --packages packages --seed 1 --n 12 -o /tmp/page.md
    python benchmarks/quality/findings.py --folder docs --seed 1 --n 12 -o /tmp/page.md
    python benchmarks/quality/findings.py --packages packages --seed 1 --sample 50 --tree /tmp/tree -o /tmp/page.md
    python benchmarks/quality/findings.py --packages new --kinds benchmarks/quality/other.toml --sample 50 -o /tmp/page.md
    python benchmarks/quality/findings.py --table benchmarks/quality/verdicts/*.txt

With ``--packages`` a tree is drawn from five Debian packages: pages of the kernel in English and Chinese, of Python, the
Debian reference in both languages, Chinese manual pages as a terminal shows them; with ``--kinds`` from what a file of
kinds says (``other.toml``: fourteen kinds of other packages, ``repositories.toml``: of public repositories). The page holds the texts of others: it
is for looking at, not for committing. The same seed gives the same files and, while the program finds the same, the same page.

``--n`` draws so many of each family; ``--sample`` draws so many of all that is shown by default, each family with the
share that it has there (one at least). Who has looked at a page writes a file of verdicts, a line each: the id, the
rule, ``right``, ``arguable`` or ``wrong``; lines with ``#`` say what was drawn. ``--table`` counts such files.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

# Files of each kind where all of them are 300.
SHARES = {"kernel-zh": 80, "kernel-en": 100, "python": 60, "reference": 30, "manual-zh": 30}
FAMILIES = ("D1 D2", "D301 D302", "D4", "W1")
# What is not shown without being asked for is not drawn, unless --all.
SHOWN = ("D1 D2", "D301 D302")
# Of a sample each of these has its share.
STRATA = ("D1 D2", "D301", "D302")
VERDICTS = ("right", "arguable", "wrong")
AROUND = 3
MEMBERS = 4


def kinds(packages: Path) -> dict[str, list[Path]]:
    """The files of each kind, in the order of their names."""
    kernel = sorted(packages.rglob("Documentation/**/*.rst.gz"))
    python = {path.resolve(): path for path in sorted(packages.rglob("python3*/html/_sources/**/*.rst.txt"))}
    return {
        "kernel-zh": [p for p in kernel if "translations/zh_CN" in str(p)],
        "kernel-en": [p for p in kernel if "translations" not in p.parts],
        "python": sorted(python.values()),
        "reference": sorted(packages.rglob("debian-reference-common/docs/*.html")),
        "manual-zh": sorted(packages.rglob("zh_CN/man*/*.gz")),
    }


def other_kinds(packages: Path, table: Path) -> tuple[dict[str, list[Path]], dict[str, int]]:
    """The files of each kind that a file of kinds names, in the order of their names, and their shares."""
    named = tomllib.loads(table.read_text(encoding="utf-8"))
    files = {
        kind: sorted(
            {path.resolve() for glob in each["of"] for path in packages.resolve().glob(glob) if path.is_file()}
        )
        for kind, each in named.items()
    }
    return files, {kind: each["files"] for kind, each in named.items()}


def draw(packages: Path, tree: Path, files: int, seed: int, table: Path | None = None) -> int:
    """Write a tree of files drawn at random; return their number."""
    chance = random.Random(seed)
    total = 0
    found, shares = other_kinds(packages, table) if table else (kinds(packages), SHARES)
    for kind, paths in found.items():
        share = shares[kind] * files // sum(shares.values())
        for path in sorted(chance.sample(paths, min(share, len(paths)))):
            packed, manual = path.suffix == ".gz", is_manual(path)
            target = tree / kind / path.relative_to(packages.resolve() if table else packages)
            name = target.name.removesuffix(".gz")
            target = target.with_name(name + ".txt" if manual else name.replace(".rst.txt", ".rst"))
            data = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(as_shown(data) if manual else data)
            total += 1
    return total


def is_manual(path: Path) -> bool:
    """Tell whether a file is the source of a page of the manual."""
    return path.suffix == ".gz" and path.parent.name[:3] == "man" and path.parent.name[3:4].isdigit()


def as_shown(page: bytes) -> bytes:
    """A manual page as a terminal shows it; where a page names another file, nothing."""
    shown = subprocess.run(
        ["groff", "-t", "-K", "utf8", "-mandoc", "-Tutf8", "-P-c"], input=page, capture_output=True, check=False
    )
    return subprocess.run(["col", "-bx"], input=shown.stdout, capture_output=True, check=True).stdout


def check(folder: Path, options: list[str]) -> list[dict[str, Any]]:
    """The groups that ``check`` reports of a folder, as its JSON has them. Raises ``RuntimeError`` where it fails."""
    command = [
        sys.executable,
        "-m",
        "dedupe_cli",
        "check",
        "--isolated",
        "--no-cache",
        "--across",
        "-f",
        "json",
        *options,
        ".",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode not in {0, 1} or not done.stdout:
        raise RuntimeError(done.stderr.decode())
    return json.loads(done.stdout)["groups"]


def family(group: dict[str, Any], names: tuple[str, ...] = FAMILIES) -> str:
    return next((name for name in names if group["rule"].startswith(tuple(name.split()))), "other")


def shown(folder: Path, member: dict[str, Any]) -> str:
    """A member in its file: the lines around it, and its own lines marked."""
    lines = (folder / member["path"]).read_text(encoding="utf-8", errors="replace").split("\n")
    low, high = member["start"]["line"] - 1, member["end"]["line"]
    if member["end"]["column"] == 1 and high > low + 1:
        high -= 1
    rows = []
    for number in range(max(low - AROUND, 0), min(high + AROUND, len(lines))):
        if low + 25 <= number < high - 5:
            if number == low + 25:
                rows.append("  ...")
            continue
        rows.append(f"{'>' if low <= number < high else ' '} {lines[number][:400]}")
    return "\n".join(rows)


def entry(folder: Path, number: int, group: dict[str, Any]) -> str:
    """One finding on the page."""
    rows = [f"## {number}. {group['rule']} {group['id']}: {group['message']}", ""]
    members = group["members"]
    kept = group["kept"]
    order = [kept, *(i for i in range(len(members)) if i != kept)]
    for i in order[:MEMBERS]:
        member = members[i]
        word = "stays" if i == kept else member["decision"]
        rows += [
            f"{word}, {member['path']}:{member['start']['line']}, {member['score']:.0f} %",
            "",
            "```",
            shown(folder, member),
            "```",
        ]
        if member.get("text") is not None:
            rows += ["", "the text: " + " ⏎ ".join(member["text"].split("\n"))[:1500]]
        rows.append("")
    if len(order) > MEMBERS:
        rows += [f"and {len(order) - MEMBERS} more", ""]
    return "\n".join(rows)


def sampled(groups: list[dict[str, Any]], n: int, seed: int) -> list[dict[str, Any]]:
    """Draw findings at random, of each family so many as is its share; one at least where there is one."""
    strata = [[group for group in groups if family(group, STRATA) == name] for name in STRATA]
    total = sum(map(len, strata))
    shares = [min(max(round(n * len(each) / total), 1), len(each)) if each else 0 for each in strata]
    shares[0] += min(n - sum(shares), len(strata[0]) - shares[0])
    out = []
    for name, each, share in zip(STRATA, strata, shares, strict=True):
        out += random.Random(f"{seed} {name}").sample(each, share)
    return out


def table(files: list[Path]) -> str:
    """Count verdicts: a row for each file and family, and one for all of it. Raises ``ValueError`` for what is none."""
    rows = ["| | looked at | right | arguable | wrong |", "|---|---|---|---|---|"]
    for path in files:
        lines = [line.split() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
        if any(len(line) != 3 or line[2] not in VERDICTS for line in lines):
            raise ValueError(f"{path}: a line is an id, a rule and one of {', '.join(VERDICTS)}")
        for name in (*STRATA, ""):
            found = Counter(line[2] for line in lines if line[1].startswith(tuple(name.split() or [""])))
            if found.total():
                counts = " | ".join(str(found[verdict]) for verdict in VERDICTS)
                rows.append(f"| {path.stem} {name or 'all'} | {found.total()} | {counts} |")
    return "\n".join(rows) + "\n"


def page_of_sample(folder: Path, groups: list[dict[str, Any]], n: int, seed: int) -> str:
    """The page of a sample, and at its end the ids to write verdicts behind."""
    chosen = sampled(groups, n, seed)
    by_rule = Counter(group["rule"] for group in groups)
    rows = ["# A sample", "", ", ".join(f"{rule} {many}" for rule, many in sorted(by_rule.items())), ""]
    rows += [entry(folder, number, group) for number, group in enumerate(chosen, 1)]
    rows += ["## Verdicts", "", *(f"{group['id']} {group['rule']} " for group in chosen)]
    return "\n".join(rows) + "\n"


def page(folder: Path, groups: list[dict[str, Any]], n: int, seed: int, families: tuple[str, ...]) -> str:
    """The page: counts, then the drawn findings of each family."""
    by_rule = Counter(group["rule"] for group in groups)
    rows = ["# Findings", "", ", ".join(f"{rule} {many}" for rule, many in sorted(by_rule.items())), ""]
    number = 0
    for name in families:
        here = [group for group in groups if family(group) == name]
        for group in random.Random(f"{seed} {name}").sample(here, min(n, len(here))):
            number += 1
            rows.append(entry(folder, number, group))
    return "\n".join(rows) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--packages", type=Path, help="unpacked Debian packages: draw a tree from them")
    place.add_argument("--folder", type=Path, help="a tree to check as it is")
    place.add_argument("--table", type=Path, nargs="+", help="files of verdicts to count")
    parser.add_argument("--kinds", type=Path, help="with --packages: what to draw from them, a file like other.toml")
    parser.add_argument("--tree", type=Path, help="where the drawn tree is left; without it, it goes at the end")
    parser.add_argument("--report", type=Path, help="a report of check in JSON, of the same tree, to draw from")
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--n", type=int, default=12, help="findings of each family")
    parser.add_argument("--sample", type=int, help="findings drawn of all that is shown, instead of each family")
    parser.add_argument("--save", type=Path, help="where the report of check goes, for --report")
    parser.add_argument("--all", action="store_true", help="also families that are not shown unless asked for")
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("options", nargs="*", help="options of check, behind --")
    given = parser.parse_args()
    if given.table:
        print(table(given.table), end="")
        return 0
    if given.output is None:
        parser.error("-o names the page")
    with tempfile.TemporaryDirectory() as name:
        folder = given.folder or given.tree or Path(name)
        if given.packages and not (given.tree and given.tree.exists()):
            print(f"{draw(given.packages, folder, given.files, given.seed, given.kinds)} files")
        found = json.loads(given.report.read_text())["groups"] if given.report else check(folder, given.options)
        if given.save:
            given.save.write_text(json.dumps({"groups": found}), encoding="utf-8")
        groups = [group for group in found if group["status"] == "new"]
        families = FAMILIES if given.all else SHOWN
        if given.sample:
            shown_by_default = [group for group in groups if family(group) in SHOWN]
            text = page_of_sample(folder, shown_by_default, given.sample, given.seed)
        else:
            text = page(folder, groups, given.n, given.seed, families)
        given.output.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
