"""A strategy is one that there is, or a user's own class: found, made and asked for its method before anything runs."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ecsim.audit.reproduce import known_run, reproduce
from ecsim.audit.verify import verify_run
from ecsim.audit.why import counterfactual
from ecsim.cli.main import main
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.forks import fork
from ecsim.kernel.resuming import resume
from ecsim.kernel.runs import open_run
from ecsim.rural.scenario import STRATEGIES
from ecsim.rural.simulate import simulate
from ecsim.scenario.parts import load_policy
from runs import CONFIGS, scenario

OWN = """
from pathlib import Path

from ecsim.rural.programme.strategies import Allocation

with (Path(__file__).parent / "imported").open("a") as file:
    file.write("x")


class Nothing:
    def allocate(self, view):
        return Allocation()


class Wrong:
    def allocate(self, view):
        return []


class Silent:
    pass


class Needy:
    def __init__(self, town):
        pass


class Broken:
    def __init__(self):
        raise SystemExit(7)


class Two:
    def allocate(self, view, other):
        pass


ONE = Nothing()
"""
SHORT = {"start": "2018-10-01", "end": "2018-12-31", "sample": 0.001}


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that Python finds modules in, with one of own strategies."""
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "own_strategies.py").write_text(OWN, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    known = set(sys.modules)
    yield folder
    for name in set(sys.modules) - known:
        if name.startswith("own_"):
            del sys.modules[name]


def imported(modules: Path) -> bool:
    return (modules / "imported").exists()


def policy(tmp_path: Path, strategy: str) -> str:
    path = tmp_path / "mine.toml"
    base = CONFIGS / "policies" / "pooled_by_project.toml"
    path.write_text(f'extends = "{base}"\n[funds]\nstrategy = {strategy!r}\n', encoding="utf-8")
    return str(path)


def test_names_of_strategies_are_those_of_the_shipped_policies() -> None:
    shipped = {load_policy(path).funds.strategy for path in (CONFIGS / "policies").glob("*.toml")}
    assert shipped == set(STRATEGIES) - {"plan"}


@pytest.mark.parametrize(
    ("strategy", "words"),
    [
        ("pooledd_by_projekt", "did you mean 'pooled_by_project'?"),
        ("Equal_Split", "did you mean 'equal_split'?"),
        ("ranked", "strategies are adaptive, equal_split, formula_split, no_money, optimised"),
        ("", "strategies are adaptive"),
        (" equal_split", "did you mean 'equal_split'?"),
        ("x:", "there is no strategy 'x:'"),
        (":x", "there is no strategy ':x'"),
        (".x:f", "there is no strategy '.x:f'"),
        ("..", "there is no strategy '..'"),
        ("a:b:c", "there is no strategy 'a:b:c'"),
        ("a b:C", "there is no strategy 'a b:C'"),
        ("os;x:C", "there is no strategy 'os;x:C'"),
    ],
)
def test_a_strategy_that_is_none_is_refused_with_the_nearest(
    strategy: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", policy(tmp_path, strategy)]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert "One of your own is written module:Class" in told
    assert len(told.splitlines()) == 1
    changed = ["--set", f"policy.funds.strategy={strategy!r}"]
    assert main(["run", str(CONFIGS / "baseline.toml"), *changed, "--set", "sample=0.001"]) == 2
    assert words in capsys.readouterr().err


MODULES = {
    "own_syntax": "def f(:\n",
    "own_error": "raise RuntimeError('no\\nway')\n",
    "own_exit": "import sys\nsys.exit(7)\n",
    "own_import": "import no_such_module\n",
}


@pytest.mark.parametrize(
    ("strategy", "words"),
    [
        ("own_strategies:Missing", "Missing is not in own_strategies; name one of its classes"),
        ("own_strategies:ONE", "is no class; name a class with a method allocate(view)"),
        ("own_strategies:Silent", "has no method allocate(view) ('Silent' object has no attribute 'allocate')"),
        ("own_strategies:Two", "has no method allocate(view) (missing a required argument: 'other')"),
        ("own_strategies:Needy", "making one without arguments ends in TypeError: "),
        ("own_strategies:Broken", "making one without arguments ends in SystemExit: 7"),
        ("json:loads", "is no class"),
        ("no_such.module:Class", "No module named 'no_such'; name a module that Python finds from here"),
        ("own_syntax:Class", "importing own_syntax ends in SyntaxError: "),
        ("own_error:Class", "importing own_error ends in RuntimeError: no way; fix the module"),
        ("own_exit:Class", "importing own_exit ends in SystemExit: 7"),
        ("own_import:Class", "No module named 'no_such_module'"),
    ],
)
def test_an_own_strategy_that_cannot_be_had_is_told_before_anything_runs(
    strategy: str, words: str, modules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in MODULES.items():
        (modules / f"{name}.py").write_text(text, encoding="utf-8")
    assert main(["check", policy(tmp_path, strategy)]) == 2
    told = capsys.readouterr().err
    assert f"funds.strategy '{strategy}'" in told
    assert words in told
    assert len(told.splitlines()) == 1
    out = ["--set", f"funds.strategy={strategy}", "--set", "sample=0.001", "--out", str(tmp_path / "out" / "run")]
    assert main(["run", str(CONFIGS / "baseline.toml"), *out]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_check_says_which_module_it_imported(modules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", policy(tmp_path, "own_strategies:Nothing")]) == 0
    assert "policy, purse prefecture; imported own_strategies" in capsys.readouterr().out
    assert imported(modules)
    assert main(["check", str(CONFIGS / "baseline.toml")]) == 0
    assert "imported" not in capsys.readouterr().out


def test_an_own_strategy_decides_what_is_built(modules: Path) -> None:
    del modules
    ended = simulate(scenario(**SHORT, **{"policy.funds.strategy": "own_strategies:Nothing"}), 1)
    shipped = simulate(scenario(**SHORT), 1)
    assert shipped.state.projects.status.any()
    assert not ended.state.projects.status.any()
    with pytest.raises(EcsimError, match="allocate gave a list; it must return an Allocation"):
        simulate(scenario(**SHORT, **{"policy.funds.strategy": "own_strategies:Wrong"}), 1)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run whose manifest names an own strategy, and the digest of one."""
    folder = tmp_path_factory.mktemp("sent")
    (folder / "own_strategies.py").write_text(OWN, encoding="utf-8")
    of = scenario(**SHORT, **{"policy.funds.strategy": "own_strategies:Nothing"})
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        simulate(of, 1, out=folder / "runs" / "run")
        simulate(of, 1, out=folder / "runs" / "digest", keep="digest")
    del sys.modules["own_strategies"]
    return folder / "runs"


@pytest.fixture
def received(sent: Path, modules: Path, tmp_path: Path) -> Path:
    """The run, as it comes from somebody else: nothing of what it names is imported yet."""
    del modules
    shutil.copytree(sent, tmp_path / "received")
    return tmp_path / "received" / "run"


def _verify(run: Path, trust: bool) -> None:
    report = verify_run(run, again=True, trust=trust)
    if report.status == 2:
        raise EcsimError(report.check("rerun").summary)


SIMULATING: dict[str, Callable[[Path, bool], Any]] = {
    "resume": lambda run, trust: resume(stopped(run), trust=trust),
    "fork": lambda run, trust: fork(run, 7 * 5, open_run(run).scenario, trust=trust),
    "verify": _verify,
    "reproduce": lambda run, trust: reproduce(known_run(run.with_name("digest")), run.with_name("full"), trust=trust),
    "why": lambda run, trust: counterfactual(run, "harvest_shocked:crop=0", trust=trust),
}


def stopped(run: Path) -> Path:
    """Take the closing line off a run."""
    lines = (run / "manifest.jsonl").read_bytes().splitlines(keepends=True)
    (run / "manifest.jsonl").write_bytes(b"".join(lines[:-1]))
    return run


@pytest.mark.parametrize("way", SIMULATING.values(), ids=SIMULATING)
def test_what_a_received_run_names_is_imported_only_if_it_is_trusted(
    way: Callable[[Path, bool], Any], received: Path, modules: Path
) -> None:
    with pytest.raises(EcsimError, match=r"the run names the strategy 'own_strategies:Nothing', .* add --trust"):
        way(received, False)
    assert not imported(modules)
    assert not received.with_name("full").exists()
    way(received, True)
    assert imported(modules)


def test_the_commands_take_trust_and_are_told_without(
    received: Path, modules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, digest = str(received), str(received.with_name("digest"))
    stopped_run = ["resume", run]
    for command in (
        ["fork", run, "--at", "2018-11-20"],
        ["verify", run, "--rerun"],
        ["why", run, "--without", "harvest_shocked:crop=0"],
        ["reproduce", digest, "--out", str(received.with_name("again"))],
        stopped_run,
    ):
        if command is stopped_run:
            stopped(received)
        assert main(command) == 2
        said = capsys.readouterr()
        assert "own_strategies:Nothing" in said.out + said.err
        assert "add --trust" in said.out + said.err
        assert not imported(modules)
    assert main([*stopped_run, "--trust"]) == 0
    assert imported(modules)


def test_reading_a_received_run_imports_nothing(received: Path, modules: Path, tmp_path: Path) -> None:
    run = str(received)
    for command in (
        ["verify", run],
        ["sql", run, "SELECT count(*) FROM lot_sold"],
        ["sql", run],
        ["replay", run, "--at", "2018-11-20"],
        ["replay", run, "--follow", "household:1"],
        ["tree", str(received.parent)],
        ["diff", run, run],
        ["trace", run, "trained", "--county", "会泽县"],
        ["export", run, "--format", "parquet", "--out", str(tmp_path / "out")],
    ):
        assert main(command) in (0, 1)
    assert not imported(modules)


def test_a_fork_may_take_a_strategy_that_its_user_names(received: Path, modules: Path) -> None:
    (modules / "own_other.py").write_text(OWN, encoding="utf-8")
    out = received.with_name("other")
    changed = ["--set", "funds.strategy=own_other:Nothing", "--out", str(out)]
    assert main(["fork", str(received), "--at", "2018-11-20", *changed]) == 0
    assert "own_strategies" not in sys.modules
    assert open_run(out).scenario.policy.funds.strategy == "own_other:Nothing"


def shares(tmp_path: Path, **heads: float) -> str:
    path = tmp_path / "shares.toml"
    base = CONFIGS / "policies" / "equal_split.toml"
    written = "\n".join(f"{head} = {share}" for head, share in heads.items())
    path.write_text(f'extends = "{base}"\n[funds.shares]\n{written}\n', encoding="utf-8")
    return str(path)


def test_default_shares_that_break_the_law_are_told_with_the_article(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", shares(tmp_path, service_centre=0.3, supply_chain=0.0, brand=0.15)]) == 2
    told = capsys.readouterr().err
    assert (
        "give service_centre 30.00% of the money; it must be at most 15.00% (notice, part 4.1) — lower it by 15.00%"
        in told
    )
    # Stations, logistics and training take 36 %, so with the 19 % left over the supply chain has 34 %.
    assert "give supply_chain and brand 34.00% of the money; it must be at least 50.00%" in told
    assert (
        main(
            [
                "check",
                shares(tmp_path, supply_chain=0.3, service_centre=0.15, stations=0.2, logistics=0.16, training=0.0),
            ]
        )
        == 2
    )
    assert "must be at least 50.00%" in capsys.readouterr().err
    assert main(["check", shares(tmp_path, service_centre=0.15, stations=0.2, logistics=0.15, training=0.0)]) == 0
