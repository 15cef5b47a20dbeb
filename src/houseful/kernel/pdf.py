"""PDF documents from Typst templates: accessible (PDF/UA-1), reproducible, made without a network.

A template reads its data with `json(bytes(sys.inputs.data))`. What people typed is therefore always
a value and never source, so that nobody's name can become markup.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec
import typst


class DocumentFailed(Exception):
    """The template and its data make no document; the message says where it broke."""


def render_pdf(
    template: Path, data: Mapping[str, Any] | msgspec.Struct, *, files: Mapping[str, bytes] = {}
) -> bytes:
    """Return the PDF of a `.typ` template, which may import the other templates of its folder.

    `files` are images and the like, by the name that the template uses. Only the fonts that come
    with Typst are used, so that a document looks the same everywhere. The same input gives the same
    bytes. Blocks for milliseconds: call it from a thread. Raises `DocumentFailed`.
    """
    sources: dict[str, bytes] = {
        path.name: path.read_bytes() for path in template.parent.glob("*.typ")
    }
    sources["main.typ"] = sources.pop(template.name)
    if clash := sources.keys() & files.keys():
        raise ValueError(f"a file has the name of a template: {', '.join(clash)}")
    try:
        return typst.compile(
            cast("Any", {**sources, **files}),
            root=str(template.parent),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": msgspec.json.encode(data).decode()},
            pdf_standards="ua-1",
        )
    except typst.TypstError as error:
        raise DocumentFailed(error.diagnostic or error.message) from error


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
