"""The front door in Python: text or path, day, date or text, and names that completion finds."""

import datetime as dt
import inspect
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import ecsim
from ecsim import api
from ecsim.kernel.errors import EcsimError
from ecsim.scenario.load import load
from runs import CONFIGS

SHORT = {"sample": 0.002, "end": dt.date(2018, 2, 25)}
DAYS = 56


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = str(tmp_path_factory.mktemp("api") / "run")
    ecsim.simulate(ecsim.load(str(CONFIGS / "baseline.toml"), SHORT), seed=1, out=folder)
    return folder


def test_completion_finds_every_public_function_and_nothing_else() -> None:
    assert set(dir(ecsim)) == {"__version__", *api.__all__}
    own = {name for name, made in vars(api).items() if inspect.isfunction(made) and not name.startswith("_")}
    assert own - set(api.__all__) == {"day_of"}
    assert all(inspect.getdoc(getattr(ecsim, name)) for name in api.__all__)


def test_importing_ecsim_loads_nothing_heavy() -> None:
    code = "import sys, ecsim; print(sorted({'numpy', 'pandas', 'numba', 'mesa', 'pydantic'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


@pytest.mark.parametrize(
    "when", [27, "2018-01-28", dt.date(2018, 1, 28), dt.datetime(2018, 1, 28, 9), pd.Timestamp("2018-01-28")], ids=str
)
def test_a_day_is_the_same_as_number_text_date_or_timestamp(run: str, when: api.When) -> None:
    assert ecsim.replay(run, when).differences(ecsim.replay(Path(run), until_day=27)) == []
    assert ecsim.trace(run, "buyers_share", "会泽", when).date == dt.date(2018, 1, 28)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (
            "2018-13-01",
            r"until_day is '2018-13-01'; use a date such as \"2019-06-30\", or the number of a day from 0 to 55",
        ),
        ("yesterday", "until_day is 'yesterday'"),
        (True, "until_day is True"),
        (3.5, "until_day is 3.5"),
        (-1, "until_day is -1, outside the run: choose 2018-01-01 to 2018-02-25"),
        (DAYS, "until_day is 56, outside the run"),
        ("2017-12-31", "outside the run"),
        (dt.date(2018, 2, 26), "outside the run"),
    ],
)
def test_what_is_no_day_of_the_run_is_refused_in_one_sentence(run: str, when: api.When, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ecsim.replay(run, when)


def test_a_fork_takes_changes_as_the_command_does(run: str, tmp_path: Path) -> None:
    same = ecsim.fork(run, "2018-01-24", {})
    assert (same.root.root, same.days) == (ecsim.verify(run).root, DAYS)
    other = ecsim.fork(run, dt.date(2018, 1, 24), {"market.growth": 0.32}, out=str(tmp_path / "other"))
    whole = load(CONFIGS / "baseline.toml", {**SHORT, "market.growth": 0.32})
    assert ecsim.fork(Path(run), 21, whole).root.root == other.root.root != same.root.root
    assert ecsim.verify(str(tmp_path / "other")).good
    assert not ecsim.diff(run, str(tmp_path / "other"), figures=False).equal


def test_a_fork_says_what_is_wrong_with_a_change(run: str) -> None:
    with pytest.raises(EcsimError, match=r"fork of .*marketing_growth"):
        ecsim.fork(run, 21, {"market.marketing_growth": 1.0})
    whole = load(CONFIGS / "baseline.toml", SHORT)
    with pytest.raises(ValueError, match="leave policy out"):
        ecsim.fork(run, 21, whole, policy=CONFIGS / "policies" / "no_money.toml")


def test_questions_take_text(run: str) -> None:
    assert ecsim.verify(run).good
    assert int(ecsim.sql(run, "SELECT count(*) AS n FROM villages_baselined").n[0]) > 0
    found = ecsim.why(run, f"seq:{_first_adoption(run)}", first="2018-01-01", last=dt.date(2018, 2, 25))
    assert found.taken_out == 1


def _first_adoption(run: str) -> int:
    return int(ecsim.sql(run, "SELECT min(seq) AS seq FROM buyer_adopted").seq[0])
