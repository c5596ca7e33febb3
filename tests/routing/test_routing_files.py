"""Files of CVRPLIB, in the forms that it has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.routing import VehicleType, read_cvrplib, savings

PLANE = """NAME : made-up
COMMENT : three stops (no file of the library)
TYPE : CVRP
DIMENSION : 4
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
NODE_COORD_SECTION
1 0 0
2 3 4
3 0 1.5
4 0 1.4
DEMAND_SECTION
1 0
2 4
3 5
4 6
DEPOT_SECTION
 1
 -1
EOF
"""
TABLE = """NAME: table
DIMENSION: 3
CAPACITY: 5
EDGE_WEIGHT_TYPE: EXPLICIT
EDGE_WEIGHT_FORMAT: {form}
EDGE_WEIGHT_SECTION
{numbers}
DEMAND_SECTION
1 2
2 0
3 3
DEPOT_SECTION
2
-1
EOF
"""


def test_places_in_the_plane_are_rounded_as_the_library_says(tmp_path: Path) -> None:
    file = tmp_path / "made-up.vrp"
    file.write_text(PLANE)
    instance = read_cvrplib(file)
    assert (instance.name, instance.capacity, instance.deliveries.tolist()) == ("made-up", 10, [4, 5, 6])
    assert instance.lengths[0].tolist() == [0, 5, 2, 1]  # 1.5 goes up, 1.4 down
    plan = savings(instance.lengths, instance.deliveries, [VehicleType(instance.capacity)])
    assert not plan.left
    file.write_text(PLANE.replace("EUC_2D", "CEIL_2D"))
    assert read_cvrplib(file).lengths[0].tolist() == [0, 5, 2, 2]


@pytest.mark.parametrize(
    ("form", "numbers"),
    [("FULL_MATRIX", "0 7 8\n7 0 9\n8 9 0"), ("LOWER_ROW", "7\n8 9"), ("UPPER_ROW", "7 8\n9")],
)
def test_tables_of_lengths_put_the_depot_first(form: str, numbers: str, tmp_path: Path) -> None:
    file = tmp_path / "table.vrp"
    file.write_text(TABLE.format(form=form, numbers=numbers))
    instance = read_cvrplib(file)
    assert np.array_equal(instance.lengths, [[0, 7, 9], [7, 0, 8], [9, 8, 0]])
    assert instance.deliveries.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("CAPACITY : 10\n", "", "has no CAPACITY"),
        ("EUC_2D", "GEO", "EDGE_WEIGHT_TYPE is GEO"),
        ("DEMAND_SECTION\n1 0\n2 4\n3 5\n4 6\n", "", "has no DEMAND_SECTION"),
        ("4 6\n", "4 6 1\n", "is no instance"),
        ("2 3 4\n", "2 3 x\n", "is no instance"),
        ("4 0 1.4\n", "9 0 1.4\n", "is no instance"),
    ],
)
def test_a_file_that_is_no_instance_is_told(before: str, after: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.vrp"
    assert before in PLANE
    file.write_text(PLANE.replace(before, after))
    with pytest.raises(EcsimError, match=words):
        read_cvrplib(file)
    with pytest.raises(EcsimError, match="cannot be read"):
        read_cvrplib(tmp_path / "none.vrp")
