"""A film for Chromium's pretended camera: a ticket held still."""

from pathlib import Path

import segno
from PIL import Image

WIDTH, HEIGHT, FRAMES = 640, 480, 3
WHITE, BLACK, GREY = 235, 16, 128
QUIET_MODULES = 4


def write_film(path: Path, text: str) -> Path:
    """Write a Y4M film that shows the text as a QR code in the middle of the picture."""
    matrix = [list(row) for row in segno.make_qr(text, error="m").matrix]
    modules = len(matrix) + 2 * QUIET_MODULES
    scale = HEIGHT // modules
    left = (WIDTH - modules * scale) // 2 + QUIET_MODULES * scale
    top = (HEIGHT - modules * scale) // 2 + QUIET_MODULES * scale
    picture = bytearray([WHITE]) * (WIDTH * HEIGHT)
    for y, row in enumerate(matrix):
        for x, is_dark in enumerate(row):
            if is_dark:
                for line in range(top + y * scale, top + (y + 1) * scale):
                    start = line * WIDTH + left + x * scale
                    picture[start : start + scale] = bytes([BLACK]) * scale
    return _write(path, bytes(picture))


def write_picture(path: Path, seen: Image.Image) -> Path:
    """Write a Y4M film that shows a picture, as large as fits, before something white."""
    seen = seen.convert("L")
    side = HEIGHT - 40
    seen = seen.resize((side, side * seen.height // seen.width), Image.Resampling.NEAREST)
    frame = Image.new("L", (WIDTH, HEIGHT), 255)
    frame.paste(seen, ((WIDTH - seen.width) // 2, (HEIGHT - seen.height) // 2))
    return _write(path, frame.point(lambda light: BLACK + light * (WHITE - BLACK) // 255).tobytes())


def _write(path: Path, picture: bytes) -> Path:
    colours = bytes([GREY]) * (WIDTH * HEIGHT // 2)
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(FRAMES):
            film.write(b"FRAME\n" + picture + colours)
    return path
