"""Labels before a camera: barcodes drawn as pictures, and the film that a browser takes for its camera."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1280, 720
FRAMES = 8
_QUIET = 12  # modules of white on both sides
_LEFT = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
_SETS = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL")
# ISO/IEC 15417, table 1: widths of bars and spaces by value, the stop pattern last.
_WIDTHS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
_CODE_128 = tuple(_WIDTHS.split(" "))
_START_B, _FNC1 = 104, 102


def ean13(digits: str) -> str:
    """The modules of an EAN-13 (ISO/IEC 15420): ``1`` is a bar."""
    left = ""
    for digit, kind in zip(digits[1:7], _SETS[int(digits[0])], strict=True):
        odd = _LEFT[int(digit)]
        left += odd if kind == "L" else _inverted(odd)[::-1]
    right = "".join(_inverted(_LEFT[int(digit)]) for digit in digits[7:])
    return f"101{left}01010{right}101"


def code128(text: str, *, gs1: bool = False) -> str:
    """The modules of a Code 128 in set B; of a GS1-128 when ``gs1``, where ``\\x1d`` ends an element."""
    values = [_START_B, *([_FNC1] if gs1 else []), *(_FNC1 if sign == "\x1d" else ord(sign) - 32 for sign in text)]
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    widths = "".join(_CODE_128[value] for value in (*values, check, 106))
    return "".join(("1" if place % 2 == 0 else "0") * int(width) for place, width in enumerate(widths))


def film(path: Path, modules: str) -> Path:
    """A film of one label that a hand holds: MJPEG, a little grey, a little soft, never quite still."""
    size = WIDTH // (len(modules) + 2 * _QUIET)
    left = (WIDTH - size * len(modules)) // 2
    with path.open("wb") as frames:
        for number in range(FRAMES):
            picture = Image.new("RGB", (WIDTH, HEIGHT), (214, 210, 204))
            pen = ImageDraw.Draw(picture)
            shift = number % 3 - 1
            for place, module in enumerate(modules):
                if module == "1":
                    start = left + shift + place * size
                    pen.rectangle((start, 160, start + size - 1, 560), fill=(38, 36, 40))
            jpeg = io.BytesIO()
            picture.filter(ImageFilter.GaussianBlur(0.8)).save(jpeg, "JPEG", quality=85)
            frames.write(jpeg.getvalue())
    return path


def _inverted(modules: str) -> str:
    return modules.translate(str.maketrans("01", "10"))
