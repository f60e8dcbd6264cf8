"""Where sentences end, in Chinese, English and other scripts.

Candidates are found by one pattern; each is judged by the few characters around it, so time is linear in the
text. The list of abbreviations (``data/abbreviations.txt``) is closed: any other word ends a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from dedupe_cli.text.lines import CLOSERS
from dedupe_cli.text.patterns import late

_BLANK = "\\s\u200b\u2060\ufeff"
_EAST = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
_HAN = late(f"[{_EAST}]")
_MARKS = "。！？｡!?؟۔।॥։።။។‽⁇⁈⁉.．…⋯"
# A mark with a small letter or digit right behind it ends nothing (3.5, www.a.org, ?q=1): it is no candidate.
_ENDS = re.compile(
    rf"""(?x)
    (?<! [{_MARKS}] )
    (?P<mark> (?: \.(?:[ \xa0]\.)++ | [{_MARKS}]++ ) (?: (?<! [.!?] ) | (?! [a-z0-9/=_] ) ) )
    (?P<close> (?: [{re.escape(CLOSERS)}] | \[[0-9]{{1,3}}\] | [⁰¹²³⁴-⁹] )*+ (?: [ \u3000]?[”』」] )? )
    """
)
_ELLIPSIS = re.compile(r"[.](?:[ \xa0][.])+|[.．]{2,}|[…⋯]+|。{3,}")
# They end a sentence before any capital, not only before the list of starters.
_FULL = frozenset({"etc", "т.д", "т.п", "usw"})
# Characters looked at behind a mark, and those that tie what follows to the sentence.
_AHEAD = 24
_GLUE = "，、；：,;:"
_GAP = re.compile(f"[{_BLANK}]*")
_OPENERS = "\"'“‘「『（(《〈【[¿¡—–-*_"
# The word before a mark with its inner points, and the first one behind it; neither holds Han characters.
_LAST_WORD = late(rf"(?:(?![{_EAST}])[\w.．&'’@:/\\-])*")
_FIRST_WORD = late(rf"[{re.escape(_OPENERS)} ]*((?:(?![{_EAST}])[^\W_])+|[{_EAST}])")
# A capitalised word that a space or comma follows: a sentence that begins without a space before it.
_SENTENCE_HEAD = re.compile(r"[A-Z][a-z]+['’]?[a-z]*[\s,]|[AI]\s")
_PLAIN = re.compile(r"[a-zà-ÿ'’-]+")
_ROMAN = re.compile("[IVXLC]+|[B-H]")
# One letter, or letters with points between: an initial, U.S, a.k.a.
_POINTED = re.compile(r"(?:[^\W\d_][.．])*[^\W\d_]")
_LABEL = re.compile(
    r"[(（]?(?:[0-9０-９]{1,3}(?:[.．][0-9]{1,3})*|[A-Za-z]|[ivxlcIVXLC]{2,5})"
    r"|(?i:chapter|part|section|article|book|volume|act|scene|rule|step) (?:[0-9]{1,3}|[ivxlc]+)"
)

# What may follow a closed quotation and belongs to its sentence.
_SAID = late(
    r"[，、；：,;:]|[的了吗呢吧地之与和及]|(?:と|って|という)|"
    rf"(?:(?![没沒不未无無])[{_EAST}]){{0,8}}?(?:说|說|道|问|問|喊|叫|答|讲|講|写|寫|称|稱|表示|认为|想)[道着著]?[。，,：:！]"
)
# The rest of a quotation that is itself a part of a clause (喊着“妈妈！妈妈！”，一路跑).
_QUOTED_ON = re.compile("[^“”「」『』]{0,20}[”」』][，、；的]")
# Words that begin Chinese sentences, for the place behind an ellipsis.
_TURNS = re.compile(
    "但|可是|不过|然而|后来|後來|然后|于是|突然|忽然|最后|最终|终于|如今|现在|今天|昨天|第二天|这时|那时|同时|此外|另外|而且|所以|因此|"
    "他们|她们|我们|大家|有人|原来|直到"
)


@cache
def _words() -> dict[str, frozenset[str]]:
    """Return the lists of ``data/abbreviations.txt`` by name."""
    table = (files("dedupe_cli") / "data" / "abbreviations.txt").read_text(encoding="utf-8")
    found = re.findall(r"^\[(\w+)\].*\n((?:[^\[#]+\n)+)", table, re.MULTILINE)
    return {name: frozenset(words.split()) for name, words in found}


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
    if found.start() == begin:  # marks alone are no sentence
        return False
    mark, close = found["mark"], found["close"]
    after = text[found.end() : min(found.end() + _AHEAD, stop)]
    following = after.lstrip()
    if not following:  # white space as far as can be seen
        return True
    spaced = len(following) < len(after)
    if following[0] in _GLUE or (close and following[0] in "。！？!?."):
        return False
    if _ELLIPSIS.fullmatch(mark):
        return _after_ellipsis(
            text[max(begin, found.start() - 40) : found.start()], mark, close, following, spaced=spaced
        )
    if mark[-1] in "!?":
        return _after_shout(text, found, following, spaced=spaced)
    if mark[-1] in ".．…⋯":
        return _after_dot(text, begin, found, following, spaced=spaced)
    return not _goes_on(mark, close, following, spaced=spaced)


def _last_word(near: str) -> str:
    """Return the word, inner points included, that ends a stretch (read backwards: one step a character)."""
    found = _LAST_WORD.match(near[::-1])
    return found[0][::-1] if found else ""


def _word(following: str) -> str:
    """Return the first word of what follows, opening quotes and brackets skipped."""
    found = _FIRST_WORD.match(following)
    return found[1] if found else ""


def _goes_on(mark: str, close: str, following: str, *, spaced: bool) -> bool:
    """Tell whether a sentence goes on behind a closed title, bracket or quotation."""
    if not close and not spaced:
        return _QUOTED_ON.match(following) is not None
    if spaced:
        return False
    if close[-1] in "》〉" or (close[-1] in ")）" and mark[-1] in "！？!?"):
        return True
    return close[-1] in '”’」』"' and _SAID.match(following) is not None


def _after_ellipsis(before: str, mark: str, close: str, following: str, *, spaced: bool) -> bool:
    """Tell whether what follows an ellipsis looks like a new sentence."""
    word = _word(following)
    if word and (word[0].isupper() or word[0].islower()):
        return (spaced or bool(close)) and word[0].isupper() and word != "I"
    if close and close[-1] in "”’」』":
        return _SAID.match(following) is None
    if (spaced and mark[0] != ".") or following[0] in "“「『":
        return True
    # Behind a stammer (我……我不知道) the sentence goes on; behind a clause a turn of speech begins a new one.
    clause = re.split("[，。！？、；：…]", before)[-1]
    return len(clause) >= 6 and _TURNS.match(following) is not None


def _after_shout(text: str, found: re.Match[str], following: str, *, spaced: bool) -> bool:
    """Judge ``!`` and ``?``, which also stand in addresses, names and before ``he said``."""
    if not spaced:
        if _HAN.match(following):
            return not _goes_on(found["mark"], found["close"], following, spaced=spaced)
        return following[0] in "“‘「『（《【" or _SENTENCE_HEAD.match(following) is not None
    word = _word(following)
    return not word[:1].islower() or (not found["close"] and _knows_no_capitals(text, found.start()))


def _knows_no_capitals(text: str, at: int) -> bool:
    """Tell whether the text near a place has no capitals at all, as captions have none."""
    return not any(c.isupper() for c in text[max(0, at - 80) : at + 80])


def _after_dot(text: str, begin: int, found: re.Match[str], following: str, *, spaced: bool) -> bool:
    """Judge a full stop, which also stands in numbers, names, addresses and abbreviations."""
    at, close = found.start(), found["close"]
    before = _last_word(text[max(begin, at - 40) : at])
    if not spaced and not close:
        return _ends_glued(text[max(begin, at - 8) : at], before, following)
    if not close and at - begin <= 14 and _LABEL.fullmatch(text, begin, at):
        return False
    word = _word(following)
    if not word:
        return True
    if _is_short(before, word):
        return False
    if not word[0].islower():
        return True
    if close:
        return False
    return (_PLAIN.fullmatch(before) is not None and len(before) >= 4) or _knows_no_capitals(text, at)


def _ends_glued(near: str, before: str, following: str) -> bool:
    """Tell whether a full stop with no space behind it ends a sentence (``end.The next``, before Han)."""
    if _HAN.match(following) or following[0] in "“「『《（":
        # 图1.河道 and ；2.推进 are labels, a number behind a Latin word (Windows 10.我) is not.
        return re.fullmatch(r"[0-9.]{1,4}|[A-Za-z]", before) is None or re.search(r"[A-Za-z] [0-9]+$", near) is not None
    plain = re.fullmatch(r"[A-Za-z]?[a-z'’-]+", before) is not None
    return plain and _SENTENCE_HEAD.match(following) is not None


def _is_short(before: str, word: str) -> bool:
    """Tell whether the word before a full stop is shortened and not the last one, given the next word."""
    lists = _words()
    low = before.lower().lstrip("-/:.'’")
    if low in lists["never"]:
        return True
    if low in lists["numbered"] and (word[0].isdigit() or (low != "no" and _ROMAN.fullmatch(word))):
        return True
    if word[0].isupper() and word.lower() in lists["starters"]:
        return word == "A" and len(before) == 1 and before.isupper()  # the initials in J. A. Marsh
    if word[0].isdigit() and re.fullmatch("[0-9]+[sdl]", before):  # pounds, shillings, pence
        return True
    if low in _FULL:
        return not word[0].isupper()
    return low in lists["maybe"] or _POINTED.fullmatch(before) is not None
