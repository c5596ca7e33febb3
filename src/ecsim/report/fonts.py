"""A font that can draw Chinese, if this machine has one."""

from __future__ import annotations

KNOWN = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "SimHei",
    "Microsoft YaHei",
    "PingFang SC",
)


def chinese_font() -> str | None:
    """Return the name of a font with Chinese characters, or None: figures are then labelled in English."""
    from matplotlib import font_manager

    there = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in KNOWN if name in there), None)
