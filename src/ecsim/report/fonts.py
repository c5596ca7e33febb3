"""A font that can draw Chinese, if this machine has one."""

from __future__ import annotations

from pathlib import Path

KNOWN = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "SimHei",
    "Microsoft YaHei",
    "PingFang SC",
)
FILES = ("cjk", "notosanssc", "sourcehan", "wqy", "simhei", "msyh", "pingfang")
"""What their files are called."""


def chinese_font() -> str | None:
    """Return the name of a font with Chinese characters, or None: browsers then draw figures' words with their own."""
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
    there = {font.name for font in listed}
    return next((name for name in KNOWN if name in there), None)
