"""Word documents with their edits as revisions: accepting all gives the cleaned text, rejecting all the one before."""

from __future__ import annotations

import io
import zipfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import command
from dedupe_cli import api
from dedupe_cli.errors import ReadError, SettingsError
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.read.formats.word.document import _cut
from dedupe_cli.read.formats.word.parts import W, pieces, text_of
from dedupe_cli.read.formats.word.revisions import Comments, Cut, Revisions
from dedupe_cli.settings import make
from test_docx import archive, document, hurt, saved


def track(data: bytes, **options: Any) -> tuple[api.Result, bytes]:
    """Return the plain result, and the bytes of the document with revisions."""
    result = api.run(open_source(data, "a.docx"), make(**options))
    return result, api.tracked(result).data


def tree(data: bytes) -> Any:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))


def paragraphs(root: Any) -> list[str]:
    """The texts of all paragraphs as Word shows them, deleted ones without their words."""
    return [text_of(p) for p in root.iter(W + "p")]


def accepted(root: Any) -> list[str]:
    """Accept all revisions, as an editor does."""
    root = deepcopy(root)
    for gone in list(root.iter(W + "del")):
        if gone.getparent().tag == W + "rPr":
            paragraph = gone.getparent().getparent().getparent()
            assert not text_of(paragraph).strip(), "a mark goes with its text only"
            if any(each.tag == W + "p" for each in paragraph.itersiblings()):
                paragraph.getparent().remove(paragraph)
        elif gone.getparent() is not None:
            gone.getparent().remove(gone)
    return paragraphs(root)


def rejected(root: Any) -> list[str]:
    """Reject all revisions, as an editor does."""
    root = deepcopy(root)
    for come in list(root.iter(W + "ins")):
        come.getparent().remove(come)
    for gone in list(root.iter(W + "del")):
        for run in list(gone):
            for words in run.iter(W + "delText"):
                words.tag = W + "t"
            gone.addprevious(run)
        gone.getparent().remove(gone)
    return paragraphs(root)


def comments(data: bytes) -> dict[str, str]:
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/comments.xml")
    return {c.get(W + "id"): "".join(c.itertext()) for c in etree.fromstring(xml).iter(W + "comment")}


def test_accepting_gives_the_cleaned_text_and_rejecting_the_old_one() -> None:
    old = saved(document())
    result, new = track(old)
    shown = accepted(tree(new))
    assert [text for text in shown if text] == [text for text in accepted(tree(result.data)) if text]
    assert rejected(tree(new)) == rejected(tree(old))
    assert rejected(tree(new)).count(command.FIRST) == 5
    assert shown.count(command.SECOND) == 1
    opened = docx.Document(io.BytesIO(new))
    assert [(r.text, r.bold) for r in opened.paragraphs[4].runs if r.text.strip()][-1] == (command.LAST, True)
    assert len(opened.inline_shapes) == 1


def test_comments_say_why_and_name_what_stays() -> None:
    old = saved(document())
    _, new = track(old)
    said = comments(new)
    assert len(said) == 4
    assert min(said.values()) == (
        f"exact copy (D101). What stays: paragraph 2, under “The reading room”: “{command.FIRST}”"
    )
    assert any(f"paragraph 3, under “The reading room”: “{command.SECOND[:79]}…”" in each for each in said.values())
    root = tree(new)
    for tag in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        assert [e.get(W + "id") for e in root.iter(W + tag)] == list(said)
    assert len(docx.Document(io.BytesIO(new)).part._comments_part.comments) == 4


def test_a_new_part_for_comments_is_announced() -> None:
    old = archive(
        f"<w:document {nsdecls('w')}><w:body>{f'<w:p><w:r><w:t>{command.FIRST}</w:t></w:r></w:p>' * 2}</w:body>"
        "</w:document>".encode(),
        **{"[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'},
    )
    with zipfile.ZipFile(io.BytesIO(track(old)[1])) as new:
        assert new.namelist() == [
            "word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels", "word/comments.xml",
        ]  # fmt: skip
        assert b'PartName="/word/comments.xml"' in new.read("[Content_Types].xml")
        rels = etree.fromstring(new.read("word/_rels/document.xml.rels"))
        assert [(r.get("Id"), r.get("Target")) for r in rels] == [("rId1", "comments.xml")]


def test_revisions_and_comments_that_are_there_stay() -> None:
    made = document()
    [first] = made.paragraphs[1].runs[:1]
    made.add_comment(first, text="Is this so?", author="A", initials="A")
    inserted = made.add_paragraph()
    inserted._p.append(
        parse_xml(f'<w:ins {nsdecls("w")} w:id="40" w:author="A"><w:r><w:t>{command.SECOND}</w:t></w:r></w:ins>')
    )
    old = saved(made)
    result, new = track(old)
    root, before = tree(new), tree(old)
    assert [text for text in accepted(root) if text] == [text for text in accepted(tree(result.data)) if text]
    assert accepted(root)[-1] == ""
    said = comments(new)
    assert next(iter(said.values())) == "Is this so?"
    assert len(said) == 6
    with zipfile.ZipFile(io.BytesIO(new)) as opened:
        assert opened.namelist() == zipfile.ZipFile(io.BytesIO(old)).namelist()
    others = [e for e in root.iter(W + "ins", W + "del") if e.get(W + "author") == "A"]
    assert len(others) == 2
    for other in others:  # rejecting ours alone brings back the document with the revisions of others
        assert other.get(W + "id") in {"9", "40"}
    ids = [e.get(W + "id") for e in root.iter(W + "ins", W + "del", W + "bookmarkStart", W + "commentRangeStart")]
    assert len(ids) == len(set(ids))
    for each in [e for e in root.iter(W + "del") if e.get(W + "author") == "dedupe"]:
        if each.getparent().tag == W + "rPr":
            each.getparent().remove(each)
            continue
        for run in list(each):
            for words in run.iter(W + "delText"):
                words.tag = W + "t"
            each.addprevious(run)
        each.getparent().remove(each)
    assert paragraphs(root) == paragraphs(before)


def test_what_a_cleaner_puts_in_is_marked() -> None:
    made = docx.Document()
    line = made.add_paragraph("Well… I saw")
    line.add_run(" it… or so I ").italic = True
    line.add_run("thought... I do not know.")
    old = saved(made)
    result, new = track(old, fix={"ellipsis"})
    assert result.changed
    assert accepted(tree(new)) == accepted(tree(result.data)) != rejected(tree(new)) == paragraphs(tree(old))
    assert any("(C116)" in words for words in comments(new).values())
    assert [bool(run.italic) for run in docx.Document(io.BytesIO(new)).paragraphs[0].runs][:2] == [False, True]


def test_cleaning_what_is_marked_changes_nothing_more() -> None:
    _, new = track(saved(document()))
    again, same = track(new)
    assert not again.changed
    assert same == new


PARTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["t", "t", "t", "tab", "br"]), st.text("ab c", min_size=1, max_size=4)),
        st.tuples(st.sampled_from(["hyperlink", "ins", "shared"]), st.text("xy", min_size=1, max_size=4)),
    ),
    min_size=1,
    max_size=6,
)


def paragraph(parts: list[tuple[str, str]]) -> Any:
    """A paragraph of runs, with text in links and insertions and runs that hold several things."""
    inner = ""
    for tag, text in parts:
        words = f'<w:t xml:space="preserve">{text}</w:t>'
        look = "<w:rPr><w:b/></w:rPr>"
        inner += {
            "t": f"<w:r>{look}{words}</w:r>",
            "tab": "<w:r><w:tab/></w:r>",
            "br": f"<w:r>{look}{words}<w:br/>{words}</w:r>",
            "shared": f"<w:r>{words}<w:drawing/>{words}</w:r>",
            "hyperlink": f"<w:hyperlink><w:r>{words}</w:r></w:hyperlink>",
            "ins": f'<w:ins w:id="3" w:author="A"><w:r>{words}</w:r></w:ins>',
        }[tag]
    return parse_xml(f"<w:body {nsdecls('w')}><w:p>{inner}</w:p></w:body>")


@settings(max_examples=80, deadline=None)
@given(PARTS, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9), st.text("Q", max_size=2)), max_size=4))
def test_any_cuts_are_accepted_or_rejected(parts: list[tuple[str, str]], wanted: list[tuple[int, int, str]]) -> None:
    body = paragraph(parts)
    size = len(text_of(body[0]))
    cuts: list[Cut] = []
    for start, length, new in sorted(wanted):
        low, high = min(start, size), min(start + length, size)
        if (not cuts or cuts[-1].end < low) and (high > low or new):
            cuts.append(Cut(low, high, new, "because"))
    plain, marked = deepcopy(body), deepcopy(body)
    _cut(plain[0], cuts)
    Revisions(marked, Comments(archive(b"<w/>"), "a.docx", marked)).cut(marked[0], cuts)
    assert accepted(marked) == paragraphs(plain)
    back = deepcopy(marked)
    for element in [e for e in back.iter(W + "ins", W + "del") if e.get(W + "author") == "dedupe"]:
        for run in list(element) if element.tag == W + "del" else ():
            for words in run.iter(W + "delText"):
                words.tag = W + "t"
            element.addprevious(run)
        element.getparent().remove(element)
    assert paragraphs(back) == paragraphs(body)
    assert len(list(marked.iter(W + "drawing"))) == len(list(body.iter(W + "drawing")))
    assert not any(len(list(gone.iter(W + "drawing"))) for gone in marked.iter(W + "del"))
    assert all(piece.element.getparent().tag == W + "r" for piece in pieces(marked[0]))


def test_a_damaged_part_is_refused_by_name() -> None:
    made = document()
    made.add_comment(made.paragraphs[1].runs[0], text="Is this so?", author="A", initials="A")
    with pytest.raises(ReadError, match=r"word/comments.xml in it is damaged"):
        track(hurt(saved(made), "word/comments.xml"))


def test_entities_in_other_parts_are_refused() -> None:
    text = f"<w:document {nsdecls('w')}><w:body>{f'<w:p><w:r><w:t>{command.FIRST}</w:t></w:r></w:p>' * 2}</w:body></w:document>"
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Relationships>&a;</Relationships>'
    with pytest.raises(ReadError, match="declares entities"):
        track(archive(text.encode(), **{"word/_rels/document.xml.rels": bomb}))


def test_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    old = saved(document())
    Path("a.docx").write_bytes(old)
    assert command.here(["clean", "-q", "--track-changes", "a.docx", "-o", "b.docx"]).returncode == 0
    new = Path("b.docx").read_bytes()
    assert new == track(old)[1]
    assert {e.get(W + "date") for e in tree(new).iter(W + "del") if e.get(W + "author") == "dedupe"} == {
        "1970-01-02T00:00:00Z"
    }
    assert command.here(["clean", "-q", "-w", "--track-changes", "a.docx"]).returncode == 0
    assert Path("a.docx").read_bytes() == new
    assert command.here(["undo", "-q", "a.docx"]).returncode == 0
    assert Path("a.docx").read_bytes() == old
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "tomorrow")
    done = command.here(["clean", "--track-changes", "a.docx"])
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"SOURCE_DATE_EPOCH: 'tomorrow' is no number of seconds" in done.stderr


@pytest.mark.parametrize("flag", ["--check", "--diff", "--dry-run", "--to=text"])
def test_flags_that_write_no_document_contradict(flag: str) -> None:
    done = command.here(["clean", "--track-changes", flag], command.TWICE.encode())
    assert done.returncode == 2
    assert b"--track-changes and " + flag.partition("=")[0].encode() + b" contradict" in done.stderr


def test_other_files_have_no_revisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(command.TWICE)
    Path("a.jsonl").write_text("{}\n")
    with pytest.raises(SettingsError, match="no Word document"):
        api.clean_file("a.txt", track_changes=True)
    done = command.here(["clean", "--track-changes", "a.txt"])
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"a.txt: no Word document: it has no revisions" in done.stderr
    assert command.here(["clean", "--track-changes", "a.jsonl"]).returncode == 2
