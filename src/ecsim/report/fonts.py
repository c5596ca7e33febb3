"""Fonts: those figures are laid out with, those they are shown with, and one of this machine for Chinese on paper."""

from __future__ import annotations

from pathlib import Path

LATIN = "DejaVu Sans"
LAID_OUT_WITH = (LATIN, "Last Resort High-Efficiency")
"""Both come with Matplotlib. The second has a box for every character there is, a little wider than a Chinese one, so
that words have room and no character is missing; the boxes are measured and never drawn."""
KNOWN = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Microsoft YaHei",
    "PingFang SC",
)
"""Fonts with Chinese characters, the best first."""
SHOWN_WITH = ", ".join([*(f"'{name}'" for name in (LATIN, "Verdana", *KNOWN)), "sans-serif"])
"""Families that a reader's browser looks for; Verdana's letters are as wide as those of DejaVu Sans."""
FILES = ("cjk", "notosanssc", "sourcehan", "wqy", "simhei", "msyh", "pingfang")
"""What their files are called."""


def chinese_font() -> str | None:
    """Return the name of a font of this machine with Chinese characters, or None; paper alone needs one."""
    return _first() or _first(look_again=True)


def chinese_font_file() -> Path | None:
    """Return the file of that font."""
    from matplotlib import font_manager

    name = chinese_font()
    return next((Path(font.fname) for font in font_manager.fontManager.ttflist if font.name == name), None)


def _first(*, look_again: bool = False) -> str | None:
    from matplotlib import font_manager

    listed = font_manager.fontManager.ttflist
    if look_again:  # the list is kept from the first time, perhaps before a font was installed
        for path in sorted(set(font_manager.findSystemFonts()) - {font.fname for font in listed}):
            if any(word in Path(path).stem.lower() for word in FILES):
                font_manager.fontManager.addfont(path)
    names = {font.name for font in listed}
    return next((name for name in KNOWN if name in names), None)
