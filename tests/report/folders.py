"""Results folders of a function, and words to look for in pages."""

import random
import re
from collections.abc import Mapping
from pathlib import Path

from ecsim.experiments.compare import compare
from ecsim.experiments.running.executors import InProcess

FUNCTION = """
name = "shop"
title_en = "A shop"
title_zh = "一家商店"
question = "Does a gain help?"
function = "folders:shop"
reference = "none"
replications = 8
better = {sales = "max", cost = "min"}
[[arms]]
name = "none"
[[arms]]
name = "small"
changes = {gain = 2.0}
[[arms]]
name = "large"
changes = {gain = 6.0}
"""
CONTRASTS = """
[contrasts.gain]
title = {en = "A gain, against none", zh = "有增益，与没有相比"}
compare = ["small", "large"]
with = ["none"]
"""
DESIGN = """
[space.reach]
low = 0.5
high = 1.5
unit = "share"
source = "made up"
[design]
kind = "latin_hypercube"
points = 4
"""
SIMULATION = """
name = "small"
title_en = "Small"
title_zh = "小型"
question = "?"
scenario = "short.toml"
reference = "no_money"
replications = 2
[[arms]]
name = "no_money"
policy = "{configs}/policies/no_money.toml"
[[arms]]
name = "equal_split"
policy = "{configs}/policies/equal_split.toml"
"""


def shop(parameters: Mapping[str, float], seed: int) -> dict[str, float]:
    """Return sales and cost of a shop: both gain what is asked, sales with a little luck of its own."""
    luck = random.Random(seed)
    gain = parameters.get("gain", 0.0) * parameters.get("reach", 1.0)
    return {"sales": 100.0 + luck.gauss(0.0, 5.0) + gain * (1.0 + 0.1 * luck.random()), "cost": 20.0 - gain}


def function_folder(home: Path, text: str) -> Path:
    """Return the results of an experiment on a function."""
    (home / "experiment.toml").write_text(text, encoding="utf-8")
    compare(home, home / "out", executor=InProcess())
    return home / "out"


def headings(page: str) -> list[str]:
    """Return every heading, head of a column and note of a page."""
    found = re.findall(r"<(h2|h3|th|figcaption|summary|strong)[^>]*>(.*?)</\1>", page, re.DOTALL)
    return [re.sub(r"<[^>]*>", " ", text).strip() for _, text in found]


def words(page: str) -> str:
    """Return what a reader reads of a page, without figures' drawings and code."""
    bare = re.sub(r"<(svg|style|code)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", "\n", bare)


def without_parameters(page: str) -> str:
    """Return a page without its folded tables: parameters stand in the words of their files, in either language."""
    return re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
