"""`dedupe corpus --level passage`: passages that documents share are said once, and what surrounds them stays."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe_cli.corpus import Options, deduplicate, run
from dedupe_cli.corpus.explaining import removals
from dedupe_cli.corpus.shared_passages import Shared, made
from dedupe_cli.corpus.stretches import headed, sampled, stretches
from dedupe_cli.errors import SettingsError
from dedupe_cli.model import Span

if TYPE_CHECKING:
    from pathlib import Path


PASSAGE = {
    "en": "The ferry leaves the small harbour at seven in the morning, and comes back before the lamps are lit. "
    "Whoever wants to take a bicycle along has to tell the clerk on the evening before, since there is little room. "
    "In winter the crossing takes longer, because the ice is broken by hand.",
    "zh": "渡船每天早上从小码头出发，点灯之前回来。想带自行车的人要在前一天晚上告诉管账的，因为船上地方不大。"
    "到了冬天，过河要花更长的时间，冰是用手一块一块敲开的。船工说，最怕的不是冷，而是半路起雾。",
}
NOISY = {
    "en": PASSAGE["en"].replace("morning", "mornlng").replace("clerk", "cIerk").replace("broken", "brokcn"),
    "zh": PASSAGE["zh"].replace("出发", "岀发").replace("告诉", "告拆").replace("时间", "时问"),
}
WORDS = {
    "en": [
        "stone",
        "river",
        "paper",
        "garden",
        "letter",
        "window",
        "market",
        "copper",
        "engine",
        "silver",
        "bridge",
        "winter",
        "carpet",
        "butter",
        "candle",
    ],
    "zh": [
        "石头",
        "河水",
        "纸张",
        "花园",
        "书信",
        "窗户",
        "集市",
        "铜器",
        "机器",
        "银子",
        "桥梁",
        "毛毯",
        "黄油",
        "蜡烛",
        "铁锅",
        "木匠",
        "布鞋",
        "山羊",
        "雨伞",
        "灯笼",
    ],
}


def host(seed: int, lang: str) -> str:
    rng = random.Random(seed)
    if lang == "zh":
        return "".join("".join(rng.choices(WORDS["zh"], k=6)) + "。" for _ in range(4))
    return " ".join(" ".join(rng.choices(WORDS["en"], k=9)).capitalize() + "." for _ in range(4))


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def texts(folder: Path) -> dict[str, str]:
    rows = map(json.loads, (folder / "data" / "in.jsonl").read_text("utf-8").splitlines())
    return {row["id"]: row["text"] for row in rows}


def table(folder: Path, name: str = "removed") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(folder / f"{name}.parquet").to_pylist()
    return rows


def sample(lang: str) -> list[dict[str, Any]]:
    """A passage as a paragraph of its own, in the middle of one, and with noise."""
    said, gap = PASSAGE[lang], " " * (lang == "en")
    return [
        {"id": "kept", "text": f"{host(1, lang)}\n\n{said}\n\n{host(2, lang)}"},
        {"id": "own", "text": f"{host(3, lang)}\n\n{said}\n\n{host(4, lang)}"},
        {"id": "inside", "text": f"{host(5, lang)}{gap}{said}{gap}{host(6, lang)}"},
        {"id": "noisy", "text": f"{host(7, lang)}\n\n{NOISY[lang]}\n"},
        {"id": "other", "text": host(8, lang)},
    ]


def test_a_passage_is_said_once_and_its_hosts_stay(tmp_path: Path) -> None:
    rows = [{**row, "id": f"{lang}-{row['id']}"} for lang in ("en", "zh") for row in sample(lang)]
    told = run([str(write(tmp_path / "in.jsonl", rows))], tmp_path / "out", Options(level=("passage",), keep="first"))
    assert (told["rows_removed"], told["rows_changed"]) == (0, 6)
    left = texts(tmp_path / "out")
    for lang, gap in (("en", " "), ("zh", "")):
        assert left[f"{lang}-kept"] == sample(lang)[0]["text"]
        assert left[f"{lang}-own"] == f"{host(3, lang)}\n\n{host(4, lang)}"
        assert left[f"{lang}-inside"] == f"{host(5, lang)}{gap}{host(6, lang)}"
        assert left[f"{lang}-noisy"] == f"{host(7, lang)}\n"
        assert left[f"{lang}-other"] == host(8, lang)
    rules = {(row["kept_id"][3:], row["level"], row["rule"]) for row in table(tmp_path / "out")}
    assert rules == {("kept", "passage", "D301")}
    groups = table(tmp_path / "out", "groups")
    assert [(row["group"], row["stays"]) for row in groups] == [
        (n, stays) for n in (1, 2) for stays in (True, *[False] * 3)
    ]
    before = {row["id"]: row["text"] for row in rows}
    for row in groups:
        assert before[row["id"]][row["start"] : row["end"]].strip()[:9] in {text[:9] for text in PASSAGE.values()}
    (shown,) = removals(tmp_path / "out", "zh-noisy")
    assert shown.copy.strip() == NOISY["zh"]
    assert shown.kept == PASSAGE["zh"].rstrip("。")


def test_all_levels_in_one_run(tmp_path: Path) -> None:
    """Rows are cleaned first, then documents go, then passages; places are those of the texts as they came."""
    said, twin = PASSAGE["en"], f"{host(9, 'en')} {host(10, 'en')}"
    loop = "The gauge was read again and again. " * 7
    rows = [
        {"id": "a", "text": f"{loop}\n\n{said}\n\n{host(1, 'en')}"},
        {"id": "b", "text": f"{loop}\n\n{host(2, 'en')}\n\n{said}"},
        {"id": "c", "text": twin},
        {"id": "d", "text": twin.upper()},
    ]
    source = write(tmp_path / "in.jsonl", rows)
    run([str(source)], tmp_path / "out", Options(level=("passage", "document", "inside"), keep="first"))
    left = texts(tmp_path / "out")
    assert list(left) == ["a", "b", "c"]
    assert left["a"].count("gauge") == 1
    assert left["b"].split("\n\n")[1:] == [host(2, "en")]
    (cut,) = (row for row in table(tmp_path / "out") if row["level"] == "passage")
    assert rows[1]["text"][cut["start"] : cut["end"]].strip() == said
    assert rows[0]["text"][cut["kept_start"] : cut["kept_end"]] == said
    levels = {(row["id"], row["level"]) for row in table(tmp_path / "out")}
    assert levels == {("a", "inside"), ("b", "inside"), ("b", "passage"), ("d", "document")}


def test_what_differs_holds_a_passage(tmp_path: Path) -> None:
    rows = sample("en")[:2]
    rows[1]["text"] = rows[1]["text"].replace("at seven", "at nine")
    source = write(tmp_path / "in.jsonl", rows)
    run([str(source)], tmp_path / "out", Options(level=("passage",), keep="first"))
    assert "at nine" in texts(tmp_path / "out")["own"]
    held = table(tmp_path / "out", "held")
    assert [(row["near_row"], row["level"], row["rule"]) for row in held] == [("in.jsonl#1", "passage", "D401")]
    run([str(source)], tmp_path / "all", Options(level=("passage",), keep="first", apply="all"))
    assert texts(tmp_path / "all")["own"] == f"{host(3, 'en')}\n\n{host(4, 'en')}"


def test_tables_references_and_rows_that_say_nothing_else() -> None:
    rows: dict[str, list[Any]] = {
        "id": ["a", "b", "c"],
        "n": [1, 2, 3],
        "text": [f"{PASSAGE['zh']}\n\n{host(n, 'zh')}" for n in (1, 2, 3)],
    }
    done = deduplicate(rows, level="passage", keep="n")
    assert done.data["text"].to_pylist() == [host(1, "zh"), host(2, "zh"), rows["text"][2]]
    done = deduplicate(rows, level="passage", references={"text": [PASSAGE["zh"]]})
    assert done.data["text"].to_pylist() == [host(n, "zh") for n in (1, 2, 3)]
    done = deduplicate({"text": [PASSAGE["zh"], *rows["text"][:1]]}, level="passage")  # the one that says most keeps it
    assert done.data["text"].to_pylist() == rows["text"][:1]
    assert done.summary["rows_removed"] == 1
    assert done.removed["rule"].to_pylist() == ["D202"]
    marked = deduplicate(rows, level="passage", mode="annotate", keep="first").data
    assert marked["text"].to_pylist() == rows["text"]
    shares = marked["shared_ratio"].to_pylist()
    assert shares[0] == 0.0
    assert all(0.4 < share < 0.8 for share in shares[1:])
    apart = deduplicate({**rows, "site": ["x", "y", "x"]}, level="passage", within="site", keep="first")
    assert apart.data["text"].to_pylist() == [*rows["text"][:2], host(3, "zh")]


def test_texts_of_messages_have_no_places() -> None:
    with pytest.raises(SettingsError, match="--level passage: messages"):
        Options(level=("passage",), field="messages[*].content")


# The pieces


def test_windows_do_not_depend_on_their_batch() -> None:
    said = [row["text"] for lang in ("en", "zh") for row in sample(lang)] + ["", "short"]
    scopes = pa.array(np.zeros(len(said), dtype=np.uint64))
    whole = sampled(pa.array(said, pa.large_string()), scopes).to_pylist()
    alone = [sampled(pa.array([text], pa.large_string()), scopes[:1]).to_pylist()[0] for text in said]
    assert whole == alone
    for text, windows in zip(said, whole, strict=True):
        assert len({window["key"] for window in windows}) == len(windows)
        assert all(0 <= window["at"] < window["end"] <= len(text) for window in windows)
    shared = {w["key"] for w in whole[0]} & {w["key"] for w in whole[2]}
    assert len(shared) > 10
    others = sampled(pa.array(said[2:3], pa.large_string()), pa.array([np.uint64(7)])).to_pylist()[0]
    assert not {w["key"] for w in whole[0]} & {w["key"] for w in others}


def test_a_window_costs_its_places() -> None:
    lists = [list(range(1000)), [3, 1]]
    rows = pa.array(lists, pa.large_list(pa.int64()))
    scores = pa.array([[0.0] * len(each) for each in lists], pa.large_list(pa.float64()))
    found = headed(rows, scores, rows, rows).to_pylist()
    assert [len(each) for each in found] == [999, 1]
    assert found[1] == [{"kept": 1, "copy": 3, "kept_at": 1, "copy_at": 3, "copy_end": 3}]


def test_windows_of_one_shift_are_a_stretch() -> None:
    at = [0, 20, 45, 70, 90, 3000, 3020, 5000]
    kind = pa.large_list(pa.int64())
    there = [place + 500 for place in at]
    others = [7] * len(at)
    arrays = (pa.array([each], kind) for each in (others, there, at, [place + 25 for place in at]))
    found = stretches(*arrays).to_pylist()[0]
    assert found == [
        {"kept": 7, "kept_start": 500, "kept_end": 615, "start": 0, "end": 115}
    ]  # two windows are too short


@given(st.data())
def test_counterparts_stay(data: st.DataObject) -> None:
    span = st.tuples(st.integers(0, 20), st.integers(1, 6)).map(lambda both: Span(both[0], both[0] + both[1]))
    rank = {row: float(data.draw(st.integers(0, 1))) for row in range(5)}
    order = sorted(rank, key=lambda row: (-rank[row], row))
    cuts = []
    for _ in range(data.draw(st.integers(0, 14))):
        kept, copy = sorted(data.draw(st.permutations(range(5)))[:2])
        held = data.draw(st.sampled_from(["", "", "D401"]))
        cuts.append(Shared(order[copy], data.draw(span), order[kept], (data.draw(span),), 100.0, held))
    found = made(cuts, rank)
    gone = {(cut.copy, at) for cut in found.cuts for at in range(cut.span.start, cut.span.end)}
    assert len(gone) == sum(len(cut.span) for cut in found.cuts)
    assert all((cut.kept, at) not in gone for cut in found.cuts for at in range(cut.against.start, cut.against.end))
    assert set(found.cuts) <= set(cuts)
    for row, stretch in found.instead:  # what is compared instead stays
        assert all((stretch.kept, at) not in gone for at in range(stretch.kept_start, stretch.kept_end))
        assert order.index(stretch.kept) < order.index(row)
    assert all((cut.copy, at) not in gone for cut in found.held for at in range(cut.span.start, cut.span.end))


@pytest.mark.parametrize("keep", ["best", "first"])
def test_a_document_that_stands_in_a_longer_one(tmp_path: Path, keep: str) -> None:
    """It goes as a whole; what only shares a part stays as it is, and nothing else is cut."""
    said = {lang: f"{PASSAGE[lang]}{' ' * (lang == 'en')}{host(20, lang)}" for lang in ("en", "zh")}
    rows = [{"id": f"short-{lang}", "text": said[lang]} for lang in said]
    rows += [{"id": f"again-{lang}", "text": said[lang].replace("。", "！").upper()} for lang in said]
    rows += [{"id": f"noisy-{lang}", "text": NOISY[lang]} for lang in said]
    rows += [{"id": f"long-{lang}", "text": "\n\n".join((host(21, lang), said[lang], host(22, lang)))} for lang in said]
    rows += [{"id": f"part-{lang}", "text": f"{PASSAGE[lang]}\n\n{host(23, lang)}"} for lang in said]
    source = str(write(tmp_path / "in.jsonl", rows))
    run([source], tmp_path / "out", Options(contained=True, keep=keep))
    left = texts(tmp_path / "out")
    assert left == {row["id"]: row["text"] for row in rows if row["id"].startswith(("long", "part"))}
    by = {row["id"]: row for row in table(tmp_path / "out")}
    for lang, whole in said.items():
        one, long = by[f"short-{lang}"], rows[6 + (lang == "zh")]["text"]
        if one["rule"] != "D202":  # the other one of the two stayed, and went for the long one
            one = by[f"again-{lang}"]
        assert (one["kept_id"], one["level"], one["rule"], one["similarity"]) == (
            f"long-{lang}",
            "document",
            "D202",
            100,
        )
        assert long[one["kept_start"] : one["kept_end"]] == whole
        assert by[f"noisy-{lang}"]["rule"] == "D202"
    groups = table(tmp_path / "out", "groups")
    assert {row["id"] for row in groups if row["stays"]} == {"long-en", "long-zh"}
    (shown,) = removals(tmp_path / "out", "noisy-zh")
    assert shown.copy == NOISY["zh"]
    assert len(shown.kept) < len(PASSAGE["zh"]) + 2
    marked = deduplicate({key: [row[key] for row in rows] for key in rows[0]}, contained=True, mode="annotate").data
    kept = dict(zip(marked["id"].to_pylist(), marked["kept_id"].to_pylist(), strict=True))
    assert {name for name, other in kept.items() if other is None} == set(left)


def test_what_of_a_document_no_other_says_holds_it(tmp_path: Path) -> None:
    said = f"{PASSAGE['en']} {host(20, 'en')}"
    rows = [
        {"id": "more", "text": f"{said}\n\nThe keys hang in the office behind the second door on the left."},
        {"id": "number", "text": said.replace("at seven", "at nine")},
        {"id": "long", "text": "\n\n".join((host(21, "en"), said, host(22, "en"), host(23, "en"), host(24, "en")))},
    ]
    run([str(write(tmp_path / "in.jsonl", rows))], tmp_path / "out", Options(contained=True, similarity=95))
    assert list(texts(tmp_path / "out")) == ["more", "number", "long"]
    with pytest.raises(SettingsError, match="--contained needs --level document"):
        Options(contained=True, level=("inside",))


def test_what_holds_a_document_is_told(tmp_path: Path) -> None:
    rows = [
        {"id": "long", "text": "\n\n".join((host(1, "en"), PASSAGE["en"], host(23, "en")))},
        {"id": "number", "text": PASSAGE["en"].replace("at seven", "at nine")},
        {"id": "more", "text": f"{PASSAGE['en'].replace('at seven', 'at ten')}\n\n{host(30, 'en')}"},
    ]
    run([str(write(tmp_path / "in.jsonl", rows))], tmp_path / "out", Options(contained=True))
    assert list(texts(tmp_path / "out")) == ["long", "number", "more"]
    (held,) = table(tmp_path / "out", "held")  # none contains what says more, whatever the hour is
    assert (held["row"], held["level"], held["rule"]) == ("in.jsonl#2", "document", "D401")
    assert held["near_row"] in {"in.jsonl#1", "in.jsonl#3"}
