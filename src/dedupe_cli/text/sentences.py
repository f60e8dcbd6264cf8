"""Where sentences end, in Chinese, English and other scripts.

Candidates are found by one pattern; each is judged by the few characters around it, so the time is linear in the
text. The list of abbreviations is closed: a word that is not in it ends a sentence like any other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe_cli.text.lines import CLOSERS

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = "\\s\u200b\u2060\ufeff"
_HAN = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_ENDS = re.compile(
    rf"""(?x)
    (?P<mark> [。！？｡!?؟۔।॥։።။។‽⁇⁈⁉.．…⋯]+ )
    (?P<close> (?: [{re.escape(CLOSERS)}] | \[[0-9]{{1,3}}\] | [⁰¹²³⁴-⁹] )* (?: [ \u3000]?[”』」] )? )
    """
)
_DOTS = re.compile(r"[.．…⋯]+")
_ELLIPSIS = re.compile(r"[.．]{2,}|[…⋯]+|。{3,}")
_GAP = re.compile(f"[{_BLANK}]*")
_OPENERS = "\"'“‘「『（(《〈【[¿¡—–-*_"
# What stands before a mark, 40 characters at most: a word with its inner points.
_BEFORE = re.compile(r"[\w.．&'’@:/\\-]*\Z")
_LABEL = re.compile(r"[(（]?(?:[0-9０-９]{1,3}(?:[.．][0-9]{1,3})*|[A-Za-z]|[ivxlcIVXLC]{2,5})")

# Never the end, whatever follows: titles before names, words that stand before what they explain.
_NEVER = frozenset(
    "mr mrs ms mx dr prof rev hon gen lt col maj capt cpt sgt cpl adm cmdr gov sen rep pres supt insp messrs mme "
    "mlle mt ft fr sr. e.g i.e eg ie cf viz vs approx ca esp incl resp al. z.b d.h bzw usw. т.е напр hr frau".split()
)
# Before a number they do not end a sentence; anywhere else they are words (``No. I will not.``).
_NUMBERED = frozenset(
    "no nos nr fig figs eq eqs vol vols pp p ch chap sec sect art arts par para ver ed eds op cl tab app pt № "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun стр рис".split()
)
# They end a sentence when the next word is one that begins sentences.
_MAYBE = frozenset(
    "inc ltd co corp llc bros jr sr st ave blvd rd sq hwy dept dist univ assn assoc bldg est govt intl natl etc al "
    "a.m p.m am pm b.c a.d ph.d m.d b.a m.a d.c u.s u.k u.n e.u jan feb mar apr jun jul aug sept sep oct nov dec "
    "ala ariz calif colo conn fla ill mass mich minn miss mo okla ore penn tenn tex va wash wis др руб гг тыс "
    "ed vol fig sec".split()
)
_STARTERS = frozenset(
    "the a an it its he she they we i you this that these those there here in on at by for from with without and but "
    "or nor so yet if when while as after before because since although though however moreover then thus now what "
    "who why how where which his her their our my your not no yes all some many most both each every another one two "
    "three to of during under over until once still also even only just perhaps instead meanwhile later today "
    "yesterday nobody nothing everyone everything let is are was were do does did can could will would may".split()
)
# What may follow a closed quotation and belongs to its sentence.
_SAID = re.compile(
    r"[，、；：,;:]|[的了吗呢吧地之与和及]|(?:と|って|という)|"
    rf"[{_HAN}]{{0,8}}?(?:说|說|道|问|問|喊|叫|答|讲|講|写|寫|称|稱|表示|认为|想)[道着著]?[。，,：:！]"
)
# Words that begin Chinese sentences, for the place behind an ellipsis.
_TURNS = re.compile(
    "但|可是|不过|然而|后来|後來|然后|于是|突然|忽然|最后|最终|终于|如今|现在|今天|昨天|第二天|这时|那时|同时|此外|另外|而且|所以|因此|"
    "他们|她们|我们|大家|有人|原来|直到"
)


def ends(text: str, start: int, stop: int) -> Iterator[int]:
    """Yield the offsets behind the sentences of ``text[start:stop]`` (closers included), the last one not."""
    begin = _GAP.match(text, start, stop).end()  # type: ignore[union-attr]
    for found in _ENDS.finditer(text, start, stop):
        if found.end() >= stop:
            return
        if _is_end(text, begin, found, stop):
            yield found.end()
            begin = _GAP.match(text, found.end(), stop).end()  # type: ignore[union-attr]


def _is_end(text: str, begin: int, found: re.Match[str], stop: int) -> bool:
    """Judge one candidate of the sentence that begins at ``begin``."""
    mark, close = found["mark"], found["close"]
    after = text[found.end() : min(found.end() + 24, stop)]
    following = after.lstrip()
    if not following:  # the sentence goes on behind a long gap, or nothing does
        return True
    spaced = len(following) < len(after)
    if _ELLIPSIS.fullmatch(mark):
        return _after_ellipsis(text[begin : found.start()][-40:], mark, close, following, spaced=spaced)
    if mark[-1] in "。｡؟۔।॥։።။។" or mark[-1] in "！？" and not _is_latin(following[0]):
        return not _goes_on(mark, close, following, spaced=spaced)
    if _DOTS.fullmatch(mark):
        return _after_dot(text, begin, found, following, spaced=spaced)
    return _after_shout(text, found, following, spaced=spaced)


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _is_han(char: str) -> bool:
    return re.match(f"[{_HAN}]", char) is not None


def _word(following: str) -> str:
    """First word of what follows, opening quotes and brackets skipped."""
    found = re.match(r"[^\W_]+", following.lstrip(_OPENERS + " "))
    return found[0] if found else ""


def _goes_on(mark: str, close: str, following: str, *, spaced: bool) -> bool:
    """Tell whether a sentence goes on behind a full-width mark: in a title, in brackets, after a quotation."""
    if following[0] in "，、；：,;":
        return True
    if not close or spaced:
        return False
    if close[-1] in "》〉":
        return True
    if close[-1] in ")）" and mark[-1] in "！？!?":
        return True
    return close[-1] in '”’」』"' and _SAID.match(following) is not None


def _after_ellipsis(before: str, mark: str, close: str, following: str, *, spaced: bool) -> bool:
    """An ellipsis ends a sentence only when what follows looks like a new one."""
    if following[0] in "，、；：。！？,;:.!?":
        return False
    word = _word(following)
    if word and (word[0].isupper() or word[0].islower()):
        return (spaced or bool(close)) and word[0].isupper() and word not in {"I", "I'm"}
    if close and close[-1] in "”’」』":
        return _SAID.match(following) is None
    if spaced and not mark.startswith(".") or following[0] in "“「『":
        return True
    clause = re.split("[，。！？、；：…]", before)[-1]
    return len(clause) >= 6 and _TURNS.match(following) is not None


def _after_shout(text: str, found: re.Match[str], following: str, *, spaced: bool) -> bool:
    """``!`` and ``?``: not in addresses (``?q=1``) and not before ``he said``."""
    char = following[0]
    if not spaced:
        if _is_han(char):
            return not _goes_on(found["mark"], found["close"], following, spaced=spaced)
        if char in "“‘「『（《【":
            return True
        return (
            bool(re.match(r"[A-Z][a-z]+['’]?[a-z]*[\s,]|I\s", following))
            and text[found.start() - 1].islower()
        )
    word = _word(following)
    if word[:1].islower():
        return not found["close"] and _all_lower(text, found.start())
    return char not in ",;:，；：、"


def _all_lower(text: str, at: int) -> bool:
    """Tell whether the text near a place knows no capitals, as in captions."""
    near = text[max(0, at - 80) : at + 80]
    return not any(c.isupper() for c in near)


def _after_dot(text: str, begin: int, found: re.Match[str], following: str, *, spaced: bool) -> bool:
    """A full stop: not in numbers, names, addresses, and not behind an abbreviation."""
    at, close = found.start(), found["close"]
    before = _BEFORE.search(text, max(begin, at - 40), at)[0]  # type: ignore[index]
    char = following[0]
    if char in ",;:，；：、":
        return False
    if not spaced and not close:
        return _glued(before, following)
    if _LABEL.fullmatch(text[begin:at]) and not close:
        return False
    word = _word(following)
    if not word:
        return True
    if _never_ends(before, word):
        return False
    if word[0].islower():
        return not close and (
            re.fullmatch(r"[a-zà-ÿ'’-]{4,}", before) is not None
            and before not in _MAYBE
            or _all_lower(text, at)
        )
    return True


def _glued(before: str, following: str) -> bool:
    """A full stop with no space behind it ends a sentence before Han characters and in ``end.The next``."""
    char = following[0]
    if _is_han(char) or char in "“「『《（":
        return not re.fullmatch(r"[0-9.]{1,4}|[A-Za-z]", before)
    plain = re.fullmatch(r"[a-z'’-]{2,}|[A-Z][a-z]+", before) is not None
    return plain and re.match(r"[A-Z][a-z]+['’]?[a-z]*[\s,]|[AI]\s", following) is not None


def _never_ends(before: str, word: str) -> bool:
    """Tell whether the word before a full stop is an abbreviation, given the word behind it."""
    low = before.lower().lstrip("-/:.'’")
    if low in _NEVER:
        return True
    if low in _NUMBERED and (word[0].isdigit() or re.fullmatch("[IVXLC]+", word)):
        return True
    starter = word.lower() in _STARTERS
    if re.fullmatch(r"(?:[^\W\d_][.．])*[^\W\d_]", before) and before[0].isupper():
        return not starter or (word in {"A", "I"} and len(word) == 1 and before != "I")
    if low in _MAYBE:
        return not starter and not (low == "etc" and word[0].isupper())
    return re.fullmatch(r"(?:[a-zA-Z]{1,3}\.)+[a-zA-Z]{1,3}", before) is not None and not starter
