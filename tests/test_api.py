"""The library: names, types, results, errors; nothing is printed."""

from __future__ import annotations

import inspect
import random
from typing import TYPE_CHECKING, Any

import pytest

import command
import dedupe_cli
from dedupe_cli import Source, api, apply_plan, clean, clean_file, find, load, plan
from dedupe_cli.errors import DedupeError, LawError, SettingsError, StaleSourceError
from dedupe_cli.model import Edit, Plan, Safety, Span

if TYPE_CHECKING:
    from pathlib import Path


def test_clean(capfd: pytest.CaptureFixture[str]) -> None:
    assert clean(command.TWICE) == command.ONCE
    assert clean(command.ZH_TWICE) == command.ZH_ONCE
    assert clean("") == ""
    assert capfd.readouterr() == ("", "")


def test_find_and_plan() -> None:
    (group,) = find(command.TWICE)
    assert [m.spans[0].of(command.TWICE).strip(".\n") for m in group.members] == [command.FIRST.strip(".")] * 2
    made = plan(command.TWICE)
    assert made.groups == (group,)
    assert apply_plan(command.TWICE, made) == command.ONCE


def test_a_plan_is_bound_to_its_text() -> None:
    with pytest.raises(StaleSourceError):
        apply_plan(command.ONCE, plan(command.TWICE))


def test_options_are_those_of_the_settings() -> None:
    assert clean(command.TWICE, min_length=500) == command.TWICE
    assert clean(command.TWICE, preset="docs", keep="first", normalize=["width", "space"]) == command.ONCE


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        ({"similarty": 80}, "unknown option 'similarty'", "similarity"),
        ({"similarity": 0.9}, "similarity 0.9", "try similarity=90"),
        ({"similarity": "80"}, "is not a number", "from 50 to 100"),
        ({"similarity": float("nan")}, "outside the useful range", "from 50 to 100"),
        ({"min_length": 1.5}, "is not a whole number", "from 1"),
        ({"min_length": True}, "is not a whole number", "from 1"),
        ({"keep": "frist"}, "keep: unknown 'frist'", "first"),
        ({"keep": ["first"]}, "keep: unknown", "best"),
        ({"normalize": {"widht"}}, "normalize: unknown 'widht'", "width"),
        ({"normalize": {3}}, "normalize: unknown 3", "width"),
        ({"normalize": "width"}, "is no set of words", "width"),
        ({"adjacent": True}, "adjacent compares lines", 'add unit="line"'),
        ({"adjacent": "yes"}, "is neither True nor False", "one of them"),
        ({"fix": "remove-phrases"}, "^fix remove-phrases: which?", 'add remove_phrases=["..."]'),
        ({"preset": "artikel"}, "unknown preset 'artikel'", "article"),
    ],
)
def test_options_are_checked(options: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        clean("text", **options)
    assert hint in caught.value.hint


def test_only_texts() -> None:
    with pytest.raises(TypeError, match="not bytes"):
        clean(b"text")  # type: ignore[arg-type]


def test_clean_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(command.ZH_TWICE.encode("gb18030"))
    result = clean_file(path, encoding="gb18030")
    assert result.changed
    assert result.data == command.ZH_ONCE.encode("gb18030")
    assert path.read_bytes() == command.ZH_TWICE.encode("gb18030")
    clean_file(path, encoding="gb18030", write=True, backup=".bak")
    assert path.read_bytes() == result.data
    assert clean_file(path, encoding="gb18030", write=True).changed is False


def test_a_file_that_changed_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(command.TWICE)
    result = clean_file(path)
    path.write_text("newer")
    with pytest.raises(StaleSourceError):
        api.write_back(result)
    assert path.read_text() == "newer"


def test_a_source_is_a_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(command.TWICE.encode("utf-16"))
    source = load(path)
    assert isinstance(source, Source)
    assert clean(source) == command.ONCE
    assert apply_plan(source, plan(source)) == command.ONCE


def test_lone_surrogates_are_letters_like_others() -> None:
    text = command.TWICE.replace("room", "ro\udcffom")
    assert clean(text) == command.ONCE.replace("room", "ro\udcffom")


def test_a_codec_that_cannot_hold_the_result() -> None:
    text = "\u304b"
    source = Source("a", text + "x\u309a", "d" * 64, "shift_jis_2004")
    cut = Plan("d" * 64, 3, (Edit(Span(1, 2), "", "C101", "a letter", Safety.EXACT, -1, ()),))
    with pytest.raises(LawError):
        api.apply(source, cut)


def test_progress_is_told() -> None:
    seen: list[tuple[str, int, int]] = []
    clean(command.TWICE, progress=lambda stage, done, total: seen.append((stage, done, total)))
    assert seen
    assert all(0 <= done <= total for _, done, total in seen)


def test_progress_goes_on_within_a_round() -> None:
    chance = random.Random(1)
    said = [" ".join("".join(chance.choices("aeioulnrst", k=7)) for _ in range(12)) for _ in range(220)]
    again = [f"{line} 7." for line in chance.sample(said, len(said))]
    seen: list[int] = []
    plan(
        "\n\n".join([*(f"{line} 4." for line in said), *again]), progress=lambda _stage, done, _total: seen.append(done)
    )
    assert len({done for done in seen[1:-1] if 0 < done < seen[-1]}) >= 3
    assert seen == sorted(seen)


def test_every_public_name_is_there_and_described() -> None:
    assert len(set(dedupe_cli.__all__)) == len(dedupe_cli.__all__)
    assert set(dedupe_cli.__all__) <= set(dir(dedupe_cli))
    for name in dedupe_cli.__all__:
        value = getattr(dedupe_cli, name)
        assert name == "__version__" or inspect.getdoc(value), name


def test_no_other_name_is_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'cleen'"):
        dedupe_cli.cleen  # noqa: B018


def test_errors_are_one_family() -> None:
    from dedupe_cli import errors  # noqa: PLC0415

    kinds = [v for v in vars(errors).values() if isinstance(v, type) and issubclass(v, Exception)]
    assert all(issubclass(kind, DedupeError) for kind in kinds)
