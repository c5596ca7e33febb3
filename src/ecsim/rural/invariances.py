"""Changes of a run that must not matter to the rural model; `ecsim claims` tries a study's conclusions under them.

The order of rows in a region pack's files, and of households in their village, numbers things and decides nothing;
neither do the sample, the draw of what is synthesised, the weekday on which a run starts, and the order of those steps
of the week on which theory is silent (`ecsim.rural.week.INTERCHANGEABLE`).
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.invariance import Invariance, Variant, interchanged, resized, start_moved
from ecsim.kernel.reordering import reordered
from ecsim.kernel.text import Text
from ecsim.rural.regions.pack import folder_of
from ecsim.rural.week import INTERCHANGEABLE

SHIFTS = (1, 2, 3)
"""Days by which a start is moved: so few that the first week stays the first of its year (ISO 8601)."""
_SEED = re.compile(r"^seed = (\d+)$", re.MULTILINE)


def order_in_files(files: Sequence[str], name: str, title: Text) -> Invariance:
    """Return the change of the order of rows in files of the region pack; another one in each replication.

    Parameters
    ----------
    files : tables of the pack
    name, title : of the change
    """

    def apply(model: Any, scenario: Any, variant: Variant) -> tuple[Any, Any]:  # noqa: ANN401 (the model's own kind)
        pack = copied_pack(scenario.region, variant.folder)
        for file in files:
            _shuffle(pack / file, variant.number)
        return model, _in_region(scenario, pack)

    return Invariance(name, title, apply)


def copied_pack(region: str, folder: Path) -> Path:
    """Return a copy of a region pack in a folder."""
    with folder_of(region) as place:
        return Path(shutil.copytree(place, folder / "region"))


def _shuffle(path: Path, number: int) -> None:
    """Write the rows of a table in another order."""
    from ecsim.kernel.draws import Draws  # compiles: only a run needs it

    head, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    luck = Draws(number).uniform(f"order of {path.name}", 0, range(len(rows)))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *(rows[place] for place in luck.argsort())])


def another_synthesis(model: Any, scenario: Any, variant: Variant) -> tuple[Any, Any]:  # noqa: ANN401
    """Return a scenario in which all that the pack does not give is drawn anew; it adds up to the same facts.

    Raises
    ------
    EcsimError
        If the pack says no seed.
    """
    head = copied_pack(scenario.region, variant.folder) / "pack.toml"
    text = head.read_text(encoding="utf-8")
    seed = _SEED.search(text)
    if seed is None:
        raise EcsimError(f"{scenario.region}/pack.toml: seed stands in no line of its own; write seed = 1")
    other = int(seed[1]) + 1 + variant.number
    head.write_text(_SEED.sub(f"seed = {other}", text, count=1), encoding="utf-8")
    return model, _in_region(scenario, head.parent)


def _in_region(scenario: Any, pack: Path) -> Any:  # noqa: ANN401 (the model's own kind)
    return scenario.model_copy(update={"region": str(pack)})


INVARIANCES = (
    order_in_files(
        ["counties.csv"], "order_of_counties", Text("another order of the counties", "各县改按其他顺序排列")
    ),
    order_in_files(
        ["townships.csv", "villages.csv"], "order_of_villages",
        Text("another order of townships and villages", "乡镇和村改按其他顺序排列"),
    ),
    order_in_files(
        ["products.csv"], "order_of_products", Text("another order of the products", "产品改按其他顺序排列")
    ),
    reordered(
        "households", "order_of_households",
        Text("another order of households in their village", "村内农户改按其他顺序编号"),
        within="village", followed_by=("plots",),
    ),
    Invariance("synthesis", Text("another draw of what is synthesised", "合成数据另行抽取"), another_synthesis),
    resized("sample", 2.0, "sample_doubled", Text("a sample twice as large", "样本加倍"), most=1.0),
    resized("sample", 0.5, "sample_halved", Text("a sample half as large", "样本减半")),
    start_moved(SHIFTS, "weekday", Text("another weekday of the start", "起始日改为其他星期几")),
    *(interchanged(first, second, title) for first, second, title in INTERCHANGEABLE),
)  # fmt: skip
"""What the rural model offers."""
