"""`dedupe corpus`: what goes, what stays, what is told of it; runs that end early, and that the result is always the same."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import os
import pty
import random
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import daft
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import command
from dedupe_cli.corpus import deduplicate, tables
from dedupe_cli.corpus import stars as grouping
from dedupe_cli.corpus.execute import run
from dedupe_cli.corpus.explaining import least_similar, removals
from dedupe_cli.corpus.files import find_files
from dedupe_cli.corpus.job import Job
from dedupe_cli.corpus.links import linked
from dedupe_cli.corpus.options import Options
from dedupe_cli.corpus.scores import DIRECT, alignment, similarity
from dedupe_cli.corpus.sketch import RECALL, bands_for, curve, in_one_place, sketch
from dedupe_cli.corpus.stars import agreed, pairs_asked
from dedupe_cli.errors import DedupeError, SettingsError

SAMPLE = Path(__file__).parents[1] / "samples" / "corpus.jsonl"
WORDS = [
    "harbour",
    "rope",
    "ledger",
    "tide",
    "clerk",
    "boat",
    "lamp",
    "winter",
    "pier",
    "cargo",
    "chalk",
    "bell",
    "storm",
    "gull",
    "anchor",
    "plank",
    "keel",
    "mist",
]
HAN = "船绳账潮吏灯冬埠货粉钟浪鸥锚板雾桥水石园枝火烟巷炉炭墙雨梅竹"


def prose(seed: int, size: int = 60, *, han: bool = False) -> str:
    rng = random.Random(seed)
    if han:
        return "".join("".join(rng.choices(HAN, k=9)) + "。" for _ in range(size // 6))
    return " ".join(rng.choice(WORDS) + str(rng.randrange(9)) * (rng.random() < 0.1) for _ in range(size)) + "."


def edited(text: str, seed: int, share: float = 0.02) -> str:
    rng = random.Random(seed)
    return "".join(rng.choice("xqz") if rng.random() < share and c.isalpha() else c for c in text)


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.endswith("}")]


def table(folder: Path, name: str = "removed") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / f"{name}.parquet").to_pylist()
    return rows


def went(folder: Path) -> dict[str, str]:
    return {row["id"]: row["kept_id"] for row in table(folder)}


def clean_run(sources: Path | list[Path], folder: Path, **options: Any) -> dict[str, Any]:
    paths = [str(path) for path in (sources if isinstance(sources, list) else [sources])]
    return run(paths, folder, Options(**options))


def result(folder: Path) -> dict[str, bytes]:
    """Every byte of a result but the timings."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in {"summary.json", "job.json"}]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


# The sample, through the command


def test_the_sample(tmp_path: Path) -> None:
    done = command.here(["corpus", str(SAMPLE), "-o", str(tmp_path / "out")])
    assert done.returncode == 0, done.stderr
    assert went(tmp_path / "out") == {"a2": "a1", "a3": "a1", "b2": "b1", "c1": "c3", "c2": "c3", "e2": "e1"}
    assert {row["id"]: row["rule"] for row in table(tmp_path / "out")}["b2"] == "D401"
    kept = (tmp_path / "out" / "data" / "corpus.jsonl").read_bytes()
    assert kept == SAMPLE.with_name("corpus.expected.jsonl").read_bytes()
    reasons = [row["reason"] for row in table(tmp_path / "out", "errors")]
    assert reasons[0] == "text is null"
    assert reasons[1].startswith("not JSON")
    assert b"15 rows: 6 removed (40 %)" in done.stderr
    assert b"warning: 2 rows not compared, handed on as they are: not JSON (1), text is null (1) (err" in done.stderr
    shown = command.here(["explain", "b2", "--in", str(tmp_path / "out"), "--width", "100"])
    assert "{-7:05-}{+7:15+}" in shown.stdout.decode()
    assert "a number differs: --apply similar would hold it" in shown.stdout.decode()


def test_documents_of_other_content_are_held_when_asked(tmp_path: Path) -> None:
    clean_run(SAMPLE, tmp_path / "out", apply="similar")
    assert went(tmp_path / "out") == {"a2": "a1", "a3": "a1", "c2": "c1", "e2": "e1"}
    held = [(row["row"], row["near_row"], row["rule"]) for row in table(tmp_path / "out", "held")]
    assert len(held) == len(set(held))
    assert ("corpus.jsonl#5", "corpus.jsonl#4", "D401") in held


def test_apply_exact_takes_form_only(tmp_path: Path) -> None:
    clean_run(SAMPLE, tmp_path / "out", apply="exact")
    assert went(tmp_path / "out") == {"a3": "a1", "c2": "c1", "e2": "e1"}


def test_annotate_adds_and_removes_nothing(tmp_path: Path) -> None:
    clean_run(SAMPLE, tmp_path / "out", mode="annotate", level=("inside", "document"))
    rows = {row["id"]: row for row in read(tmp_path / "out" / "data" / "corpus.jsonl") if "f2" not in row["id"]}
    assert len((tmp_path / "out" / "data" / "corpus.jsonl").read_bytes().splitlines()) == 15
    assert rows["a2"]["kept_id"] == "a1"
    assert (rows["a1"]["kept_id"], rows["a1"]["dup_count"], rows["d1"]["dup_count"]) == (None, 3, 1)
    assert 90 < rows["a2"]["similarity"] < 100
    assert (rows["d2"]["loop_start"], rows["d2"]["loop_rounds"]) == (21, 6)
    assert rows["d2"]["repeat_ratio"] > 0.5
    assert rows["d2"]["text"] == json.loads(SAMPLE.read_text("utf-8").splitlines()[9])["text"]


def test_rows_are_cleaned_as_clean_would(tmp_path: Path) -> None:
    told = clean_run(SAMPLE, tmp_path / "out", level=("inside",))
    alone = command.here(["clean", "-q", str(SAMPLE)])
    assert (tmp_path / "out" / "data" / "corpus.jsonl").read_bytes() == alone.stdout
    assert told["rows_changed"] == 1
    assert {row["level"] for row in table(tmp_path / "out")} == {"inside"}


def test_what_annotating_found_inside_of_rows_is_said(tmp_path: Path) -> None:
    def said(level: str) -> str:
        folder = tmp_path / level
        done = command.here(["corpus", str(SAMPLE), "-o", str(folder), "--mode", "annotate", "--level", level])
        return done.stdout.decode() + done.stderr.decode()

    assert " 1 row repeats itself, nothing removed;" in said("inside")
    assert " 4 groups, 1 row repeats itself, nothing removed;" in said("inside,document")
    assert " 4 groups, nothing removed;" in said("document")


@pytest.mark.parametrize("on_loop", ["truncate", "drop"])
def test_loops_as_clean_treats_them(tmp_path: Path, on_loop: Any) -> None:
    clean_run(SAMPLE, tmp_path / "out", level=("inside",), on_loop=on_loop)
    alone = command.here(["clean", "-q", "--on-loop", on_loop, str(SAMPLE)])
    assert (tmp_path / "out" / "data" / "corpus.jsonl").read_bytes() == alone.stdout


# Which one stays


def test_keep(tmp_path: Path) -> None:
    text = prose(1)
    rows = [
        {"id": "cut", "n": 3, "day": "2023-01-01", "text": text[:-20]},
        {"id": "whole", "n": 1, "day": "2024-05-01T10:00:00Z", "text": text},
        {"id": "loop", "n": 2, "day": "2024-04-30", "text": text[:-30] + " mist mist mist mist mist mist mist mist"},
    ]
    source = write(tmp_path / "in.jsonl", rows)
    for keep, stays in (("best", "whole"), ("first", "cut"), ("longest", "loop"), ("n", "cut"), ("day", "whole")):
        clean_run(source, tmp_path / keep, keep=keep)
        assert [row["id"] for row in read(tmp_path / keep / "data" / "in.jsonl")] == [stays], keep


def test_of_noisy_copies_the_one_stays_that_agrees_most(tmp_path: Path) -> None:
    rows = []
    for n in range(12):
        text = (
            prose(60 + n, 80, han=True)
            if n % 2 == 0
            else "".join(random.Random(n).choices("aeiou mnlrst dkpbg", k=500))
        )
        copies = [
            edited(text, 10 * n + k, 0.04) if n % 2 else text[: 9 * k] + "误" + text[9 * k :] for k in range(1, 5)
        ]
        rows += [{"id": f"{n}-{k}", "text": copy} for k, copy in enumerate([*copies[:2], text, *copies[2:]])]
    clean_run(write(tmp_path / "in.jsonl", rows), tmp_path / "out")
    stay = [row["id"] for row in read(tmp_path / "out" / "data" / "in.jsonl")]
    assert stay == [f"{n}-2" for n in range(12)]


@given(st.data())
def test_what_stays_instead_is_similar_to_all_of_its_group(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 7))
    likeness = {
        (one, two): data.draw(st.sampled_from([None, 80.0, 90.0, 95.0])) for two in range(size) for one in range(two)
    }
    similar = {pair: found for pair, found in likeness.items() if found is not None} | {
        (0, n): 85.0 for n in range(1, size)
    }
    score = {n: float(data.draw(st.sampled_from([99, 100, 80]))) if n else 100.0 for n in range(size)}
    groups = {0: list(range(1, size))}
    asked = pairs_asked(groups, score)
    made = agreed(groups, score, {pair: found for pair, found in similar.items() if pair in asked}, {})
    for stays in made.values():
        assert score[stays] >= 97
        assert all((min(stays, n), max(stays, n)) in similar for n in range(size) if n != stays)


def test_within_and_max_copies_and_count(tmp_path: Path) -> None:
    text = prose(2)
    rows = [{"id": n, "site": "ab"[n % 2], "text": edited(text, n, 0.01)} for n in range(6)]
    source = write(tmp_path / "in.jsonl", rows)
    clean_run(source, tmp_path / "within", within="site")
    assert len(read(tmp_path / "within" / "data" / "in.jsonl")) == 2
    clean_run(source, tmp_path / "two", max_copies=4, dup_count=True)
    stay = read(tmp_path / "two" / "data" / "in.jsonl")
    assert sorted(row["dup_count"] for row in stay) == [1, 1, 1, 6]


def test_a_copy_goes_for_what_it_is_similar_to(tmp_path: Path) -> None:
    """A chain of texts, each near the next: those at the ends are not alike, so not all of them go."""
    words = prose(3, 120).split()
    rows: list[dict[str, Any]] = []
    for step in range(12):
        words[step * 10 : step * 10 + 10] = prose(100 + step, 10).split()
        rows.append({"id": step, "text": " ".join(words)})
    folder = tmp_path / "out"
    clean_run(write(tmp_path / "in.jsonl", rows), folder)
    assert len(read(folder / "data" / "in.jsonl")) > 1
    texts = {str(row["id"]): str(row["text"]) for row in rows}
    for copy, kept in went(folder).items():
        one, two = (texts[name].replace(" ", "") for name in (copy, kept))
        assert similarity(one, two) >= 0.8


def test_references_are_compared_with_and_stay(tmp_path: Path) -> None:
    texts = [prose(40 + n) for n in range(4)]
    source = write(tmp_path / "in.jsonl", [{"id": n, "text": edited(text, n, 0.01)} for n, text in enumerate(texts)])
    known = [{"id": f"k{n}", "text": texts[n % 2]} for n in range(4)] + [{"id": 9, "text": edited(texts[0], 7)}]
    reference = write(tmp_path / "held" / "out.jsonl", known)
    told = run([str(source)], tmp_path / "out", references=[str(reference)])
    assert (told["rows"], told["rows_removed"], told["files"]) == (4, 2, 1)
    assert {name: kept[0] for name, kept in went(tmp_path / "out").items()} == {"0": "k", "1": "k"}
    assert [row["id"] for row in read(tmp_path / "out" / "data" / "in.jsonl")] == [2, 3]
    assert not (tmp_path / "out" / "data" / "held").exists()
    assert removals(tmp_path / "out", "0")[0].kept == texts[0]
    with pytest.raises(SettingsError, match="both cleaned and a reference"):
        run([str(source)], tmp_path / "two", references=[str(source)])


# What must not go


def test_faults_of_references_are_told_apart(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [{"text": text} for text in (prose(1), prose(2), "")])
    old = write(tmp_path / "old.jsonl", [{"text": text} for text in ("", prose(2), "")])
    told = run([str(source)], tmp_path / "out", references=[str(old)])
    assert (told["rows_with_faults"], told["faults"]) == (1, {"text is empty": 1})
    assert told["reference_faults"] == {"text is empty": 2}
    assert [row["row"] for row in table(tmp_path / "out", "errors")] == ["in.jsonl#3", "old.jsonl#1", "old.jsonl#3"]
    done = command.here(["corpus", str(source), "-o", str(tmp_path / "again"), "--reference", str(old)])
    words = done.stdout.decode() + done.stderr.decode()
    assert "1 row not compared, handed on as they are: text is empty (1) (errors.parquet)" in words
    assert "2 rows of the references not compared: text is empty (2) (errors.parquet)" in words


def test_short_texts_go_only_when_they_are_equal(tmp_path: Path) -> None:
    texts = [
        "Yes.",
        "yes.",
        "Yes?",
        "No.",
        "!!!",
        "???",
        "100",
        "10.0",
        "$5",
        "5",
        "好的。",
        "好的！",
        " 好的。",
        "ok",
        "OK",
    ]
    rows = [{"id": n, "text": text} for n, text in enumerate(texts)]
    clean_run(write(tmp_path / "in.jsonl", rows), tmp_path / "out")
    assert went(tmp_path / "out") == {"1": "0", "12": "10", "14": "13"}


def test_what_only_shares_a_part_stays(tmp_path: Path) -> None:
    shared = prose(5, 80)
    rows = [{"id": n, "text": f"{shared} {prose(100 + n, 60)}"} for n in range(40)]
    rows += [{"id": f"z{n}", "text": prose(7, 90, han=True) + prose(200 + n, 90, han=True)} for n in range(40)]
    clean_run(write(tmp_path / "in.jsonl", rows), tmp_path / "out")
    assert went(tmp_path / "out") == {}


def test_near_copies_among_many_that_share_a_part(tmp_path: Path) -> None:
    shared = prose(8, 90)
    rows: list[dict[str, Any]] = [{"id": n, "text": f"{shared} {prose(100 + n, 60)}"} for n in range(300)]
    rows += [{"id": f"c{n}", "text": edited(rows[n]["text"], n, 0.01)} for n in range(0, 300, 10)]
    clean_run(write(tmp_path / "in.jsonl", rows), tmp_path / "out", keep="first")
    assert went(tmp_path / "out") == {f"c{n}": str(n) for n in range(0, 300, 10)}


# Rows with faults


@pytest.mark.parametrize("level", [("document",), ("inside",), ("inside", "document")], ids=",".join)
def test_rows_with_faults_are_told_and_untouched(tmp_path: Path, level: tuple[Any, ...]) -> None:
    good = json.dumps({"id": "g", "text": prose(9)}).encode()
    lines = [
        good, b'{"id": "again", "text": ""}', b'{"id": "n", "text": null}', b'{"id": "m"}', b'{"id": "k", "text": 7}',
        b"[1]", b"{broken", b'{"text": "\xff"}', b'{"id": "s", "text": "\\ud83d"}', b"", b'{"id": "l", "text": ["a"]}',
        json.dumps({"id": "g", "text": prose(10)}).encode(), b'{"id": "big", "text": "' + b"a" * (9 << 20) + b'"}',
    ]  # fmt: skip
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    told = clean_run(source, tmp_path / "out", level=level)
    assert (tmp_path / "out" / "data" / "in.jsonl").read_bytes() == source.read_bytes()
    reasons = [(row["row"].partition("#")[2], row["reason"]) for row in table(tmp_path / "out", "errors")]
    expected = {
        "2": "text is empty",
        "3": "text is null",
        "4": "no field text",
        "5": "text is no text",
        "6": "no object of JSON",
        "7": "not JSON (Expecting property name enclosed in double quotes, column 2)",
        "8": "not valid UTF-8 (byte 10)",
        "9": "text has half a surrogate pair",
        "11": "text is no text",
        "12": "the id stands in an earlier row",
        "13": "larger than 8 MiB, handed on as it is",
    }
    if level == ("inside",):  # rows that are not compared may have any id
        del expected["12"]
    assert reasons == list(expected.items())
    assert told["rows"] == 12
    assert sum(told["faults"].values()) == told["rows_with_faults"] == len(expected)


# Kinds of files


def test_every_kind_of_file_keeps_its_form(tmp_path: Path) -> None:
    text, han = prose(11), prose(12, 90, han=True)
    source = tmp_path / "in"
    write(source / "a.jsonl", [{"id": "j", "text": text}])
    packed = gzip.compress(
        json.dumps({"id": "z", "text": edited(text, 1)}).encode() + b"\n" + b'{"id": "k", "text": "x"}'
    )
    (source / "b.jsonl.gz").write_bytes(packed)
    out = io.StringIO()
    csv.writer(out).writerows([["id", "text"], ["c", f'{han},"q"'], ["d", edited(text, 2)], ["e", "a,b"]])
    (source / "c.csv").write_text(out.getvalue(), "utf-8", newline="")
    kept = pa.table({"n": [1, 2, 3], "id": ["p", "q", "r"], "text": [edited(text, 3), prose(13), han]})
    pq.write_table(kept.replace_schema_metadata({"made": "by a test"}), source / "d.parquet")
    (source / "deep").mkdir()
    (source / "deep" / "t.txt").write_text(text.upper(), "utf-8")
    (source / "u.md").write_bytes(b"\xef\xbb\xbfA text of its own.\r\n")
    clean_run(source, tmp_path / "out", keep="first")
    data = tmp_path / "out" / "data"
    assert went(tmp_path / "out") == {"z": "j", "d": "j", "p": "j", "r": "c", "deep/t.txt": "j"}
    assert (data / "a.jsonl").read_bytes() == (source / "a.jsonl").read_bytes()
    assert gzip.decompress((data / "b.jsonl.gz").read_bytes()) == b'{"id": "k", "text": "x"}'
    assert (data / "c.csv").read_text("utf-8") == "".join(
        line for line in out.getvalue().splitlines(keepends=True) if not line.startswith("d,")
    ).replace("\r\n", "\n")
    left = pq.read_table(data / "d.parquet")
    assert left.to_pylist() == [{"n": 2, "id": "q", "text": prose(13)}]
    assert left.schema.metadata[b"made"] == b"by a test"
    assert not (data / "deep").exists()
    assert (data / "u.md").read_bytes() == (source / "u.md").read_bytes()


def test_columns_are_added_to_tables(tmp_path: Path) -> None:
    text = prose(14)
    (tmp_path / "a.csv").write_text(f'id,text\r\na,"{text}"\r\nb,"{edited(text, 1)}"\r\nc\r\n', "utf-8", newline="")
    pq.write_table(pa.table({"id": ["p", "q"], "text": [edited(text, 2), "x"]}), tmp_path / "b.parquet")
    clean_run([tmp_path / "a.csv", tmp_path / "b.parquet"], tmp_path / "out", mode="annotate", keep="first")
    rows = list(csv.reader((tmp_path / "out" / "data" / "a.csv").read_text("utf-8").splitlines()))
    assert rows[0] == ["id", "text", "kept_id", "dup_count", "similarity"]
    assert rows[1][2:4] == ["", "3"]
    assert rows[2][2:4] == ["a", ""]
    assert len(rows[3]) == 5
    left = pq.read_table(tmp_path / "out" / "data" / "b.parquet").to_pylist()
    assert [(row["kept_id"], row["dup_count"]) for row in left] == [("a", None), (None, 1)]


def test_inside_of_every_kind(tmp_path: Path) -> None:
    round_, source = "The bell rings once more over the pier. ", tmp_path / "in"
    text = "It is evening. " + round_ * 8
    write(source / "a.jsonl", [{"text": f'"{text}'}])
    (source / "b.csv").write_text(f'text,n\n"""{text}",1\n', "utf-8")
    pq.write_table(pa.table({"text": [text, "x"]}), source / "c.parquet")
    (source / "d.txt").write_text(text, "utf-8")
    told = clean_run(source, tmp_path / "out", level=("inside",))
    data, once = tmp_path / "out" / "data", text[: 15 + len(round_)].rstrip()
    assert read(data / "a.jsonl")[0]["text"].rstrip() == '"' + once
    assert list(csv.reader((data / "b.csv").read_text("utf-8").splitlines()))[1] == [
        '"' + text[: 15 + len(round_)],
        "1",
    ]
    assert [row["text"] for row in pq.read_table(data / "c.parquet").to_pylist()] == [text[: 15 + len(round_)], "x"]
    assert (data / "d.txt").read_text("utf-8").rstrip() == once
    assert told["rows_changed"] == 4


def test_texts_of_messages_are_compared_as_one(tmp_path: Path) -> None:
    def row(name: str, *texts: str) -> dict[str, Any]:
        return {"meta": {"name": name}, "messages": [{"content": text} for text in texts]}

    rows = [row("a", prose(15), prose(16)), row("b", prose(15), edited(prose(16), 1)), row("c", prose(15), prose(17))]
    source = write(tmp_path / "in.jsonl", rows)
    clean_run(source, tmp_path / "out", field="messages[*].content", id_field="meta.name", keep="first")
    assert went(tmp_path / "out") == {"b": "a"}


# The same result, whatever happens on the way


def documents(count: int = 60) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for n in range(count):
        base = prose(n // 3, 60 + n // 3 % 20, han=n % 2 == 0 and n // 3 % 2 == 0)
        rows.append({"id": f"r{n}", "text": edited(base, n, 0.01)})
    return rows


def sharing(count: int = 9) -> list[dict[str, Any]]:
    """Documents that share a passage, with noise, and nothing else."""
    said = " ".join(prose(700 + n, 12) for n in range(5))
    return [
        {"id": f"s{n}", "text": "\n\n".join([prose(800 + n, 70), edited(said, n, 0.01), prose(900 + n, 70)])}
        for n in range(count)
    ]


def test_the_same_bytes_for_any_memory_and_order(tmp_path: Path) -> None:
    rows = documents()
    one, two = write(tmp_path / "in" / "a.jsonl", rows[:35]), write(tmp_path / "in" / "b.jsonl", rows[35:])
    clean_run(tmp_path / "in", tmp_path / "whole")
    whole = result(tmp_path / "whole")
    assert table(tmp_path / "whole")
    clean_run([two, one], tmp_path / "order")
    assert result(tmp_path / "order") == whole


def drifting() -> list[dict[str, Any]]:
    """Documents in rows, each the one before with some damage: which pairs are compared decides which stay."""
    texts = [prose(seed, 90) for seed in range(15)]
    for step in range(7):
        texts += [edited(text, 100 * step + seed, 0.05) for seed, text in enumerate(texts[-15:])]
    return [{"id": f"d{n}", "text": text} for n, text in enumerate(texts)]


def test_the_same_bytes_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write(tmp_path / "a.jsonl", [*documents(), *sharing(), *drifting()])
    levels = ("document", "passage")
    clean_run(source, tmp_path / "whole", level=levels)
    assert {row["level"] for row in table(tmp_path / "whole")} == set(levels)
    monkeypatch.setattr("dedupe_cli.corpus.prepared._SHARE", 2.0**-15)
    monkeypatch.setattr("dedupe_cli.corpus.rows.MANY", 7)
    clean_run(source, tmp_path / "parts", level=levels, memory=1 << 27)
    assert result(tmp_path / "parts") == result(tmp_path / "whole")


def test_tables_are_the_same_however_many_rows_are_written_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write(tmp_path / "a.jsonl", [*documents(30), *sharing()])
    levels = ("inside", "document", "passage")
    told = clean_run(source, tmp_path / "whole", level=levels)
    monkeypatch.setattr(tables, "_TOGETHER", 3)
    again = clean_run(source, tmp_path / "few", level=levels)
    assert told["groups"] == again["groups"] > 3
    assert told["by_rule"] == again["by_rule"]
    for name in ("removed", "groups", "errors"):
        assert pq.read_table(tmp_path / "whole" / f"{name}.parquet").equals(
            pq.read_table(tmp_path / "few" / f"{name}.parquet")
        )
    rows = table(tmp_path / "few")
    assert rows == sorted(
        rows,
        key=lambda row: (
            int(row["row"].partition("#")[2]),
            ("inside", "document", "passage").index(row["level"]),
            row["start"],
        ),
    )


def test_a_killed_run_goes_on(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", [*documents(60), *sharing()])
    clean_run(source, tmp_path / "whole", level=("inside", "document", "passage"))
    steps = ["inside", "documents", "links", "fates", "cuts", "data"]
    code = (
        "import os, signal, sys\n"
        "from dedupe_cli.corpus.job import Job\n"
        "from dedupe_cli.cli.main import run\n"
        "step = Job.step\n"
        "def killed(self, name, make, parts=1):\n"
        "    if name == sys.argv[1]:\n"
        "        made = make\n"
        "        def make(part):\n"
        "            (self.work / name / '0.new').mkdir(parents=True, exist_ok=True)\n"
        "            (self.work / name / '0.new' / 'half.parquet').write_bytes(b'half')\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        "    step(self, name, make, parts)\n"
        "Job.step = killed\n"
        "run(sys.argv[2:])\n"
    )
    folder = tmp_path / "out"
    for at, name in enumerate(steps):
        args = [
            "corpus",
            str(source),
            "-o",
            str(folder),
            "--level",
            "inside,document,passage",
            *(["--resume"] if at else []),
        ]
        done = subprocess.run([sys.executable, "-c", code, name, *args], env=command.environment(), check=False)
        assert done.returncode == -signal.SIGKILL
    assert (folder / "work").exists()
    run([str(source)], folder, Options(level=("inside", "document", "passage")), resume=True)
    assert result(folder) == result(tmp_path / "whole")


@pytest.mark.parametrize("ignored", [False, True])
def test_a_signal_ends_a_run_or_does_nothing_but_never_loses_rows(tmp_path: Path, ignored: bool) -> None:
    """The engine takes Ctrl-C for the end of what it reads."""
    source = write(tmp_path / "a.jsonl", documents(30))
    code = (
        "import os, signal, sys, threading\n"
        "from dedupe_cli.cli import start\n"
        "from dedupe_cli.corpus import rows\n"
        "ignored = sys.argv.pop(1) == 'True'\n"
        "rows.MANY = 5\n"
        "of = rows._of_json\n"
        "def slow(*args):\n"
        "    for number, row in enumerate(of(*args)):\n"
        "        if threading.current_thread() is not threading.main_thread() and number == 8:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "            threading.Event().wait(1 if ignored else 50)\n"
        "        yield row\n"
        "rows._of_json = slow\n"
        "if ignored:\n"
        "    signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "sys.exit(start.run())\n"
    )
    args = [sys.executable, "-c", code, str(ignored), "corpus", str(source), "-o", str(tmp_path / "out")]
    done = subprocess.run(args, env=command.environment(), capture_output=True, timeout=300, check=False)
    if ignored:
        assert done.returncode == 0, done.stderr
    else:
        assert done.returncode == 130, done.stderr
        assert done.stderr == b"interrupted; the same command with --resume goes on\n"
        run([str(source)], tmp_path / "out", resume=True)
    clean_run(source, tmp_path / "whole")
    assert result(tmp_path / "out") == result(tmp_path / "whole")


def test_a_signal_while_the_engine_calls_python_is_no_panic(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", documents(9))
    code = (
        "import os, signal, sys, time\n"
        "from dedupe_cli.cli import start\n"
        "from dedupe_cli.corpus import documents\n"
        "linked = documents.linked\n"
        "class Linked:\n"
        "    def __call__(self, *rows, chain): return linked(*rows, chain=chain)\n"
        "    def __reduce__(self):\n"  # the engine does so to compare plans
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        for _ in range(50): time.sleep(0.1)\n"
        "        return Linked, ()\n"
        "documents.linked = Linked()\n"
        "sys.exit(start.run())\n"
    )
    assert _ended(code, source, tmp_path) == (130, b"interrupted; the same command with --resume goes on\n")


def test_a_signal_behind_the_end_does_not_say_that_nothing_was_written(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", documents(9))
    code = (
        "import os, signal, sys\n"
        "from dedupe_cli.cli import corpus, start\n"
        "corpus._say = lambda *_: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.exit(start.run())\n"
    )
    assert _ended(code, source, tmp_path) == (130, b"interrupted; 1 of 1 file written\n")


def _ended(code: str, source: Path, folder: Path) -> tuple[int, bytes]:
    """Return how a run in a process that begins with some code ends, and what it says on standard error."""
    args = [sys.executable, "-c", code, "corpus", str(source), "-o", str(folder / "out")]
    done = subprocess.run(args, env=command.environment(), capture_output=True, timeout=100, check=False)
    return done.returncode, done.stderr


def test_a_job_is_not_mistaken_for_another(tmp_path: Path) -> None:
    source, folder = write(tmp_path / "a.jsonl", documents(9)), tmp_path / "out"
    clean_run(source, folder)
    with pytest.raises(SettingsError, match="holds a job already"):
        clean_run(source, folder)
    with pytest.raises(SettingsError, match=r"--similarity has changed \(80.0 to 90.0\)"):
        run([str(source)], folder, Options(similarity=90), resume=True)
    assert run([str(source)], folder, Options(memory=1 << 30), resume=True)["rows"] == 9
    time.sleep(0.01)
    write(source, documents(10))
    with pytest.raises(SettingsError, match=r"a\.jsonl of the input has changed"):
        run([str(source)], folder, resume=True)
    assert run([str(source)], folder, fresh=True)["rows"] == 10
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x")
    with pytest.raises(SettingsError, match="not empty, and no job"):
        run([str(source)], tmp_path / "mine", fresh=True)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["{in}", "-o", "{out}", "--field", "body"], "in body\nhint: --field says where it is; a row has 'id', 'text'\n"),
        (["{in}", "-o", "{out}", "--within", "site"], "error: no row has a value in site\nhint: --within"),
        (["{in}", "-o", "{out}", "--keep", "date"], "error: no row has a number or date in date\nhint: --keep"),
        (["{in}", "-o", "{out}", "--on-loop", "drop"], "error: --on-loop needs --level inside"),
        (["{in}", "-o", "{out}", "--level", "inside", "--dup-count"], "error: --dup-count needs --level document"),
        (["{in}", "-o", "{out}", "--level", "pages"], "error: --level: unknown 'pages'"),
        (["{in}", "-o", "{out}", "-s", "0.8"], "hint: it is a percentage; try --similarity 80"),
        (["{in}", "-o", "{out}", "--memory", "much"], "is no size"),
        (["{in}", "-o", "{out}", "--ray-address", "x"], "error: --ray-address needs --engine ray"),
        (["{in}", "-o", "{out}", "--resume", "--fresh"], "error: --resume and --fresh contradict"),
        (["{in}"], "error: nowhere to put the result\nhint: add -o DIR, or --estimate"),
        (["nowhere.jsonl", "-o", "{out}"], "error: nowhere.jsonl: no such file or directory"),
        (["ftp://a/b.jsonl", "-o", "{out}"], "no address that can be read"),
        (["{odd}", "-o", "{out}"], "of no known kind"),
        (["{old}", "-o", "{out}"], "error: old.jsonl: not UTF-8\nhint: iconv makes it that"),
        (["{wide}", "-o", "{out}"], "error: wide.jsonl: not UTF-8\nhint: iconv makes it that"),
        (["{none}", "-o", "{out}"], "error: no row has a text in text"),
        (["{here}", "-o", "{out}"], "is read, and {out} lies in it\nhint: -o names a folder elsewhere"),
        (["{here}/**/*.jsonl", "-o", "{out}"], "is read, and {out} lies in it"),
        (["{in}", "--reference", "{here}", "-o", "{out}/deep"], "is read, and {out}/deep lies in it"),
        (["{here}", "--index", "{here}/i", "-o", "/x"], "is read, and {here}/i lies in it\nhint: --index names a folder"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_writes_nothing(tmp_path: Path, args: list[str], message: str) -> None:
    with write(tmp_path / "in.jsonl", documents(3)).open("a", encoding="utf-8") as more:
        more.write('{"text": \n')  # says nothing of which fields there are
    with (tmp_path / "in.jsonl").open("ab") as raw:
        raw.write(b'{"text": "\xff"}\n')  # nor does this
    (tmp_path / "odd.bin").write_bytes(b"x")
    rows = "".join(json.dumps({"text": prose(at, han=True)}, ensure_ascii=False) + "\n" for at in range(9))
    (tmp_path / "old.jsonl").write_text(rows, "gb18030")
    (tmp_path / "wide.jsonl").write_text(rows, "utf-16")
    (tmp_path / "none.jsonl").write_bytes(b"")
    places = {name: tmp_path / f"{name}.jsonl" for name in ("in", "old", "wide", "none")} | {
        "odd": tmp_path / "odd.bin"
    }
    places |= {"out": tmp_path / "out", "here": tmp_path}
    done = command.here(["corpus", *(arg.format(**places) for arg in args)])
    assert done.returncode == 2
    assert message.format(**places) in done.stderr.decode()
    assert not (tmp_path / "out").exists()


def test_a_result_may_lie_where_nothing_of_it_is_found_again(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", documents(3))
    for source, folder in ((tmp_path, ".out"), (tmp_path / "*.jsonl", "out")):
        for _ in range(2):
            done = command.here(["corpus", str(source), "-o", str(tmp_path / folder), "--fresh"])
            assert done.returncode == 0, done.stderr
    done = command.here(["corpus", str(tmp_path / "out/data/*.jsonl"), "-o", str(tmp_path / "out"), "--fresh"])
    assert b"is read, and lies in" in done.stderr


def test_a_damaged_file_ends_the_run_with_its_name(tmp_path: Path) -> None:
    source = tmp_path / "bad.jsonl.gz"
    source.write_bytes(gzip.compress(b'{"text": "a"}\n' * 3)[:-9])
    done = command.here(["corpus", str(source), "-o", str(tmp_path / "out")])
    assert done.returncode == 2
    assert f"error: {source}: damaged or cut off" in done.stderr.decode()
    assert not (tmp_path / "out" / "summary.json").exists()


def test_an_error_in_the_middle_is_told_in_our_words_alone(tmp_path: Path) -> None:
    """The engine logs errors, too, and the interpreter aborted where its threads ran on."""
    source = tmp_path / "bad.jsonl.gz"
    rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in documents(300))
    source.write_bytes(gzip.compress(rows.encode())[:-99])
    done = command.dedupe("corpus", str(source), "-o", str(tmp_path / "out"), cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    said = done.stderr.decode().splitlines()
    assert said[0].startswith(f"error: {source}: damaged or cut off")
    assert said[1:] == ["hint: fetch it again"]


def test_a_full_disk_is_told_as_the_system_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise RuntimeError("DaftError::External\nParquetError: No space left on device (os error 28)")

    monkeypatch.setattr(daft.DataFrame, "write_parquet", full)
    with pytest.raises(DedupeError, match=r"^step documents: no space left on device$"):
        clean_run(write(tmp_path / "a.jsonl", documents(3)), tmp_path / "out")


def test_why_a_row_went_is_told_by_both_ids_and_by_doubt(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", documents(12))
    clean_run(source, tmp_path / "out")
    rows = table(tmp_path / "out")
    assert [each.told for each in removals(tmp_path / "out", rows[0]["id"])] == [rows[0]]
    by_kept = removals(tmp_path / "out", rows[0]["kept_id"])
    assert rows[0]["id"] in {each.told["id"] for each in by_kept}
    found = least_similar(tmp_path / "out", 3)
    assert [each.told["similarity"] for each in found] == sorted(row["similarity"] for row in rows)[:3]
    assert found[0].copy in {row["text"] for row in documents(12)}
    with pytest.raises(DedupeError, match="no removal"):
        removals(tmp_path / "out", "r999")
    time.sleep(0.01)
    os.utime(source)
    with pytest.raises(DedupeError, match="has changed since"):
        removals(tmp_path / "out", rows[0]["id"])


def test_data_frames() -> None:
    class Stream:
        """A frame of pandas, as far as the protocol of Arrow goes."""

        def __init__(self, table: pa.Table) -> None:
            self.__arrow_c_stream__ = table.__arrow_c_stream__

    text = prose(50)
    columns = {"name": ["a", "b", "c"], "body": [text, edited(text, 1), prose(51)]}
    frames = [columns, pa.table(columns), daft.from_pydict(columns), Stream(pa.table(columns))]
    for frame in frames:
        done = deduplicate(frame, field="body", id_field="name", keep="first")
        assert done.data.to_pydict() == {"name": ["a", "c"], "body": [text, prose(51)]}
        assert done.removed["kept_id"].to_pylist() == ["a"]
    told = deduplicate(
        columns, references={"body": [prose(51)]}, field="body", level="document", mode="annotate", keep="first"
    )
    assert told.data["kept_id"].to_pylist() == [None, "rows.parquet#1", "references.parquet#1"]
    assert told.summary["rows"] == 3
    with pytest.raises(SettingsError, match="unknown option 'feild'"):
        deduplicate(columns, feild="body")
    with pytest.raises(SettingsError, match="no column 'text'"):
        deduplicate(columns)


def test_examples_of_the_documentation(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page of the library shows is what it does."""
    page = (Path(__file__).parents[1] / "docs" / "corpus.md").read_text("utf-8")
    code = [part.partition("```")[0] for part in page.split("```python\n")[1:]]
    assert code
    namespace: dict[str, Any] = {}
    monkeypatch.chdir(Path(__file__).parents[1])
    for part in code:
        exec(part, namespace)


@pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed")
def test_a_cluster_that_does_not_answer_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise ConnectionError("nobody answers")

    monkeypatch.setattr("ray.init", away)
    with pytest.raises(DedupeError, match="the engine does not start: nobody answers"):
        clean_run(write(tmp_path / "a.jsonl", documents(3)), tmp_path / "out", engine="ray")


@pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed")
def test_the_same_bytes_on_a_cluster(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", [*documents(30), *sharing()])
    clean_run(source, tmp_path / "local", level=("inside", "document", "passage"))
    args = ["corpus", str(source), "-o", str(tmp_path / "ray"), "--level", "inside,document,passage", "--engine", "ray"]
    done = subprocess.run(
        [str(command.DEDUPE), *args], env=command.environment(), capture_output=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    assert result(tmp_path / "ray") == result(tmp_path / "local")


def test_a_step_that_fails_on_a_cluster_is_done_again(tmp_path: Path) -> None:
    class Frame:
        def __init__(self) -> None:
            self.tries = 0

        def write_parquet(self, place: str, write_mode: str) -> None:
            self.tries += 1
            if self.tries < 3:
                raise RuntimeError("a node was lost")
            Path(place).mkdir(parents=True)
            pq.write_table(pa.table({"row": [1]}), Path(place) / "part.parquet")

    def job(engine: Any) -> Job:
        folder, nothing = tmp_path / engine, Options(engine=engine)
        files = find_files([str(SAMPLE)])
        made = Job(folder=folder, options=nothing, files=files, progress=lambda *_: None, say=said.append)
        made.begin()
        return made

    said: list[str] = []
    frame: Any = Frame()
    job("ray").step("lost", lambda _: frame)
    assert (frame.tries, len(said)) == (3, 2)
    assert said[0] == "step lost failed (RuntimeError: a node was lost); attempt 2 of 3"
    frame = Frame()
    with pytest.raises(DedupeError, match="step lost: RuntimeError: a node was lost"):
        job("local").step("lost", lambda _: frame)


# The pieces


def test_bands_reach_the_recall() -> None:
    for limit in range(50, 101):
        assert bands_for(limit).meet(in_one_place(limit)) >= RECALL
    rows = curve(bands_for(80))
    assert all(one["one_place"] <= two["one_place"] for one, two in pairwise(rows))


def test_sketches_meet_as_often_as_the_curve_says() -> None:
    bands = bands_for(80)
    rng = random.Random(1)
    pairs = []
    for _ in range(300):
        words = prose(rng.randrange(1 << 30), 100).split()
        other = words.copy()
        other[40:62] = prose(rng.randrange(1 << 30), 22).split()
        pairs += [" ".join(words), " ".join(other)]
    keys = sketch(pairs, [""] * len(pairs), bands).bands
    met = (keys[::2] == keys[1::2]).any(axis=1).mean()
    assert met > 0.95
    assert not (sketch(pairs, ["a"] * len(pairs), bands).bands == keys).any()


def test_a_sketch_does_not_depend_on_its_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [row["text"] for row in documents(40)] + ["3", ".5", "", "x" * 40000]
    bands = bands_for(80)
    whole = sketch(texts, [""] * len(texts), bands)
    monkeypatch.setattr("dedupe_cli.corpus.sketch.PIECE", 500)
    monkeypatch.setattr("dedupe_cli.corpus.sketch._STRETCH", 100)
    parts = sketch(texts, [""] * len(texts), bands)
    assert whole.letters == parts.letters
    for name in ("said", "more", "shingles", "short", "bands"):
        assert (getattr(whole, name) == getattr(parts, name)).all(), name


@given(st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=12), min_size=1, max_size=4), st.booleans())
def test_links_of_a_bucket_are_few_and_reach_all(buckets: list[list[int]], chain: bool) -> None:
    number = iter(range(1000))
    rows = [[next(number) for _ in bucket] for bucket in buckets]
    scores = [[float(score) for score in bucket] for bucket in buckets]
    kinds = pa.large_list(pa.int64()), pa.large_list(pa.float64())
    made = linked(pa.array(rows, kinds[0]), pa.array(scores, kinds[1]), chain=chain).to_pylist()
    for mine, bucket, pairs in zip(rows, scores, made, strict=True):
        order = sorted(mine, key=lambda row: (-bucket[mine.index(row)], row))
        wanted = [(order[0], row) for row in order[1:]] + [pair for pair in pairwise(order[1:]) if chain]
        assert sorted((pair["kept"], pair["copy"]) for pair in pairs) == sorted(wanted)


@given(st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] < pair[1])), st.randoms())
def test_stars_are_what_a_walk_from_the_best_finds(pairs: set[tuple[int, int]], rng: random.Random) -> None:
    edges = sorted(pairs)
    likeness = np.array([float(rng.randrange(80, 100)) for _ in edges])
    arrays = np.array(edges, dtype=np.int64).reshape(-1, 2)
    score = {row: float(rng.randrange(3)) for row in range(13)}
    made = grouping.Edges(arrays[:, 0], arrays[:, 1], likeness, np.array(["D201"] * len(edges), dtype=object))
    found = grouping.stars(made, score)
    near: dict[int, set[int]] = {}
    for one, two in edges:
        near.setdefault(one, set()).add(two)
        near.setdefault(two, set()).add(one)
    kept, gone = set(), set()
    for row in sorted(near, key=lambda row: (-score[row], row)):
        if row not in gone:
            kept.add(row)
            gone |= near[row] - kept
    assert set(found.rows.tolist()) == gone
    for row, other in zip(found.rows.tolist(), found.kept.tolist(), strict=True):
        edge = edges.index((min(row, other), max(row, other)))
        assert other in kept
        assert likeness[edge] == max(likeness[at] for at, pair in enumerate(edges) if row in pair and set(pair) & kept)


def test_chance_is_no_similarity() -> None:
    one, two = prose(20, 4000).replace(" ", ""), prose(21, 4000).replace(" ", "")
    assert similarity(one[:5000], two[:5000]) < 0.2
    assert similarity(one[:1000] + one[2000:3000], one[:1000] + two[2000:3000]) < 0.6
    noisy = edited(one[:2000], 3, 0.08)
    assert similarity(one[:2000], noisy) > 0.88


def test_long_documents_are_aligned_between_what_stands_once() -> None:
    text = "".join(prose(n, 200).replace(" ", "") for n in range(50))
    assert len(text) > 2 * DIRECT
    copy = edited(text[:30000] + text[33000:], 5, 0.01)
    found = similarity(text, copy)
    assert 0.94 < found < 0.98
    folded, whole = alignment(text, copy)
    assert whole.equal() > 0.9 * len(copy)
    assert whole.b1 == len(folded)


def test_equal_documents_cost_no_more_than_others(tmp_path: Path) -> None:
    """The links of a bucket grow with it, not with its square; equal documents do not even come into one."""
    rows = [{"id": n, "text": prose(1)} for n in range(3000)] + documents(30)
    told = clean_run(write(tmp_path / "a.jsonl", rows), tmp_path / "out")
    assert told["rows_removed"] >= 2999
    assert told["steps"]["links"]["bytes"] < 10_000


def test_on_a_terminal_steps_are_told_in_words_and_the_engine_is_silent(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", documents(30))
    with source.open("a", encoding="utf-8") as rows:
        rows.write(json.dumps({"id": "r1", "text": prose(900)}) + "\n")
    leader, follower = pty.openpty()
    code = "import sys\nfrom dedupe_cli.cli import console, start\nconsole._BAR_AFTER = 0.0\nsys.exit(start.run())\n"
    args = [sys.executable, "-c", code, "corpus", str(source), "-o", str(tmp_path / "out")]
    environment = command.environment(TERM="xterm-256color", COLUMNS="100")
    with subprocess.Popen(args, env=environment, stdin=follower, stdout=follower, stderr=follower) as process:
        os.close(follower)
        said = b""
        with contextlib.suppress(OSError):  # the other end is closed
            while part := os.read(leader, 1 << 16):
                said += part
    assert process.returncode == 0, said
    assert b"Query" not in said
    assert b"finding similar documents" in said
    assert b"links" not in said
    assert b"1 row not compared" in said
    assert b"hint: rows are called by file and number where --id-field names no field that they have" in said


def test_progress_and_summary(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    source = write(tmp_path / "a.jsonl", documents(9))
    told = run([str(source)], tmp_path / "out", progress=lambda *args: seen.append(args))
    assert {"documents", "links", "data"} <= {stage for stage, *_ in seen}
    assert all(done <= total or not total for _, done, total in seen)
    assert told["sketch"]["chance_to_meet"][6]["one_place"] >= RECALL
    assert told["peak_memory"] > 0
    assert set(told["steps"]) >= {"documents", "faults", "twins", "links", "scores", "fates", "named", "data"}
    assert not (tmp_path / "out" / "work").exists()
    shutil.rmtree(tmp_path / "out")
