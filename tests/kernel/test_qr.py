"""QR codes: compact, and as image and drawing."""

import re
import struct

import segno

from houseful.kernel.qr import qr_png, qr_svg

CODE = ("HF1T53FEIC90E*V0KHY2F1W" * 8)[:171]


def test_a_tickets_code_takes_the_alphanumeric_mode() -> None:
    code = segno.make_qr(CODE, error="m")

    assert code.mode == "alphanumeric"
    assert code.designator == "7-M"


def test_the_drawing_scales_to_its_container() -> None:
    svg = qr_svg(CODE)

    opening = re.match(r"<svg [^>]*>", svg)
    assert opening is not None
    assert 'viewBox="0 0 49 49"' in opening[0]
    assert "width" not in opening[0]
    assert 'viewBox="0 0 45 45"' in qr_svg(CODE, border=0)


def test_the_image_has_whole_pixels_a_module() -> None:
    png = qr_png(CODE, scale=3, border=4)

    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (53 * 3, 53 * 3)
