"""What somebody leaves when they sign: a drawn line or a typed name, and the words of consent."""

import re

from houseful.kernel.problems import Invalid

STROKES_MAX_CHARACTERS = 60_000
WIDTH, HEIGHT = 600, 180
_STROKES = re.compile(r"^(?:M-?\d{1,4} -?\d{1,4}(?:L-?\d{1,4} -?\d{1,4})+)+$")
_POINTS_MIN = 8

CONSENT = (
    "I have read this document, I agree to be bound by it, and I agree that my electronic signature"
    " has the same effect as one that I make by hand."
)
"""What a signer agrees to; it is kept with every signature."""


def checked_strokes(strokes: str) -> str:
    """Return a drawn signature, as strokes `M x yL x yL …` of whole numbers. Raises `Invalid`."""
    found = strokes.strip()
    if len(found) > STROKES_MAX_CHARACTERS:
        raise Invalid.at("/signature", "Please draw a simpler signature.")
    if not _STROKES.match(found) or found.count("L") < _POINTS_MIN:
        raise Invalid.at("/signature", "Please draw your signature, or type your name instead.")
    return found


def signature_svg(strokes: str) -> bytes:
    """Return a drawn signature as an image."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}"><path d="{strokes}" fill="none" stroke="#1d2a5b"'
        ' stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    ).encode()
