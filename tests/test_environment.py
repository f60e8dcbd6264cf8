"""Where and how the program is started changes nothing; nor does what Unicode has in store for a text."""

from __future__ import annotations

import subprocess
import sys
import time
import unicodedata
from typing import TYPE_CHECKING

import pytest

import command
from dedupe_cli import clean

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = [sys.executable, "-m", "dedupe_cli"]
STARTS: dict[str, tuple[list[str], dict[str, str]]] = {
    "optimised": ([sys.executable, "-O", "-m", "dedupe_cli"], {}),
    "isolated": ([sys.executable, "-I", "-m", "dedupe_cli"], {}),
    "warnings are errors": ([sys.executable, "-W", "error", "-m", "dedupe_cli"], {}),
    "bytes are checked": ([sys.executable, "-bb", "-m", "dedupe_cli"], {}),
    "locale C": (PYTHON, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    "locale POSIX, ASCII streams": (PYTHON, {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"}),
    "a locale that is not there": (PYTHON, {"LC_ALL": "xx_XX.ISO-8859-1"}),
    "a hash seed": (PYTHON, {"PYTHONHASHSEED": "4711"}),
    "no home": (PYTHON, {"HOME": "/nonexistent", "XDG_STATE_HOME": "", "XDG_CACHE_HOME": ""}),
    "a dumb terminal": (PYTHON, {"TERM": "dumb"}),
}
RUNS = (["clean", "-"], ["diff", "in.txt"], ["clean", "无此文件.txt"])


def outputs(folder: Path, start: list[str], extra: dict[str, str]) -> list[tuple[int, bytes, bytes]]:
    text = (folder / "in.txt").read_bytes()
    found = []
    for args in RUNS:
        done = subprocess.run(
            [*start, *args], cwd=folder, input=text if "-" in args else b"", capture_output=True,
            env=command.environment(**extra), timeout=60, check=False,
        )  # fmt: skip
        found.append((done.returncode, done.stdout, done.stderr))
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("environment")
    (made / "in.txt").write_text(f"{command.ZH_TWICE}\n{command.TWICE}", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def plain(folder: Path) -> list[tuple[int, bytes, bytes]]:
    found = outputs(folder, PYTHON, {})
    assert [code for code, _, _ in found] == [0, 1, 2]
    assert command.ZH_FIRST.encode() in found[0][1]
    return found


@pytest.mark.parametrize("start", STARTS)
def test_same_output_and_manners(folder: Path, plain: list[tuple[int, bytes, bytes]], start: str) -> None:
    found = outputs(folder, *STARTS[start])
    assert [(code, out) for code, out, _ in found] == [(code, out) for code, out, _ in plain]
    for (_, _, said), (_, _, usual) in zip(found, plain, strict=True):
        # Where the locale knows no Chinese, names are escaped.
        assert said == usual or said.replace(rb"\u", b"").isascii()
        assert b"Traceback" not in said
        assert b"Warning" not in said


LETTER = "The ferryman keeps his tools in a box that once held oranges{} from the south."
OTHER = "每年春天河水都要冲走一根木桩，过些日子又从上游送来一根{}，谁也不知道为什么。"
PLANES = "".join(chr(plane << 16 | low) for plane in range(17) for low in (0x21, 0x41, 0x3A9, 0x4E2D, 0xFFFD))
ODD = {
    "every plane": PLANES,
    "combining marks": "e" + "\u0301" * 10_000,
    "a family": "👨‍👩‍👧‍👦",
    "flags": "🇨🇭🇨🇳🇩🇪",
    "directions": "\u202e\u2066abc\u2069\u202c\u200f",
    "unassigned": "".join(chr(0x0378 + 0x10000 * k) for k in range(14)),
    "private": "\ue000\U000f0000\U0010fffd",
    "lone surrogates": "\ud800\udfff\ud800",
    "joiners": "\u200d\u200c\u2060\ufeff",
    "variation selectors": "葛\U000e0100葛\U000e0101☁\ufe0e☁\ufe0f",
    "jamo": "".join(chr(0x1100 + k) + chr(0x1161 + k) for k in range(18)),
    "controls": "".join(chr(k) for k in range(32) if chr(k) not in "\n\r\x0b\x0c\x1c\x1d\x1e"),
    "tags": "".join(chr(0xE0020 + k) for k in range(90)),
}
CLUSTERS = ("👨‍👩‍👧‍👦", "🇨🇭", "👍🏽", "e\u0301\u0323", "葛\U000e0100", "☁\ufe0f", "각", "क्षि")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("sentence", [LETTER, OTHER])
def test_odd_unicode_goes_with_its_copy_or_stays_whole(odd: str, sentence: str) -> None:
    said, other = sentence.format(ODD[odd]), (OTHER if sentence is LETTER else LETTER).format("")
    began = time.process_time()
    assert clean(f"{said}\n\n{other}\n\n{said}\n") == f"{said}\n\n{other}\n"
    assert clean(f"{said}\n\n{other}\n") == f"{said}\n\n{other}\n"
    assert time.process_time() - began < 5


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_a_loop_of_clusters_is_cut_between_them(cluster: str) -> None:
    text = f"The crowd waved and sent {cluster * 40} from the bridge."
    left = clean(text).removeprefix("The crowd waved and sent ").removesuffix(" from the bridge.")
    assert left == cluster * (len(left) // len(cluster))
    assert left


@pytest.mark.parametrize(
    "sentence",
    ["Ángela vió cómo el niño dejó caer el último bidón de vino al río después de la función.",
     "가을이 되면 강가의 버드나무 잎이 하나씩 물 위로 떨어져 멀리 바다까지 흘러간다.",
     "Đến mùa nước nổi, ông lái đò cất những dụng cụ của mình vào chiếc hộp gỗ đựng cam."],
)  # fmt: skip
def test_composed_and_decomposed_are_one_text(sentence: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, sentence) for form in ("NFC", "NFD"))
    assert composed != decomposed
    between = OTHER.format("")
    assert clean(f"{decomposed}\n\n{between}\n\n{composed}\n") == f"{decomposed}\n\n{between}\n"
    assert clean(f"{composed}\n\n{between}\n\n{decomposed}\n") == f"{composed}\n\n{between}\n"
