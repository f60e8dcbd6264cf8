"""Plans from anywhere: those of the program pass, and whatever passes loses nothing that stands nowhere else."""

from __future__ import annotations

import json
import random
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rapidfuzz import fuzz

import command
from dedupe_cli import api, apply_plan, plan
from dedupe_cli.apply.verify import letters
from dedupe_cli.errors import DedupeError, LawError, PlanError
from dedupe_cli.model import Edit, Safety, Span
from dedupe_cli.settings import make

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedupe_cli.model import Plan

HERE = Path(__file__).parent
RECORDS = {".jsonl", ".csv"}  # no texts: no plan is made of them
SAMPLES = sorted(
    p for p in (HERE.parent / "samples").iterdir() if ".expected" not in p.name and p.suffix not in RECORDS
)
OPTIONS: list[dict[str, Any]] = [
    {}, {"keep": "merged"}, {"keep": "last"}, {"unit": "line"}, {"unit": "line", "adjacent": True}, {"fix": "safe"},
    {"unit": "sentence", "min_length": 3}, {"apply": "exact"},
]  # fmt: skip


def assert_passes(source: Any, **options: Any) -> None:
    made = plan(source, **options)
    assert all(edit.safety is not Safety.UNSAFE for edit in made.edits)
    assert apply_plan(source, api.read_plan(api.plan_json(made, source).encode("utf-8"), source)) is not None


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_plans_of_samples_pass(path: Path, options: dict[str, Any]) -> None:
    assert_passes(api.load(str(path)), **options)


CASES = sorted((HERE / "cases" / "clean").glob("*.toml"))


@pytest.mark.parametrize("options", OPTIONS[:5], ids=str)
@pytest.mark.parametrize("path", CASES, ids=lambda p: p.name)
def test_plans_of_cases_pass(path: Path, options: dict[str, Any]) -> None:
    for case in tomllib.loads(path.read_text("utf-8")).get("case", []):
        own = {**case.get("options", {}), **options}
        preset = own.pop("preset", None)
        if case.get("text") and make(preset, **own).apply != "all":
            source = api._source(case["text"].replace("⟦", "").replace("⟧", ""))
            assert_passes(source, preset=preset, **own)


# What is no proof

FIRST = "The ferry waits for the post in winter, and the driver of the bus knows it."
OTHER = "Nobody has told the harbour master that the bridge will be painted green."
NUMBER = "The lock keeper opens gate {} at half past six and writes it on the slate."
NEAR = "The lock keeper opens gate {} at half past six and writjs it on the slate."
TEXT = "\n\n".join([FIRST, OTHER, NUMBER.format(12), FIRST, NUMBER.format(13), "The end of it comes late."]) + "\n"


def at(sentence: str, *, last: bool = False, text: str = TEXT) -> Span:
    start = text.rindex(sentence) if last else text.index(sentence)
    return Span(start, start + len(sentence))


def cut(span: Span, *kept: Span, new: str = "", safety: Safety = Safety.SIMILAR, rule: str = "D201") -> Edit:
    return Edit(span, new, rule, "near copy", safety, -1, kept)


def with_edits(*edits: Edit, text: str = TEXT, **settings: Any) -> Plan:
    made = plan(text)
    return replace(made, edits=edits, settings={**made.settings, **settings})


REFUSED: dict[str, Callable[[], Plan]] = {
    "a near copy of other text": lambda: with_edits(cut(at(OTHER), Span(0, 20))),
    "another number": lambda: with_edits(cut(at(NUMBER.format(13)), at(NUMBER.format(12)))),
    "a word that stands elsewhere": lambda: with_edits(cut(Span(12, 16), at("the harbour"), safety=Safety.EXACT)),
    "a word of the same letters": lambda: with_edits(
        cut(at("the driver"), Span(at("the harbour").start, at("the harbour").start + 3), safety=Safety.EXACT)
    ),
    "white space for a sentence": lambda: with_edits(cut(at(OTHER), new=" ")),
    "a letter for a sentence": lambda: with_edits(cut(at(OTHER), at(FIRST), new="o")),
    "what only a cleaner may do": lambda: with_edits(
        cut(at(OTHER), safety=Safety.EXACT, rule="C107"), fix=["stutter"]
    ),
    "a phrase that nobody named": lambda: with_edits(
        cut(at(OTHER), safety=Safety.EXACT, rule="C117"), fix=["remove-phrases"], remove_phrases=[OTHER]
    ),
    "a vote of nobody": lambda: with_edits(
        cut(Span(at("12").start + 1, at("12").end), new="3"), keep="merged"
    ),
    "white space between two words": lambda: with_edits(cut(Span(3, 4), safety=Safety.EXACT)),
    "the mark before a copy": lambda: with_edits(
        cut(Span(at(FIRST, last=True).start - 3, at(FIRST, last=True).end), at(FIRST), safety=Safety.EXACT)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_proof(name: str) -> None:
    with pytest.raises((LawError, PlanError)) as caught:
        apply_plan(TEXT, REFUSED[name]())
    assert caught.value.hint


def test_a_point_and_a_sign_are_no_form() -> None:
    for one, other in (("3.5", "35"), ("-4", "4"), ("5%", "5")):
        first, copy = (
            f"It has been {x} degrees on the wall of the mill since the day before yesterday." for x in (one, other)
        )
        text = f"{first}\n\nAnother thing.\n\n{copy}\n\nThe end.\n"
        made = with_edits(cut(at(copy, text=text), at(first, text=text), safety=Safety.EXACT), text=text)
        with pytest.raises(LawError):
            apply_plan(text, made)


def test_a_chain_rests_on_text_that_stays() -> None:
    text = f"{FIRST}\n\n{OTHER}\n\n{FIRST}\n\nMore.\n\n{FIRST}\n"
    first = at(FIRST, text=text)
    third = at(FIRST, last=True, text=text)
    middle = text.index(FIRST, first.end)
    second = Span(middle, middle + len(FIRST))
    exact = {"safety": Safety.EXACT, "rule": "D101"}
    good = with_edits(cut(second, first, **exact), cut(third, first, **exact), text=text)  # type: ignore[arg-type]
    assert apply_plan(text, good).count(FIRST) == 1
    for kept in (third, second):
        ring = with_edits(cut(first, second, **exact), cut(second, kept, **exact), text=text)  # type: ignore[arg-type]
        with pytest.raises(LawError):
            apply_plan(text, ring)


def test_what_is_unsafe_is_a_decision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused by name, done on request, and told by the list of what can be undone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = tmp_path / "a.txt"
    file.write_text(TEXT)
    assert command.here(["clean", "-q", "-n", "--apply", "all", "a.txt", "--plan-out", "p.json"]).returncode == 0
    assert any(edit["safety"] == "unsafe" for edit in json.loads(Path("p.json").read_text())["edits"])
    done = command.here(["clean", "-w", "a.txt", "--plan", "p.json"])
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: the plan takes out what nothing proves to be said elsewhere: edit ")
    assert b"--trust-plan" in done.stderr
    assert file.read_text() == TEXT
    assert command.here(["clean", "-q", "-w", "a.txt", "--plan", "p.json", "--trust-plan"]).returncode == 0
    assert len(file.read_text()) < len(TEXT)
    assert b" places, 1 by decision  " in command.here(["undo", "--list"]).stdout
    assert command.here(["undo", "-q", "a.txt"]).returncode == 0
    assert file.read_text() == TEXT
    command.here(["clean", "-q", "-w", "--apply", "all", "a.txt"])
    assert b" by decision  " in command.here(["undo", "--list"]).stdout


def test_trust_is_for_what_is_called_unsafe() -> None:
    with pytest.raises(LawError):
        apply_plan(TEXT, REFUSED["a near copy of other text"](), trust=True)


def test_the_plan_of_the_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT)
    command.here(["clean", "-q", "-n", "a.txt", "--plan-out", "p.json"])
    made = json.loads(Path("p.json").read_text())
    for safety in ("exact", "similar", "unsafe"):
        span = at(OTHER)
        made["edits"] = [
            {**made["edits"][0], "start": span.start, "end": span.end, "removed": OTHER, "safety": safety, "kept": [[0, 20]]}
        ]  # fmt: skip
        Path("p.json").write_text(json.dumps(made))
        done = command.here(["clean", "-w", "a.txt", "--plan", "p.json"])
        assert done.returncode == 2
        assert (tmp_path / "a.txt").read_text() == TEXT


# Whatever passes

WORDS = [
    "ferry",
    "winter",
    "driver",
    "harbour",
    "bridge",
    "lantern",
    "slate",
    "keeper",
    "gravel",
    "orchard",
    "wagon",
    "cellar",
    "weaver",
    "granary",
    "window",
    "kettle",
    "meadow",
    "chimney",
    "barley",
    "copper",
    "thistle",
    "saddle",
    "anchor",
    "pebble",
    "cradle",
    "ladder",
    "mortar",
    "needle",
    "basket",
    "candle",
]
HAN = "渡船冬天司机港口桥梁灯笼石板看守碎石果园马车地窖织布粮仓窗户水壶草地烟囱大麦铜器鞍子锚链卵石摇篮梯子砂浆针线篮子蜡烛"


def sentence(rng: random.Random, number: int) -> str:
    if number % 3:
        words = " ".join(rng.choices(WORDS, k=14))
        return f"{words.capitalize()} {number}."
    return "".join(rng.choices(HAN, k=24)) + f"{number}号。"


def spoiled(rng: random.Random, text: str) -> str:
    """A letter or two of the words are ruined, as by a scan."""
    places = [i for i, c in enumerate(text) if c.isalpha()]
    for place in rng.sample(places, 2):
        text = text[:place] + rng.choice("jqxz") + text[place + 1 :]
    return text


def repeating(rng: random.Random) -> tuple[str, list[str]]:
    """Return a text and the sentences that it says; some of them again, some of these with errors."""
    said = [sentence(rng, number) for number in range(101, 113)]
    out = list(said)
    for _ in range(9):
        again = rng.choice(said)
        out.insert(rng.randrange(3, len(out)), spoiled(rng, again) if rng.random() < 0.5 else again)
    parted = ["\n\n" if rng.random() < 0.6 else " " for _ in out]
    return "".join(x for both in zip(out, parted, strict=True) for x in both).strip() + "\n", out


def somewhere(rng: random.Random, text: str, near: Span) -> Span:
    """A span like another one, or of a word, a sentence, a paragraph."""
    start, end = near.start, near.end
    match rng.randrange(5):
        case 0:
            start, end = start + rng.randint(-9, 9), end + rng.randint(-9, 9)
        case 1:
            end = start + rng.randint(1, 9)
        case 2:
            shift = rng.randrange(len(text))
            start, end = start - near.start + shift, end - near.start + shift
        case 3:
            start = text.rfind("\n", 0, rng.randrange(len(text))) + 1
            end = text.find("\n", start)
        case _:
            start = rng.randrange(len(text))
            end = start + rng.randrange(60)
    start = min(max(start, 0), len(text))
    return Span(start, min(max(end, start), len(text)))


def mutated(rng: random.Random, text: str, made: Plan) -> Plan:
    edits = list(made.edits)
    settings = dict(made.settings)
    for _ in range(rng.randint(1, 3)):
        index = rng.randrange(len(edits))
        edit = edits[index]
        match rng.randrange(9):
            case 0 | 1:
                edits[index] = replace(edit, span=somewhere(rng, text, edit.span))
            case 2:
                edits[index] = replace(edit, kept=(somewhere(rng, text, (edit.kept or (edit.span,))[0]),))
            case 3:
                edits[index] = replace(edit, safety=rng.choice([Safety.EXACT, Safety.SIMILAR]))
            case 4:
                edits[index] = replace(
                    edit, rule=rng.choice(["D101", "D203", "C101", "C107", "C113"]), group=-1, kept=()
                )
                settings["fix"] = ["invisible", "stutter", "furniture"]
            case 5:
                gone = edit.span.of(text)
                edits[index] = replace(edit, replacement=rng.choice([" ", gone[:3], gone[5:20], "\n"]))
                settings["keep"] = rng.choice(["best", "merged"])
            case 6:
                span, kept = (somewhere(rng, text, edit.span) for _ in range(2))
                edits.append(
                    Edit(span, "", "D201", "near copy", rng.choice([Safety.EXACT, Safety.SIMILAR]), -1, (kept,))
                )
            case 7:  # the counterpart goes, too
                edits.append(replace(edit, span=(edit.kept or (edit.span,))[0], kept=(edit.span,)))
            case _:
                settings["similarity"], settings["min_length"] = 50.0, 1
    return replace(made, edits=tuple(sorted(edits, key=lambda e: e.span)), settings=settings)


def is_said(sentence: str, output: str) -> bool:
    """Tell whether a sentence is in a text, with two wrong letters at most and its own number."""
    wanted, there = letters(sentence), letters(output)
    if wanted in there:
        return True
    near = fuzz.partial_ratio_alignment(wanted, there, score_cutoff=80)
    number = "".join(filter(str.isdigit, sentence))
    return (
        near is not None
        and near.score >= 100 - 100 * 4 / len(wanted)
        and number in there[near.dest_start - 3 : near.dest_end + 3]
    )


@pytest.mark.parametrize("seed", range(10))
def test_whatever_passes_loses_nothing(seed: int) -> None:
    rng = random.Random(seed)
    text, said = repeating(rng)
    made = plan(text)
    assert made.edits
    own, accepted = apply_plan(text, made), 0
    said = [x for x in said if is_said(x, own)]  # of the others a piece goes as a copy of another sentence
    for _ in range(20):
        other = mutated(rng, text, made)
        try:
            output = apply_plan(text, other)
        except DedupeError:
            continue
        accepted += 1
        lost = [x for x in said if not is_said(x, output)]
        assert not lost, (other.edits, output)
    assert accepted < 20
