"""Names for reports: what people call the places and products that events know by number."""

from __future__ import annotations

from ecsim.kernel.errors import EcsimError
from ecsim.rural.regions.pack import RegionPack

Names = dict[str, list[dict[str, str]]]


def names(pack: RegionPack) -> Names:
    """Return the names of prefectures, counties, townships, villages and products, each in the order of its ids.

    Townships are romanised (pinyin, not official); villages have their Chinese name and statistical code only.
    """
    products = dict.fromkeys((product.name_zh, product.name_en) for product in pack.products)
    english: dict[str, str] = {}
    for chinese, name in products:
        english.setdefault(chinese, name)
    return {
        "prefectures": [{"zh": zh, "en": en} for zh, en in pack.prefectures],
        "counties": [{"zh": c.name_zh, "en": c.name_en, "code": c.adcode} for c in pack.counties],
        "townships": [{"zh": t.name_zh, "pinyin": t.name_en, "code": t.code} for t in pack.townships],
        "villages": [{"zh": v.name_zh, "code": v.code} for v in pack.villages],
        "products": [{"zh": chinese, "en": name} for chinese, name in english.items()],
    }


def county_row(pack: RegionPack, told: str) -> int:
    """Return the row of a county by its Chinese or English name, whole or as people shorten it.

    ``澜沧拉祜族自治县``, ``澜沧县``, ``澜沧``, ``Lancang Lahu Autonomous County`` and ``lancang`` are one county.

    Raises
    ------
    EcsimError
        If no county, or more than one, is called so.
    """
    short = told.removesuffix("县").removesuffix("市")
    rows = [row for row, c in enumerate(pack.counties) if told in (c.name_zh, c.name_en)] or [
        row
        for row, c in enumerate(pack.counties)
        if (short and c.name_zh.startswith(short)) or (told and c.name_en.lower().startswith(told.lower()))
    ]
    if len(rows) != 1:
        names = ", ".join(f"{c.name_zh} {c.name_en.split()[0]}" for c in pack.counties)
        raise EcsimError(f"county {told!r}: {'no' if not rows else 'more than one'} such county; allowed are {names}")
    return rows[0]
