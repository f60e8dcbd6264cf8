"""Slips in Chinese: a difference that nobody means, whatever its pair says, or one that may be none of these."""

from __future__ import annotations

from dedupe_cli.judge import difference_weights as weights
from dedupe_cli.judge.differences import has_han
from dedupe_cli.judge.han_reading import Reading, around, inside
from dedupe_cli.text import lexicon

# A character of these said twice at once, or in another place, may be meant.
_MEANT = lexicon.DIGIT_CHARS | lexicon.NEGATIONS


def is_sure(value: dict[str, float], reading: Reading, kept: str, copy: str, beside: tuple[str, str]) -> bool:
    """Tell whether a difference is a slip whatever else the text says; ``beside``: the characters around it."""
    return (
        _is_small_word(value, reading)
        or _breaks_token(kept, copy, *beside)
        or _ends_in_digit(reading, *beside)
        or _is_misplaced(reading, *beside)
    )


def is_likely(value: dict[str, float], reading: Reading, kept: str, copy: str, beside: tuple[str, str]) -> bool:
    """Tell whether it is one unless its neighbours stand together elsewhere."""
    return _is_typo(value, reading) or _is_stray(kept, copy, *beside)


def _is_small_word(value: dict[str, float], reading: Reading) -> bool:
    """Tell whether one of the words that change no meaning was put in or left out."""
    clean, noisy = reading.clean, reading.noisy
    return value["_edits"] == 1 and (not clean or not noisy) and (clean or noisy) in lexicon.PARTICLES


def _is_typo(value: dict[str, float], reading: Reading) -> bool:
    """Tell whether one wrong, missing or added character breaks a word and makes no other one.

    Only such a slip is noise in a pair that is clean otherwise. Numbers, negations, opposites and what may
    be part of a person's name are none, nor is what the text says elsewhere, too.
    """
    clean, noisy, at = reading.clean, reading.noisy, reading.at
    if value["_edits"] != 1 or value["contrast"] or value["_number"] or value["not_one"]:
        return False
    least = weights.TYPO if clean else weights.TYPO_ADDED
    if value["_affix"] or (noisy and clean in lexicon.AFFIXES) or reading.worse < least:
        return False
    if _touches_name(reading.clean_words, at, at + len(clean)):
        return False
    made = inside(reading.noisy_words, at, at + len(noisy)) if noisy else []
    if any(len(w) > 1 for w, _ in made):
        return False
    touched = inside(reading.clean_words, at, at + max(len(clean), 1))
    return not clean or reading.worse > weights.TYPO_SURE or any(len(w) > 1 for w, _ in touched)


def may_be_slip(value: dict[str, float], reading: Reading, kept: str, copy: str, before: str) -> bool:
    """Tell whether one edit in a clean pair is none of what is never taken for a slip, however badly it reads.

    That is: a number, a negation, an opposite, a unit or a counter after a number, an affix, a small word, a
    part of a person's name.
    """
    if value["_edits"] != 1 or any(value[name] for name in ("contrast", "_number", "not_one", "not_more", "surname")):
        return False
    if value["_affix"]:
        return False
    if any(map(str.isdigit, kept + copy)) or lexicon.DIGIT_CHARS.issuperset(kept + copy):
        return False
    small = all(side and lexicon.han_words().get(side, "?")[0] in "fd" for side in (kept, copy))
    if small and not (lexicon.sound_alike(kept, copy) or lexicon.look_alike(kept, copy)):
        return False  # one small word for another: 这 and 那, 就 and 才; 在 and 再, 己 and 已 are slips
    counted = before.isdigit() or before in lexicon.DIGIT_CHARS
    if counted and before and any(c in lexicon.UNITS or c in lexicon.COUNTERS for c in (kept, copy) if c):
        return False
    at = reading.at
    near = around(reading.clean_words, at, at + len(reading.clean))
    if any(len(word) > 1 and tag != lexicon.PERSON for _, word, tag in near):
        return True
    return not (
        _touches_name(reading.clean_words, at, at + len(reading.clean))
        or _touches_name(reading.noisy_words, at, at + len(reading.noisy))
    )


def _breaks_token(kept: str, copy: str, before: str, after: str) -> bool:
    """Tell whether a Han character that is no numeral stands inside a number or a Latin word, for a part of it."""
    han, token = (kept, copy) if has_han(kept) else (copy, kept)
    if len(han) != 1 or not token or len(token) > 2 or not has_han(han) or not _in_token(token):
        return False
    if han in lexicon.DIGIT_CHARS or han in lexicon.COUNTERS or han in lexicon.UNITS:
        return False
    return any(beside and _in_token(beside) for beside in (before, after))


def _is_stray(kept: str, copy: str, before: str, after: str) -> bool:
    """Tell whether a small Latin letter stands between Han characters, for one of them or for nothing."""
    other, letter = (kept, copy) if copy.isascii() and copy else (copy, kept)
    if len(letter) != 1 or not (letter.isascii() and letter.islower()) or len(other) > 1:
        return False
    return all(map(has_han, (before, after, other or after))) and not lexicon.DIGIT_CHARS.intersection(before + other)


def _ends_in_digit(reading: Reading, before: str, after: str) -> bool:
    """Tell whether a digit stands for the end of a word, where it counts nothing: 下2途中 for 下班途中."""
    han, digit = sorted((reading.clean, reading.noisy), key=str.isdigit)
    if len(han) != 1 or not has_han(han) or not digit.isdigit() or han in lexicon.DIGIT_CHARS:
        return False
    if _in_token(before) or before in lexicon.DIGIT_CHARS or _in_token(after):
        return False
    if not after or after in lexicon.COUNTERS or after in lexicon.UNITS or after in lexicon.DATE_UNITS:
        return False
    words = reading.clean_words if reading.clean == han else reading.noisy_words
    return any(start < reading.at == start + len(word) - 1 for start, word, _ in words)


def _is_misplaced(reading: Reading, before: str, after: str) -> bool:
    """Tell whether a character stands twice at once, or before the one that it follows, and that makes no word.

    Fingers do that as often as they take one for another (F. Damerau, 1964); whoever writes 人人 or 上海 for 人 and
    海上 means it. So may the names of people.
    """
    clean, noisy, at = reading.clean, reading.noisy, reading.at
    said = clean or noisy
    if not all(map(has_han, said)) or not _MEANT.isdisjoint(said):
        return False
    if not (clean and noisy):
        twice = len(said) == 1 and said in (before, after) and said * 2 not in lexicon.han_words()
        return twice and not _touches_name(reading.clean_words, at, at)
    if len(said) != 2 or noisy != said[::-1] or noisy in lexicon.han_words() or reading.worse < weights.TYPO:
        return False
    return not _touches_name(reading.clean_words, at, at + 2)


def _in_token(text: str) -> bool:
    return all(c == "." or (c.isascii() and c.isalnum()) for c in text)


def _touches_name(words: list[tuple[int, str, str]], low: int, high: int) -> bool:
    """Tell whether a range touches a person's name, or follows a surname."""
    for start, word, tag in words:
        if tag == lexicon.PERSON and start <= high and start + len(word) >= low:
            return True
        if len(word) == 1 and word in lexicon.SURNAMES and low - 2 <= start <= high:
            return True
    return False
