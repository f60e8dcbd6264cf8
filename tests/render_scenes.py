"""The scenes that the renderers are shown with: texts written for them, plans made by hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe_cli.model import LEFT_BROKEN, Plan, Reason, Source, Span
from render_plans import Builder

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
Pair = tuple[Source, Plan]


def line_span(text: str, number: int) -> Span:
    """The characters of a line, from 1."""
    start = 0
    for _ in range(number - 1):
        start = text.index("\n", start) + 1
    end = text.find("\n", start)
    return Span(start, end if end >= 0 else len(text))


def article() -> Pair:
    """The sample article as its README says a careful editor cuts it."""
    text = (SAMPLES / "gaoxinqu.txt").read_text("utf-8")
    b = Builder(text, "samples/gaoxinqu.txt")

    def line(number: int) -> Span:
        return line_span(text, number)

    def part(number: int, words: str) -> Span:
        span = line(number)
        return Span(text.index(words, span.start, span.end), span.end)

    b.repeat("D201", line(63), line(76), *[line(n) for n in range(94, 111, 2)])
    passage = part(61, "园区推行的办法叫")
    b.repeat("D202", passage, part(73, "园区推行的办法叫"), part(92, "和成果转化部"))
    both = part(65, "助企的架子").start, line(67).start
    first, second = line(65), line(67)
    end = text.index("一共八项）。", second.start) + len("一共八项）。")
    b.repeat("D204", [Span(both[0], first.end), Span(second.start, end)], line(78))
    named = "市级以上的重点实验室、企业技术中心和工程技术研究中心"
    spots = [Span(i, i + 2) for n, v in ((37, "45"), (80, "74")) for i in [text.index(v, line(n).start)]]
    if all(text[line(n).start : line(n).end].count(named) for n in (37, 80)):
        b.hold("D401", Reason.NUMBER, (named, 0), (named, 1), at=[(spots[0], spots[1])])
    b.note(Span(line(92).start, text.index("和成果转化部", line(92).start)), message=LEFT_BROKEN)
    for n in (25, 37, 65):
        b.note(line(n))
    return b.pair()


NEWS = """# Notes

The council approved the new budget on Tuesday, citing rising costs across all departments. The mayor said the plan would protect libraries and buses, and that no jobs would be lost before next spring.

Elsewhere, the river stayed within its banks.

The council approved its new budget Tuesday, citing rising costs in all departments. The mayor said the plan would protect libraries and buses, and that no jobs would be lost before next spring.

The council approved the new budget on Tuesday, citing rising costs across all departments. The mayor of the town told reporters the plan would protect libraries and buses, and that no jobs would be lost before next spring, “not one”.

The council approved the new budget on Tuesday, citing rising costs across all departments. The mayor said the plan would protect libraries and buses, and that no jobs would be lost before next spring.

A reader writes that the plan would not protect libraries and buses, whatever the mayor says.
"""


def news() -> Pair:
    """English: two near copies, an exact one, and a held pair with a negation."""
    b = Builder(NEWS, "news/2026-05.md")
    lines = [line_span(NEWS, n) for n in (3, 7, 9, 11)]
    b.repeat("D201", lines[0], *lines[1:])
    at = NEWS.index("would not") + len("would ")
    b.hold(
        "D403", Reason.NEGATION, ("the plan would protect libraries and buses", 0),
        ("the plan would not protect libraries and buses", 0),
        at=[(Span(NEWS.index("would protect") + 6, NEWS.index("would protect") + 6), Span(at, at + 3))],
    )  # fmt: skip
    return b.pair()


@cache
def loops() -> Pair:
    """Loops: in a line (English, Chinese), over lines, a stutter."""
    again = "I will now check the file again."
    step = "首先检查输入，然后检查输出。"
    lines = "User: are you there?\nBot: yes, how can I help you today?\n"
    text = (
        f"# Transcript\n\nSure. {' '.join([again] * 300)} Done, the file is fine.\n\n"
        f"让我们一步一步来。{step * 300}\n\n{lines * 300}\n今天今天天气不错，我们出去走走。\n"
    )
    b = Builder(text, "out/sample-0412.txt")
    b.repeat("D203", (again, 0), *_spaced(text, again, 300))
    b.repeat("D203", (step, 0), *[(step, i) for i in range(1, 300)])
    body = lines.rstrip()
    first = text.index(body)
    b.repeat("D203", Span(first, first + len(body)), *[
        Span(first + i * len(lines), first + i * len(lines) + len(body)) for i in range(1, 300)
    ])  # fmt: skip
    b.repeat("D203", ("今天", 0), ("今天", 1))
    src, plan = b.pair()
    return src, plan


def _spaced(text: str, words: str, total: int) -> list[Span]:
    """Rounds with the space before them, as a cut takes it."""
    first = text.index(words)
    size = len(words) + 1
    return [Span(first + i * size - 1, first + i * size + len(words)) for i in range(1, total)]


def thousand() -> Pair:
    """A block that stands a thousand times, every tenth line something else."""
    block = "各位旅客请注意，本次列车即将到达终点站，请带好随身物品，按照先下后上的顺序下车。Please mind the gap."
    parts = []
    for i in range(1000):
        parts.append(block)
        if i % 10 == 9:
            parts.append(f"第{i // 10 + 1}站到了。")
    text = "\n".join(parts) + "\n"
    b = Builder(text, "announcements.txt")
    starts = [m for m in range(len(parts)) if parts[m] == block]
    offsets, at = [], 0
    for p in parts:
        offsets.append(at)
        at += len(p) + 1
    spans = [Span(offsets[m], offsets[m] + len(block)) for m in starts]
    b.repeat("D101", spans[0], *spans[1:])
    return b.pair()


HOSTILE = (
    "Status: \x1b[31mRED\x1b[0m [bold]not bold[/bold] :smile: link \x1b]8;;http://evil.example\x07here\x1b]8;;\x07 "
    "\u202ereversed\u202c zero\u200bwidth \ufeffBOM e\u0301 👨‍👩‍👧 \tTab [-not a mark-] …12… end\x00\x7f\x9b2J e"
    + "\u0301"
    * 12
)


def hostile() -> Pair:
    """What must be shown, never obeyed; the file name too."""
    text = f"{HOSTILE}\n\nfiller\n\n{HOSTILE}!\n\n{HOSTILE}\n"
    b = Builder(text, "evil\x1b[2J.txt")
    b.repeat(
        "D201",
        (HOSTILE, 0),
        Span(text.index(HOSTILE + "!"), text.index(HOSTILE + "!") + len(HOSTILE) + 1),
        (HOSTILE, 2),
    )
    return b.pair()


MIXED = """发布说明 Release notes

我们在 v2.3 里修复了 login page 的闪退问题，并且把默认的 timeout 从 30 秒改成了 60 秒；如果你的脚本依赖旧的值，请在 config.toml 里写明。

The fix also covers 单点登录 (SSO)：旧的 token 会在 24 小时后失效，届时请重新登录。谢谢大家的反馈。

我们在 v2.3 里修复了 login page 的闪退问题, 并且把默认的 timeout 从 30 秒改成了 60 秒; 如果你的脚本依赖旧的值, 请在 config.toml 里写明.

升级之前请先备份。The fix also covers 单点登录 (SSO)：旧的 token 会在 24 小时后失效，届时请重新登录。升级之后请检查日志。

我们在 v2.4 里修复了 login page 的闪退问题，并且把默认的 timeout 从 30 秒改成了 90 秒；如果你的脚本依赖旧的值，请在 config.toml 里写明。
"""


def mixed() -> Pair:
    """Chinese and English in one line: a copy of other form, a passage inside a paragraph, two numbers held."""
    b = Builder(MIXED, "CHANGES.zh.md")
    first, second, form, host, held = (line_span(MIXED, n) for n in (3, 5, 7, 9, 11))
    b.repeat("D102", first, form)
    passage = "The fix also covers 单点登录 (SSO)：旧的 token 会在 24 小时后失效，届时请重新登录。"
    b.repeat("D202", (passage, 0), (passage, 1))
    at = [
        (MIXED.index("v2.3"), MIXED.index("v2.4", held.start)),
        (MIXED.index("60 秒"), MIXED.index("90 秒")),
    ]
    a, c = at[1]
    b.hold("D401", Reason.NUMBER, first, held, at=[(Span(a, a + 2), Span(c, c + 2))])
    del second, host
    return b.pair()


SCENES: dict[str, Callable[[], Pair]] = {
    "article": article, "news": news, "loops": loops, "thousand": thousand, "hostile": hostile, "mixed": mixed,
}  # fmt: skip
