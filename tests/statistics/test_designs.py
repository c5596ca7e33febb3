"""Designs: what each promises of its points, the same from the same seed, refusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import qmc

from ecsim.kernel.errors import EcsimError
from ecsim.statistics import designs
from ecsim.statistics.designs import Design
from ecsim.statistics.space import Space, Uncertain

SPACE = Space(
    parameters={
        "rate": Uncertain(low=0.1, high=0.3, unit="1/day", source="test"),
        "weeks": Uncertain(distribution="integer", low=0, high=4, unit="weeks", source="test"),
        "kind": Uncertain(distribution="choice", values=("shop", "new"), unit="-", source="test"),
    }
)
PLAIN = Space.uniform({f"x{i}": (0.0, 1.0) for i in range(4)})
EVERY: dict[str, Callable[[int], Design]] = {
    "latin_hypercube": lambda seed: designs.latin_hypercube(SPACE, 12, seed),
    "sobol_sequence": lambda seed: designs.sobol_sequence(SPACE, 16, seed),
    "saltelli": lambda seed: designs.saltelli(SPACE, 8, seed),
    "morris": lambda seed: designs.morris(SPACE, 5, seed),
}


@pytest.mark.parametrize("name", EVERY)
def test_the_seed_makes_the_design(name: str) -> None:
    make = EVERY[name]
    assert make(3).table.equals(make(3).table)
    assert not make(3).table.equals(make(4).table)
    assert make(0).kind == name
    assert list(make(0).table) == ["point", "block", "rate", "weeks", "kind"]
    assert make(0).table.point.tolist() == list(range(len(make(0))))


@pytest.mark.parametrize("optimised", [False, True])
def test_a_latin_hypercube_has_one_point_in_each_part_of_each_range(optimised: bool) -> None:
    unit = designs.latin_hypercube(PLAIN, 40, 1, optimised=optimised).unit
    assert (np.sort(np.floor(unit * 40), axis=0) == np.arange(40)[:, None]).all()


def test_an_optimised_latin_hypercube_is_more_even() -> None:
    plain, better = (designs.latin_hypercube(PLAIN, 20, 1, optimised=o).unit for o in (False, True))
    assert qmc.discrepancy(better) < qmc.discrepancy(plain)


def test_a_sobol_sequence_is_more_even_than_luck() -> None:
    for seed in range(5):
        lucky = np.random.default_rng(seed).random((256, 4))
        assert qmc.discrepancy(designs.sobol_sequence(PLAIN, 256, seed).unit) < 0.2 * qmc.discrepancy(lucky)


@pytest.mark.parametrize("make", [designs.sobol_sequence, designs.saltelli])
def test_a_number_that_is_no_power_of_two_is_told(make: Callable[[Space, int, int], Design]) -> None:
    with pytest.warns(UserWarning, match=r"n is 100, no power of two: .* at 64 or 128"):
        design = make(PLAIN, 100, 1)
    assert len(design.notes) == 1
    assert make(PLAIN, 64, 1).notes == ()


@pytest.mark.parametrize("pool", [None, 12])
def test_a_step_of_morris_changes_one_parameter_and_each_once_a_trajectory(pool: int | None) -> None:
    design = designs.morris(PLAIN, 6, 2, pool=pool)
    steps = np.diff(design.unit.reshape(6, 5, 4), axis=1)
    assert len(design) == 30
    assert ((np.abs(steps) > 1e-9).sum(axis=2) == 1).all()
    assert ((np.abs(steps) > 1e-9).sum(axis=1) == 1).all()
    assert np.abs(steps).max(axis=2) == pytest.approx(2 / 3)


def test_a_block_of_saltelli_crosses_b_into_a_one_parameter_at_a_time() -> None:
    design = designs.saltelli(PLAIN, 8, 1)
    block = design.unit.reshape(8, 6, 4)
    a, crossed, b = block[:, 0], block[:, 1:-1], block[:, -1]
    for j in range(4):
        assert (crossed[:, j, j] == b[:, j]).all()
        others = [k for k in range(4) if k != j]
        assert (crossed[:, j][:, others] == a[:, others]).all()


def test_whole_numbers_and_choices_come_evenly() -> None:
    values = designs.latin_hypercube(SPACE, 100, 5).values
    assert Counter(values.weeks) == dict.fromkeys(range(5), 20)
    assert Counter(values.kind) == {"shop": 50, "new": 50}


def test_a_grid_holds_every_combination_with_its_bounds() -> None:
    values = designs.grid(SPACE, {"rate": 3, "weeks": 9}).values
    assert len(values) == 3 * 5 * 2
    assert len(values.drop_duplicates()) == len(values)
    assert values.rate.unique() == pytest.approx([0.1, 0.2, 0.3])
    assert sorted(values.weeks.unique()) == [0, 1, 2, 3, 4]


def test_one_at_a_time_moves_one_from_the_best_guess_to_its_ends() -> None:
    space = Space(
        parameters={
            "a": Uncertain(low=0, high=10, value=3, unit="1", source="test"),
            "b": Uncertain(low=0, high=4, unit="1", source="test"),
        }
    )
    values = designs.one_at_a_time(space).values
    assert values.to_numpy().tolist() == [[3, 2], [0, 2], [10, 2], [3, 0], [3, 4]]
    assert designs.one_at_a_time(space, share=0.5).values.a.tolist() == pytest.approx([3, 2.5, 7.5, 3, 3])


def test_blocks_share_their_luck_and_nothing_else_does() -> None:
    design = designs.morris(PLAIN, 6, 1)
    seeds = design.seeds(3, seed=7)
    assert seeds.shape == (30, 3)
    assert len(np.unique(seeds)) == 6 * 3
    assert all(len(np.unique(seeds[design.block == block, 1])) == 1 for block in range(6))
    assert not set(seeds.ravel()) & set(design.seeds(3, seed=8).ravel())


def test_more_points_and_replications_leave_the_luck_of_the_others_alone() -> None:
    few, many = designs.saltelli(PLAIN, 8, 1), designs.saltelli(PLAIN, 16, 1)
    assert (many.seeds(4)[:48, :2] == few.seeds(2)).all()
    assert np.array_equal(many.unit[:48], few.unit)


def test_a_given_table_is_taken_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("weeks,kind,rate,remark\n4,new,0.123456789,x\n0,shop,0.1,y\n", encoding="utf-8")
    design = designs.given(SPACE, file)
    assert design.values.to_dict("records") == [
        {"rate": 0.123456789, "weeks": 4, "kind": "new"},
        {"rate": 0.1, "weeks": 0, "kind": "shop"},
    ]
    assert designs.given(SPACE, design.table).values.equals(design.values)


def test_choices_that_are_numbers_or_flags_are_read_from_text(tmp_path: Path) -> None:
    space = Space(parameters={"c": Uncertain(distribution="choice", values=(2, "two", False), unit="-", source="test")})
    file = tmp_path / "points.csv"
    file.write_text("c\ntwo\n2\nFalse\n", encoding="utf-8")
    assert designs.given(space, file).values.c.tolist() == ["two", 2, False]


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    with pytest.raises(EcsimError, match="no such file"):
        designs.given(SPACE, file)
    file.write_text("", encoding="utf-8")
    with pytest.raises(EcsimError, match="not a table"):
        designs.given(SPACE, file)
    file.write_text("rate,weeks,kind\n", encoding="utf-8")
    with pytest.raises(EcsimError, match="no rows"):
        designs.given(SPACE, file)
    file.write_text("rate,weeks,kind\n0.2,1,shop\n0.2,1.5,shop\n", encoding="utf-8")
    with pytest.raises(EcsimError, match=r"points.csv: row 2: weeks is 1.5; allowed is whole numbers 0 to 4 weeks"):
        designs.given(SPACE, file)
    with pytest.raises(EcsimError, match="the table: no column weeks, kind"):
        designs.given(SPACE, pd.DataFrame({"rate": [0.2]}))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: designs.latin_hypercube(PLAIN, 0, 1), "n is 0; at least 1"),
        (lambda: designs.morris(PLAIN, 1, 1), "n is 1; at least 2"),
        (lambda: designs.morris(PLAIN, 4, 1, levels=5), "levels is 5; an even number"),
        (lambda: designs.morris(PLAIN, 4, 1, pool=4), "pool is 4; it must be more than the 4"),
        (lambda: designs.grid(PLAIN, 1), "levels of x0 is 1; a grid needs at least 2"),
        (lambda: designs.grid(PLAIN, 40), "40 x 40 x 40 x 40 is 2,560,000 points; 1,000,000 at most"),
        (lambda: designs.one_at_a_time(PLAIN, share=0.0), "share is 0.0; it must be above 0"),
    ],
)
def test_what_makes_no_design_is_refused(make: Callable[[], Design], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()
