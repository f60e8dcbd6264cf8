"""Scripts of characters, and the most frequent characters of languages: what tells a text from bytes read wrongly."""

from __future__ import annotations

from dedupe_cli.text.fold import is_han
from dedupe_cli.text.variants import han_variants

# Han characters that make up about half of any modern Chinese text, and a tenth of one put together by chance.
_HAN = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学"
    "如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将"
    "两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比"
    "员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保"
    "至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师"
    "观清今切院让识候带导争运"
)


def frequent_han() -> frozenset[str]:
    """Return the frequent Han characters with all their variants."""
    table = han_variants()
    classes = {table.get(ord(char), ord(char)) for char in _HAN}
    return frozenset(_HAN) | {chr(code) for code, first in table.items() if first in classes} | set(map(chr, classes))


_KANA = "のにはをたがでてとしれさいるなもかりこまあっすくきよそらうんおせけえつちだどろじばめやみほわー"
_HANGUL = (
    "이다의는에을를가은로하고도한지서기사시대어나자리인라들그있정아일것수해보과주으만제전장상부스와동여구원성조마게적면비공소국모았연문화말우생니선"
    "경음때않할내없중방물안교실세"
)
# Language -> the scripts that it is written in, its most frequent characters, their share of its letters, and what that
# is by chance when bytes of something else are read so.
FREQUENT = {
    "chinese": (("han",), frequent_han(), 0.42, 0.12),
    "japanese": (("kana", "han"), frozenset(_KANA), 0.5, 0.15),
    "korean": (("hangul",), frozenset(_HANGUL), 0.55, 0.15),
    "russian": (("cyrillic",), frozenset("оеаинтсрвлкмдпуяыь"), 0.85, 0.4),
    "greek": (("greek",), frozenset("αοιετσνρηυκπλμςάέήίόύώ"), 0.85, 0.4),
}
# The letters outside of ASCII of languages in Latin letters: western, northern, central, Turkish.
ACCENTED = tuple(
    frozenset(letters + letters.upper())
    for letters in (
        "àâæçéèêëîïôœùûüÿ", "äöüßéà", "áéíóúüñç", "ãõáàâéêíóôúüç", "àèéìíòóùú",
        "åäöøæéüàóáèê", "áðéíóúýþæö", "àèéëïóöüáíú",
        "ąćęłńóśźż", "áčďéěíňóřšťúůýžľĺŕäô", "áéíóöőúüű", "ăâîşţșț", "čćđšž", "çğıöşüâîûİ",
    )
)  # fmt: skip


def script_of(char: str) -> str:
    """Return the script of a letter outside of ASCII, as far as it matters here; empty for signs and digits."""
    code = ord(char)
    if is_han(code):
        return "han"
    if 0x3041 <= code <= 0x30FA or code == 0x30FC or 0x31F0 <= code <= 0x31FF:
        return "kana"
    if not char.isalpha():
        return ""
    if 0xAC00 <= code <= 0xD7A3:
        return "hangul"
    for low, high, name in _BLOCKS:
        if low <= code <= high:
            return name
    return "other"


_BLOCKS = ((0x80, 0x24F, "latin"), (0x370, 0x3FF, "greek"), (0x400, 0x52F, "cyrillic"), (0x1E00, 0x1EFF, "latin"))
