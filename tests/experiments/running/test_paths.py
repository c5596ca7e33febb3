"""Mean paths of arms and their differences, with bands."""

from pathlib import Path

import numpy as np
import pandas as pd

from ecsim.experiments.running.paths import write_paths


def _weekly(replications: int, weeks: int = 10) -> pd.DataFrame:
    """Return figures of two arms: b is a plus 1 in every week from the fifth on, and more so in replication 1."""
    return pd.DataFrame(
        [
            {"arm": arm, "seed": seed, "week": week, "retail_yuan": 10.0 * seed + week + lead * (arm == "b"),
             "farm_yuan": 1.0, "parcels": week}
            for arm in ("a", "b") for seed in range(1, replications + 1) for week in range(weeks)
            for lead in [(1.0 + (seed == 1)) * (week >= 4)]
        ]
    )  # fmt: skip


def _written(weekly: pd.DataFrame, folder: Path) -> pd.DataFrame:
    write_paths(weekly, ["a", "b"], "a", folder)
    return pd.read_parquet(folder / "paths.parquet").set_index(["of", "arm", "series", "week"]).sort_index()


def test_blocks_are_whole_and_differences_are_taken_under_the_same_luck(tmp_path: Path) -> None:
    found = _written(_weekly(3), tmp_path)
    assert set(found.index.get_level_values("week")) == {0, 4}  # weeks 8 and 9 are no whole block
    assert found.loc[("level", "a", "retail_yuan", 4), "mean"] == 20.0 + 5.5
    gap = found.loc[("difference", "b", "retail_yuan")]
    np.testing.assert_allclose(gap.loc[4, "mean"], 4.0 / 3.0)
    assert gap.loc[0].eq(0.0).all()
    assert gap.loc[4, "path_low"] < gap.loc[4, "mean"] < gap.loc[4, "path_high"]


def test_a_replication_that_an_arm_lacks_is_left_out(tmp_path: Path) -> None:
    weekly = _weekly(3)
    found = _written(weekly[~((weekly.arm == "b") & (weekly.seed == 3))], tmp_path)
    assert found.loc[("level", "a", "retail_yuan", 0), "mean"] == 15.0 + 1.5


def test_one_replication_has_a_path_without_bands(tmp_path: Path) -> None:
    found = _written(_weekly(1), tmp_path)
    assert found["mean"].notna().all()
    assert found[["low", "high", "path_low", "path_high"]].isna().all().all()


def test_runs_shorter_than_a_block_have_no_path(tmp_path: Path) -> None:
    write_paths(_weekly(2, weeks=3), ["a", "b"], "a", tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert len(_written(_weekly(2, weeks=4), tmp_path)) > 0
