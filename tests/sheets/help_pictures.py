#!/usr/bin/env python3
"""The pictures of /help: out of those in workbooks/pictures, which pictures.sh draws, without their margins and in few colours.

    help_pictures.py

Needs Pillow.  To be run again when the added sheets look different; what it makes is kept beside the page.
"""
from pathlib import Path

from PIL import Image, ImageChops

ROOT = Path(__file__).resolve().parents[2]
FROM, TO = ROOT / "workbooks/pictures", ROOT / "src/server/http/pages/pictures"
# name: (drawn picture, what of it is shown as left, top, right, bottom in parts of its size)
PICTURES = {
    "marked": ("planted-faults-dealers", (0.0, 0.35, 1.0, 1.0)),
    "issues-zh": ("planted-faults-issues", (0.0, 0.0, 1.0, 0.9)),
    "issues-en": ("planted-faults-en-issues", (0.0, 0.0, 1.0, 0.9)),
    "results-zh": ("assessment-small-assessment", (0.0, 0.0, 1.0, 0.9)),
    "results-en": ("assessment-small-en-assessment", (0.0, 0.0, 1.0, 0.9)),
}
COLOURS, MARGIN = 48, 8


def shown(picture, part):
    width, height = picture.size
    left, top, right, bottom = part
    picture = picture.crop((int(left * width), int(top * height), int(right * width), int(bottom * height)))
    inked = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
    left, top, right, bottom = inked
    return picture.crop((max(left - MARGIN, 0), max(top - MARGIN, 0), min(right + MARGIN, picture.width), min(bottom + MARGIN, picture.height)))


TO.mkdir(exist_ok=True)
for name, (drawn, part) in PICTURES.items():
    picture = shown(Image.open(FROM / f"{drawn}.png").convert("RGB"), part)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(TO / f"{name}.png", optimize=True)
    print(name, picture.size, (TO / f"{name}.png").stat().st_size)
