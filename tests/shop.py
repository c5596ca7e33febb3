"""A study of a plain function, for tests of commands."""

from __future__ import annotations

from pathlib import Path

FUNCTION = """
name = "shop"
title_en = "A shop"
title_zh = "一家商店"
question = "Does a gain help?"
function = "of_a_shop:sales"
reference = "none"
replications = 2
better = {sales = "max"}
[[arms]]
name = "none"
[[arms]]
name = "some"
changes = {gain = 2.0}
[space.reach]
low = 0.5
high = 1.5
unit = "share"
source = "made up"
[design]
kind = "grid"
points = 2
"""
MODEL = "def sales(parameters, seed):\n    return {'sales': seed + parameters.get('gain', 0.0)}\n"


def lay_out_shop(folder: Path) -> Path:
    """Write the study and its function into a new folder and return it."""
    folder.mkdir()
    (folder / "experiment.toml").write_text(FUNCTION, encoding="utf-8")
    (folder / "of_a_shop.py").write_text(MODEL, encoding="utf-8")
    return folder
