"""Names for reports: what people call the places and products that events know by number."""

from __future__ import annotations

from collections.abc import Sequence

from ecsim.kernel.text import Text
from ecsim.naming.rows import row_named
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


def prefecture_row(prefectures: Sequence[tuple[str, str]], name: str) -> int:
    """Return the row of a prefecture by its name; see `row_named`.

    Parameters
    ----------
    prefectures : Chinese and English names
    """
    return row_named([Text(english, chinese) for chinese, english in prefectures], name, "prefectures")


def county_row(pack: RegionPack, name: str) -> int:
    """Return the row of a county by its name; see `row_named`."""
    return row_named([Text(county.name_en, county.name_zh) for county in pack.counties], name, "counties")
