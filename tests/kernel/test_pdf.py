"""PDF documents: what people type stays text, and the same input is the same file."""

from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from pypdf import PdfReader

from houseful.kernel.pdf import DocumentFailed, render_pdf
from houseful.kernel.qr import qr_svg

TEMPLATE = """
#import "part.typ": greeting
#set document(title: "A letter", date: none)
#let data = json(bytes(sys.inputs.data))
#set text(font: "Libertinus Serif", lang: "en")
#greeting #data.name
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    (tmp_path / "part.typ").write_text("#let greeting = [Dear]")
    path = tmp_path / "letter.typ"
    path.write_text(TEMPLATE)
    return path


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    "name",
    ["Ada", '#panic("x")', "*not bold*", "$ x^2 $", '"; #read("part.typ")', "= Title", "<tag>"],
)
def test_what_people_type_is_text_and_never_markup(template: Path, name: str) -> None:
    assert f"Dear {name}" in text_of(render_pdf(template, {"name": name}))


def test_the_same_input_gives_the_same_bytes(template: Path) -> None:
    assert render_pdf(template, {"name": "Ada"}) == render_pdf(template, {"name": "Ada"})


def test_data_may_be_a_struct_and_files_are_found_by_name(template: Path) -> None:
    class Letter(msgspec.Struct):
        name: str

    template.write_text(TEMPLATE + '\n#image("code.svg", width: 3cm, alt: "a code")')

    pdf = render_pdf(template, Letter("Ada"), files={"code.svg": qr_svg("HELLO").encode()})

    assert "Dear Ada" in text_of(pdf)


def test_a_broken_document_says_where(template: Path) -> None:
    with pytest.raises(DocumentFailed, match="name"):
        render_pdf(template, {})


def test_an_image_that_cannot_be_described_is_refused(template: Path) -> None:
    template.write_text(TEMPLATE + '\n#image("code.svg")')

    with pytest.raises(DocumentFailed, match="alt"):
        render_pdf(template, {"name": "Ada"}, files={"code.svg": qr_svg("HELLO").encode()})


def test_a_file_does_not_replace_a_template(template: Path) -> None:
    with pytest.raises(ValueError, match=r"part\.typ"):
        render_pdf(template, {"name": "Ada"}, files={"part.typ": b"#let greeting = [Hi]"})


def test_a_template_reads_nothing_outside_of_its_folder(template: Path) -> None:
    template.write_text('#read("../../etc/hostname")')

    with pytest.raises(DocumentFailed, match="escape"):
        render_pdf(template, {})
