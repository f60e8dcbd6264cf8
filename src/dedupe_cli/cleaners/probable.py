"""How much a text looks like Chinese that somebody wrote, and not like bytes that were read wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.text.fold import is_han
from dedupe_cli.text.variants import han_variants

if TYPE_CHECKING:
    from collections.abc import Iterable

# The most frequent characters of modern Chinese. They make up about half of any text and a tenth of one that is
# put together by chance.
_FREQUENT = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学"
    "如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将"
    "两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比"
    "员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保"
    "至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师"
    "观清今切院让识候带导争运"
)
_MARKS = frozenset("，。、；：？！“”‘’（）《》「」『』…—·　")


def han_share(text: Iterable[str]) -> tuple[int, float]:
    """Return the number of Han characters and the share of them that is frequent, variants folded."""
    table = han_variants()
    han = [c for c in text if is_han(ord(c))]
    frequent = sum(c in _FREQUENT or chr(table.get(ord(c), ord(c))) in _FREQUENT for c in han)
    return len(han), frequent / len(han) if han else 0.0


def odd_share(text: str) -> float:
    """Return the share of characters, white space and ASCII apart, that are neither Han nor marks beside them."""
    rest = [c for c in text if ord(c) > 0x7F and not c.isspace()]
    return sum(not _is_usual(c) for c in rest) / len(rest) if rest else 0.0


def _is_usual(char: str) -> bool:
    code = ord(char)
    return is_han(code) or char in _MARKS or 0x3000 <= code < 0x3100 or 0xFF00 <= code < 0xFF5F
