"""The quality benchmark measures what it says: labels, seeds, noise rates, and trivial cleaners at both ends."""

from __future__ import annotations

import importlib
import random
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks" / "quality"

ZH = [
    "老城区的菜市场搬进了新大楼。摊位比从前宽了一倍，地面也不再积水。卖豆腐的陈师傅说，头一个星期生意清淡，后来老主顾都找上门来了。如今他每天要多磨两锅豆子才够卖。楼上空着的那层打算改成茶馆，租金由摊主们分摊。",
    "河边的图书室由旧船厂改建而成。书架沿着吊车的轨道排开，窗外就是水面。周末常有孩子来听故事，管理员会把灯调暗，让大家躺在地毯上。冬天这里烧着一只铁炉子。船厂留下的汽笛挂在门口，闭馆时拉响一声。",
    "山上的气象站只有两个人值守。他们每隔三小时记录一次风速和气温，夜里轮流睡觉。补给车半个月来一趟，碰上大雪就要推迟。站里的狗认得每一个上山的人。去年秋天新装了一台望远镜，晴天看得见海。",
    "镇里的钟楼停了八年，今年春天又走了起来。修钟的是一位退休的机床工，他照着旧图纸做出了断掉的齿轮。孩子们放学后围着看他上发条。钟声能传到对岸的村子。镇上的人说，没有钟声的那几年总觉得日子过得糊涂。",
    "合唱团招收新成员，不要求识谱。第一次排练来了六十多人，椅子不够坐，后排的人站着唱。指挥说声音比椅子要紧。下个月他们要在广场上唱给过路的人听。曲目由大家投票选出，老歌和新歌各占一半。",
    "果园改种了耐旱的枣树。老农起先不信，说祖辈种的都是苹果。三年过去，井水又降了，苹果枯了一半，枣树却挂满了果。今年邻村的人也来要树苗，说要试一试。合作社答应帮他们修一个烘干房，免得下雨烂了果子。",
]
EN = [
    "The old market has moved into a new hall beside the river. The stalls are twice as wide as before, and the floor stays dry. A man who sells cheese says that the first week was slow. Then his regular customers found him again, and now he brings two more wheels every morning.",
    "The weather station on the ridge is kept by two people. They write down the wind and the temperature every three hours and take turns to sleep. The supply truck comes twice a month unless the snow is deep. Their dog knows everybody who climbs the path.",
    "The clock in the tower had stood still for eight years. A retired toolmaker read the old drawings and cut the broken wheel anew. Children watch him wind it after school. On calm days the bell is heard in the village across the water.",
    "The choir takes anybody who likes to sing. Sixty people came to the first evening, and there were not enough chairs. Those at the back stood all night and did not mind. Next month they will sing in the square for whoever walks past.",
    "The orchard was planted anew with trees that need little water. The old farmer laughed at first, since his family had always grown apples. Three dry summers later half of the apples are dead. This year the neighbours came and asked for seedlings of their own.",
    "The reading room was once a yard where boats were built. The shelves follow the rails of the crane, and the windows look out on the water. On Saturdays a woman reads stories to the children. An iron stove keeps the place warm until the end of March.",
]


def module(name: str) -> Any:
    if str(FOLDER) not in sys.path:
        sys.path.insert(0, str(FOLDER))
    return importlib.import_module(name)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ground")
    for lang, paras in (("zh", ZH), ("en", EN)):
        (folder / f"clean_{lang}").mkdir()
        for k in range(6):
            turned = paras[k:] + paras[:k]
            (folder / f"clean_{lang}" / f"{lang}{k}.txt").write_text("\n\n".join(turned) + "\n", encoding="utf-8")
    return folder


def made(data: Path, lang: str, rate: float, **options: Any) -> list[Any]:
    cases: list[Any] = module("inject").cases(data, lang, rate, 24, **options)
    return cases


def totals(cases: list[Any], clean: Any) -> Counter[str]:
    out: Counter[str] = Counter()
    for c in cases:
        for counts in module("labels").score(c, clean(c)).counts.values():
            out.update(counts)
    return out


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("options", [{}, {"extra": True}, {"model": "ocr"}])
def test_trivial_cleaners_score_at_both_ends(data: Path, lang: str, options: dict[str, Any]) -> None:
    cases = made(data, lang, 0.03, **options)
    same = totals(cases, lambda c: c.text)
    assert same["left"] == same["repeat"] > 0
    assert same["lost"] == 0
    perfect = totals(cases, module("labels").oracle)
    assert perfect["left"] <= 0.001 * perfect["repeat"]
    assert perfect["lost"] == 0
    empty = totals(cases, lambda _: "")
    assert empty["left"] == 0
    assert empty["lost"] > 0.88 * empty["once"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_lost_sentence_is_counted_and_a_moved_one_is_not(data: Path, lang: str) -> None:
    labels = module("labels")
    paras = ZH if lang == "zh" else EN
    host, said = paras[0], paras[1]
    atoms = [*labels.atoms(said, 0, 0), *labels.atoms("\n\n" + host + "\n\n"), *labels.atoms(said, 0, 1)]
    case = labels.Case("one", lang, 0.0, "random", atoms, {0: "1 exact far"})
    for out, left, lost in (
        (f"{said}\n\n{host}", 0, 0),
        (f"{host}\n\n{said}", 0, 0),
        (host, 0, len(labels.letters(said)) - 11),
        (f"{said}\n\n{said}", len(labels.letters(said)), len(labels.letters(host)) - 11),
    ):
        total: Counter[str] = sum(labels.score(case, out).counts.values(), Counter())
        assert total["left"] == pytest.approx(left, rel=0.05)
        assert total["lost"] == pytest.approx(lost, rel=0.05)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_occurs_and_copies_follow_the_original(data: Path, lang: str) -> None:
    cases = made(data, lang, 0.0)
    kinds = {k.split()[0] for c in cases for k in c.kinds.values()}
    assert kinds == {"1", "2", "3", "4", "5"}
    for c in cases:
        original = {(a.group, a.place): a.char for a in c.atoms if a.member == 0}
        for a in c.atoms:
            if a.member and a.char.isalnum() and not c.kinds[a.group].startswith("2"):
                assert a.char == original[a.group, a.place]


def test_same_seed_same_texts_and_halves_differ(data: Path) -> None:
    first, again = made(data, "zh", 0.01), made(data, "zh", 0.01)
    assert [c.text for c in first] == [c.text for c in again]
    assert [c.text for c in first] != [c.text for c in made(data, "zh", 0.01, seed=6)]
    assert not {c.text for c in first} & {c.text for c in made(data, "zh", 0.01, half="held")}


@pytest.mark.parametrize("rate", [0.01, 0.03, 0.1])
def test_noise_has_the_rate_and_the_mixture_asked_for(rate: float) -> None:
    labels, noise = module("labels"), module("noise")
    text = "".join(EN) * 30
    copy = [labels.Atom(c, 0, 1, i) for i, c in enumerate(text)]
    out = noise.spoil(copy, random.Random(3), "random", rate, noise.alphabet(text))
    letters = sum(c.isalnum() for c in text)
    added = sum(a.added for a in out)
    gone = len({a.place for a in copy} - {a.place for a in out if not a.added})
    changed = sum(a.char != text[a.place] for a in out if not a.added)
    assert added + gone + changed == pytest.approx(rate * letters, rel=0.15)
    assert added == pytest.approx(0.2 * rate * letters, rel=0.35)
    assert gone == pytest.approx(0.2 * rate * letters, rel=0.35)
    assert "".join(a.char for a in noise.spoil(copy, random.Random(3), "random", 0.0, ["x"])) == text


@pytest.mark.parametrize(("lang", "text"), [("zh", "".join(ZH)), ("en", " ".join(EN))])
def test_form_changes_no_letter(lang: str, text: str) -> None:
    noise, labels = module("noise"), module("labels")

    def plain(t: str) -> str:
        return "".join(c for c in unicodedata.normalize("NFKC", t).casefold() if c.isalnum())

    for seed in range(12):
        out = "".join(a.char for a in noise.reform(labels.atoms(text), random.Random(seed), lang))
        same = sum(a == b for a, b in zip(plain(out), plain(text), strict=True))
        assert same >= len(plain(text)) * (0.85 if lang == "zh" else 1.0)  # Han variants in Chinese


def test_mirrored_sets_are_seeded_and_say_what_they_should(data: Path, tmp_path: Path) -> None:
    mirror = module("mirror")
    for name in ("a", "b"):
        mirror.write(data, tmp_path / name, n=8)
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*.jsonl"))
    assert len(files) == 8
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)
    variants = module("worst")._records(tmp_path / "a" / "variants_zh" / "variants.jsonl")
    assert {"number", "time", "negation", "person", "place", "organisation"} <= {v["kind"] for v in variants}
    for v in variants:
        at = next(i for i, (x, y) in enumerate(zip(v["a"], v["b"], strict=False)) if x != y)
        start = v["a"].rfind(v["was"], 0, at + len(v["was"]))
        assert v["b"] == v["a"][:start] + v["now"] + v["a"][start + len(v["was"]) :]
    for r in module("worst")._records(tmp_path / "a" / "llm_loops_en" / "docs.jsonl"):
        assert r["decoding"] == "sampled" or len(r["gold_exact_only"]) <= len(r["text"])
    laws = module("worst")._records(tmp_path / "a" / "statutes_whole_zh" / "docs.jsonl")
    for law in laws:
        lines = law["text"].split("\n\n")
        assert len(set(lines)) == len(lines)
