"""QR codes. A text of capitals, digits and ` $%*+-./:` takes the compact alphanumeric mode."""

from io import BytesIO

import segno


def qr_svg(text: str, *, border: int = 2) -> str:
    """Return the code as an SVG that scales to its container; `border` in modules.

    Error correction M or better, where better costs no room. The standard asks for a quiet zone of
    four modules: leave white space around a smaller border.
    """
    out = BytesIO()
    _code(text).save(
        out, kind="svg", border=border, xmldecl=False, svgns=True, omitsize=True, nl=False
    )
    return out.getvalue().decode()


def qr_png(text: str, *, scale: int = 8, border: int = 4) -> bytes:
    """Return the code as a black and white PNG, `scale` pixels a module."""
    out = BytesIO()
    _code(text).save(out, kind="png", scale=scale, border=border)
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m")
