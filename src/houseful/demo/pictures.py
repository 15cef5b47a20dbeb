"""Small pictures of the demo's classes: a stage in the class's colour, and what is done on it."""

import io
import math
from collections.abc import Callable

from PIL import Image, ImageColor, ImageDraw

SIZE = (600, 400)
HORIZON = 270
Draw = ImageDraw.ImageDraw
Rgb = tuple[int, int, int]
LIGHT: Rgb = (255, 244, 214)
DARK: Rgb = (20, 24, 38)


def paint(color: str, motif: str) -> bytes:
    """Paint one as PNG: a wall that darkens upwards, a floor, a spotlight, and the motif in it."""
    tone = ImageColor.getrgb(color)[:3]
    picture = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(picture)
    for y in range(HORIZON):
        draw.line([(0, y), (SIZE[0], y)], fill=_between(DARK, tone, 0.35 + 0.65 * y / HORIZON))
    draw.rectangle([0, HORIZON, *SIZE], fill=_between(tone, DARK, 0.55))
    draw.ellipse([120, HORIZON + 20, 480, HORIZON + 110], fill=_between(tone, LIGHT, 0.55))
    MOTIFS[motif](draw, _between(tone, LIGHT, 0.9))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _sun(draw: Draw, ink: Rgb) -> None:
    draw.ellipse([230, 110, 370, 250], fill=ink)
    draw.rounded_rectangle([190, 300, 410, 340], 18, fill=DARK)


def _rings(draw: Draw, ink: Rgb) -> None:
    for x in (200, 300, 400):
        draw.ellipse([x - 55, 190, x + 55, 300], outline=ink, width=12)


def _couple(draw: Draw, ink: Rgb) -> None:
    for x, lean in ((255, 18), (345, -18)):
        draw.ellipse([x - 18 + lean, 110, x + 18 + lean, 146], fill=ink)
        draw.polygon([(x + lean, 150), (x - 45, 320), (x + 45, 320)], fill=ink)


def _curtain(draw: Draw, ink: Rgb) -> None:
    for number in range(6):
        for x in (number * 26, SIZE[0] - 26 - number * 26):
            draw.rectangle([x, 0, x + 13, 350], fill=_between(ink, DARK, 0.25 + number / 12))
    draw.ellipse([285, 150, 315, 180], fill=ink)
    draw.polygon([(300, 185), (270, 320), (330, 320)], fill=ink)


def _notes(draw: Draw, ink: Rgb) -> None:
    for line in range(5):
        points = [(x, 120 + 26 * line + 12 * math.sin(x / 70)) for x in range(60, 545, 6)]
        draw.line(points, fill=ink, width=3)
    for x, y in ((150, 190), (250, 150), (350, 205), (450, 165)):
        draw.ellipse([x, y, x + 34, y + 25], fill=ink)
        draw.line([(x + 32, y + 12), (x + 32, y - 75)], fill=ink, width=5)


def _masks(draw: Draw, ink: Rgb) -> None:
    for x, begin in ((210, 20), (390, 200)):
        draw.ellipse([x - 75, 110, x + 75, 290], fill=ink)
        for eye in (x - 30, x + 30):
            draw.ellipse([eye - 12, 165, eye + 12, 185], fill=DARK)
        top = 195 if begin == 20 else 220
        draw.arc([x - 40, top, x + 40, top + 60], begin, begin + 140, fill=DARK, width=8)


MOTIFS: dict[str, Callable[[Draw, Rgb], None]] = {
    "sun": _sun,
    "rings": _rings,
    "couple": _couple,
    "curtain": _curtain,
    "notes": _notes,
    "masks": _masks,
}


def _between(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Return the colour that is so far on the way from one to another."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
