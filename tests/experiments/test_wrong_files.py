"""Wrong configuration files: each is refused with file, key, what is allowed and what to do, never with a traceback."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from made_up_experiment import experiment

from ecsim.cli.main import main
from ecsim.experiments.file_checks import check_file, kind_of
from ecsim.experiments.file_schemas import SCHEMAS
from ecsim.kernel.toml import read_toml
from ecsim.scenario.load import load
from ecsim.scenario.parts import load_design, load_policy, load_shock

CONFIGS = Path(__file__).parents[2] / "configs"

ROOT = Path(__file__).parents[2]
SPACE = """
[parameters."buying.innovation"]
low = 0.01
high = 0.02
unit = "1/year"
source = "made up"
"""
FILES = {
    "scenario": "configs/baseline.toml",
    "policy": "configs/policies/equal_split.toml",
    "programme": "configs/programmes/yunnan_2018.toml",
    "rule_book": "configs/rules/yunnan_2018.toml",
    "plan": "configs/plans/qujing_2018.toml",
    "design": "configs/designs/mobile.toml",
    "shock": "configs/shocks/monsoon.toml",
    "experiment": "experiments/pooled-vs-per-county/experiment.toml",
    "space": "configs/space.toml",
}
SAMPLE, ARM, TEN = "sample = 0.05", 'name = "equal_split"', "replications = 10"
CHANGED = 'equal_split.toml"\nchanges = { end = 2022-01-02, sample = 0.02 }'
_STUDY = Path(__file__).parents[2].joinpath("experiments", "pooled-vs-per-county", "experiment.toml").read_text("utf-8")
OUTCOMES = _STUDY[_STUDY.index("outcomes = [") : _STUDY.index("]\n", _STUDY.index("outcomes = [")) + 2]
POLICY = 'policy = "policies/pooled_by_project.toml"'
GRID = 'design = {kind = "grid"}\nspace = '


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("shipped")
    shutil.copytree(ROOT / "configs", home / "configs")
    shutil.copytree(ROOT / "experiments", home / "experiments")
    (home / "configs" / "space.toml").write_text(SPACE, encoding="utf-8")
    return home


def told(file: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["check", str(file)]) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("BAD ")
    assert "Traceback" not in printed
    return printed


@pytest.mark.parametrize(
    ("kind", "old", "new", "words"),
    [
        ("scenario", SAMPLE, "colour = 1", ["unknown key colour", "allowed are model, name, title_en"]),
        ("scenario", SAMPLE, "sampel = 0.05", ["unknown key sampel; did you mean 'sample'?"]),
        ("scenario", SAMPLE, 'sample = "much"', ["sample is 'much'", "must be a valid number"]),
        ("scenario", SAMPLE, "sample = 2.0", ["sample is 2.0", "less than or equal to 1"]),
        ("scenario", "end = 2020-03-31", "end = 2017-03-31", ["end is 2017-03-31", "at least one whole period"]),
        ("scenario", 'keep = "all"', 'keep = "some"', ["keep is 'some'", "'all', 'decisions' or 'digest'"]),
        ("scenario", POLICY, "", ["policy is required but missing"]),
        ("scenario", POLICY, "policy = 3", ["policy is 3; it must be a table, or the path of a file"]),
        (
            "scenario",
            POLICY,
            'policy = "pooled.toml"',
            ["pooled.toml: no such file, named by", "baseline.toml: policy;"],
        ),
        (
            "scenario",
            '"designs/mobile.toml"',
            '"designs/bus.toml"',
            ["bus.toml: no such file", "baseline.toml: designs"],
        ),
        ("scenario", 'region = "yunnan_2018"', 'region = "atlantis"', ["atlantis"]),
        (
            "scenario",
            'region = "yunnan_2018"',
            'region = ""',
            ["region is ''; it must have at least 1 character"],
        ),
        ("scenario", 'region = "yunnan_2018"', 'region = ".."', ["baseline.toml: region '..': not a region pack"]),
        ("scenario", 'region = "yunnan_2018"', 'region = "/etc"', ["baseline.toml: region '/etc': not a region pack"]),
        ("scenario", SAMPLE, 'parameters = {"opening_roads.x" = 1}', ["unknown parameter 'opening_roads.x'"]),
        ("scenario", SAMPLE, 'parameters = {"market.grwth" = 1.0}', ["'market.grwth'", "did you mean market.growth"]),
        ("scenario", SAMPLE, 'parameters = {"buying.innovation" = 9.0}', ["is 9.0 1/year; allowed are 0.006 to 0.03"]),
        ("scenario", SAMPLE, 'shocks = [{shock = "shocks/rain.toml"}]', ["rain.toml: no such file", "shocks.shock"]),
        ("scenario", SAMPLE, 'extends = "nothing.toml"', ["nothing.toml: no such file, named by", ": extends"]),
        ("scenario", SAMPLE, 'extends = "scenarios/no_money.toml"', ["extends", "in turn; take one of the two out"]),
        ("scenario", SAMPLE, "extends = 3", ["extends is 3; write the path of one file"]),
        ("policy", "siting =", "sitting =", ["unknown key sitting; did you mean 'siting'?"]),
        ("policy", 'purse = "county"', 'purse = "village"', ["funds.purse is 'village'", "'county' or 'prefecture'"]),
        ("policy", "value = 17_600_000", "value = -1", ["funds.central.value is -1", "greater than or equal to 0"]),
        ("policy", "supply_chain = 0.35", "supply_chain = 0.65", [": funds.shares adds up to 1.30", "lower one of"]),
        ("policy", "supply_chain = 0.35", "suply = 0.35", ["funds.shares names suply; allowed are supply_chain"]),
        (
            "policy",
            'source = "F02',
            'sauce = "F02',
            ["funds.central.source is required but missing", "did you mean 'source'?"],
        ),
        ("design", "parcels =", "parcles =", ["unknown key parcles; did you mean 'parcels'?"]),
        ("design", "parcels = true", 'parcels = "maybe"', ["parcels is 'maybe'", "a valid boolean"]),
        ("design", "value = 8000", "value = -1", ["capex_yuan.value is -1", "greater than or equal to 0"]),
        ("shock", "[[effects]]", "[[effect]]", ["unknown key effect; did you mean 'effects'?"]),
        ("shock", "multiply = 3.0", "multiplied = 3.0", ["effects.0.multiplied; did you mean 'multiply'?"]),
        ("shock", "multiply = 3.0", "multiply = -3.0", ["effects.0.multiply is -3.0", "greater than or equal to 0"]),
        (
            "shock",
            "multiply = 3.0",
            "multiply = 3.0\nadd = 1.0",
            ["effects.0: effect on", "either multiply or add"],
        ),
        ("shock", "space.wet_closures", "space.wet", ["unknown parameter 'space.wet'; did you mean"]),
        ("experiment", "first_seed", "frist_seed", ["unknown key frist_seed; did you mean 'first_seed'?"]),
        ("experiment", "policy =", "polcy =", ["unknown key arms.0.polcy; did you mean 'policy'?"]),
        ("experiment", TEN, 'replications = "ten"', ["replications is 'ten'", "a valid integer"]),
        ("experiment", TEN, "replications = 0", ["replications is 0", "greater than or equal to 1"]),
        ("experiment", "baseline.toml", "base.toml", ["base.toml: no such file", "experiment.toml: scenario;"]),
        ("experiment", "no_money.toml", "money.toml", ["money.toml: no such file", "arm no_money: policy;"]),
        (
            "experiment",
            ARM,
            f'{ARM}\nshocks = {{"rain.toml" = 1.0}}',
            ["rain.toml: no such file", "equal_split: shocks"],
        ),
        (
            "experiment",
            'reference = "no_money"',
            'reference = "none"',
            ["reference is 'none'", "one of the arms: no_money"],
        ),
        ("experiment", ARM, 'name = "no_money"', ["arms are no_money, no_money", "a name of its own"]),
        (
            "experiment",
            CHANGED,
            CHANGED.replace("0.02", "0.5"),
            ["differ in sample", "equal_split 0.5", "the same"],
        ),
        (
            "experiment",
            CHANGED,
            CHANGED.replace("2022-01-02", "2019-01-01"),
            ["differ in end", "equal_split 2019-01-01"],
        ),
        (
            "experiment",
            CHANGED,
            CHANGED.replace("{ ", '{ "funds.purze" = 1, '),
            ["arm equal_split: unknown key policy.funds.purze"],
        ),
        (
            "experiment",
            CHANGED,
            CHANGED.replace("{ ", '{ "buying.innovation" = 9.0, '),
            ["equal_split: buying.innovation is 9.0"],
        ),
        ("experiment", TEN, 'extends = "experiment.toml"', ["extends experiment.toml", "take one of the two out"]),
        ("experiment", TEN, 'extends = "nothing.toml"', ["nothing.toml: no such file, named by", ": extends"]),
        ("experiment", TEN, f'{GRID}{{"buying.inovation" = {{}}}}', ["space: unknown parameter", "buying.innovation"]),
        (
            "experiment",
            TEN,
            f'{GRID}{{"buying.innovation" = {{low = 0.01, high = 9.0, unit = "1", source = "x"}}}}',
            ["space.buying.innovation may be 9.0; allowed are 0.006 to 0.03", "keep the range within"],
        ),
        (
            "experiment",
            TEN,
            'design = {kind = "grid", points = 1}\nspace = {"buying.innovation" = {}}',
            ["design: levels of buying.innovation is 1; a grid needs at least 2"],
        ),
        (
            "experiment",
            TEN,
            'design = {kind = "table", file = "x.csv"}\nspace = {"buying.innovation" = {}}',
            ["x.csv: no such file"],
        ),
        ("experiment", "outcomes = [", 'outcomes = ["retail",', ["outcomes names 'retail'; "]),
        ("experiment", TEN, 'stopping = {outcome = "targets_mt", half_width = 1.0}', ["did you mean 'targets_met'?"]),
        ("experiment", TEN, "replications = 10.0", ["replications is 10.0", "a valid integer"]),
        ("experiment", TEN, "replications = true", ["replications is true", "a valid integer"]),
        ("experiment", "first_seed = 1", "first_seed = 9223372036854775808", ["first_seed is 9223", "less than"]),
        ("experiment", TEN, "seconds_a_run = 1e300", ["seconds_a_run is 1e+300", "less than or equal to 2592000"]),
        ("experiment", TEN, "tables = 1", ["tables is 1", "a valid boolean"]),
        ("experiment", 'name = "pooled', 'name = "../pooled', ["name is '../pooled", "it names the folder"]),
        ("experiment", OUTCOMES, 'outcomes = "targets_met"\n', ["outcomes is 'targets_met'", "a valid tuple"]),
        (
            "experiment",
            TEN,
            f'{GRID}{{"funds.plan_lag_weeks" = {{low = 3, high = 5, unit = "1", source = "x"}}}}',
            ["space.funds.plan_lag_weeks is 'uniform'", "a whole number is needed", 'write distribution = "integer"'],
        ),
        (
            "experiment",
            TEN,
            f'{GRID}{{"funds.shared_assets" = {{low = 0, high = 1, unit = "1", source = "x"}}}}',
            ["space.funds.shared_assets is 'uniform'", "true or false is needed", "values = [false, true]"],
        ),
        (
            "experiment",
            TEN,
            'design = {kind = "grid", seed = -1}\nspace = {"buying.innovation" = {}}',
            ["design.seed is -1", "greater than or equal to 0"],
        ),
        (
            "experiment",
            TEN,
            'stress = {shocks = {a = ["../../configs/shocks/operator_exit.toml"]}, strengths = [0.0, 5.0]}',
            ["operator_exit at strength 5 multiplies logistics.capacity by -0.5"],
        ),
        (
            "experiment",
            ARM,
            f'{ARM}\nshocks = {{"../../configs/shocks/operator_exit.toml" = 5.0}}',
            ["arm equal_split: shock operator_exit at strength 5 multiplies logistics.capacity by -0.5"],
        ),
        (
            "experiment",
            TEN,
            'stress = {shocks = {a = ["../../configs/shocks/monsoon.toml"]}}\ndesign = {kind = "grid"}\n'
            'space = {"shocks.a" = {low = 0.0, high = 1e9, unit = "1", source = "x"}}',
            ["space.shocks.a is 0 to 1e+09 1; a strength is a number from 0 to 100"],
        ),
        ("space", "high = 0.02", "high = true", ["high is true", "a valid number"]),
        ("space", "high = 0.02", "high = 1e308", ["high is 1e+308", "less than or equal to"]),
        ("space", "low =", "lo =", ["unknown key parameters.buying.innovation.lo; did you mean 'low'?"]),
        ("space", "low = 0.01", 'low = "x"', ["parameters.buying.innovation.low is 'x'", "a valid number"]),
        ("space", "low = 0.01", "low = 0.9", ["low is 0.9 and high is 0.02", "swap or widen them"]),
        ("space", 'unit = "1/year"', "", ["parameters.buying.innovation.unit is required but missing"]),
        ("space", "[parameters.", "[parameter.", ["did you mean 'parameters'?"]),
    ],
)
def test_a_wrong_file_is_told_what_is_allowed(
    kind: str, old: str, new: str, words: list[str], shipped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = shipped / FILES[kind]
    right = file.read_text(encoding="utf-8")
    assert old in right
    file.write_text(right.replace(old, new, 1), encoding="utf-8")
    try:
        printed = told(file, capsys)
    finally:
        file.write_text(right, encoding="utf-8")
    assert str(file.name) in printed
    for said in words:
        assert said in printed


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("made_up:line", "no.such:thing", ["function 'no.such:thing'", "name a module that Python finds"]),
        ("made_up:line", "made_up.line", ["function is 'made_up.line'; write package.module:function"]),
        ("made_up:line", "made_up:lines", ["lines is not in made_up; name one of its functions"]),
        ("made_up:line", "made_up:HERE", ["HERE is not in"]),
        ("reference", "[space.a]\n[design]\nkind = 'grid'\n[other]\nreference", ["unknown key other"]),
    ],
)
def test_a_model_that_is_not_there_is_told(
    old: str, new: str, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = experiment(tmp_path) / "experiment.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    printed = told(tmp_path, capsys)
    for said in words:
        assert said in printed


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"changes": "since = 2019-06-30"}, "gives since as 2019-06-30; a function takes numbers, words, flags"),
        ({"function": "x" * 300}, "it must have at most 200 characters"),
    ],
    ids=["a date", "a name without end"],
)
def test_what_a_function_cannot_be_given_is_told(
    more: dict[str, str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = told(experiment(tmp_path, **more), capsys)
    assert words in printed
    assert len(printed) < 500


def test_an_experiment_without_the_name_of_its_model_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = experiment(tmp_path) / "experiment.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("made_up:line", "", 1), encoding="utf-8")
    assert "function is ''; it must have at least 1 character" in told(tmp_path, capsys)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"colour = 1\n", "has the keys colour"),
        (b'name = "x', "not valid TOML"),
        ('name = "云南"'.encode("gb18030"), "not UTF-8 (byte 9); save it as UTF-8"),
        (b"name = 1\nname = 2\n", "not valid TOML"),
        (None, "no such file"),
    ],
    ids=["empty", "strange", "broken", "not UTF-8", "twice", "missing"],
)
def test_what_is_no_configuration_is_told(
    content: bytes | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    if content is not None:
        file.write_bytes(content)
    assert f"{file}: {words}" in told(file, capsys)


def test_a_folder_without_an_experiment_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"{tmp_path}: holds no experiment.toml; name a folder that does" in told(tmp_path, capsys)


def test_a_circle_of_files_that_extend_each_other_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for own, other in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{own}.toml").write_text(f'extends = "{other}.toml"\n', encoding="utf-8")
    assert "c.toml: extends a.toml, which extends this file in turn" in told(tmp_path / "a.toml", capsys)


def test_a_function_that_returns_no_number_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wordy.py").write_text("def model(parameters, seed):\n    return {'y': 'much'}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    home = experiment(tmp_path / "home")
    file = home / "experiment.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("made_up:line", "wordy:model"), encoding="utf-8")
    assert main(["compare", str(home), "--out", str(tmp_path / "out")]) == 2
    printed = capsys.readouterr().err
    assert "no run of low, high ended" in printed
    assert "outcome y is 'much', no number; a model returns a number" in printed


def test_a_stopping_rule_on_an_outcome_that_the_function_lacks_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = experiment(tmp_path, more='[stopping]\noutcome = "x"\nhalf_width = 0.5\nleast = 3\nmost = 9\n')
    assert main(["compare", str(home), "--out", str(tmp_path / "out")]) == 2
    assert "stopping.outcome is 'x'; choose one of the outcomes: y, z" in capsys.readouterr().err


def shipped_files() -> list[Path]:
    found = [*ROOT.glob("configs/**/*.toml"), *ROOT.glob("experiments/*/experiment.toml")]
    return sorted(path for path in found if path.name != "projects.toml")


@pytest.mark.parametrize("file", shipped_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_shipped_file_is_what_its_folder_says(file: Path) -> None:
    kind = kind_of(file, read_toml(file))
    folders = {
        "policies": "policy",
        "programmes": "programme",
        "rules": "rule_book",
        "plans": "plan",
        "designs": "design",
        "shocks": "shock",
        "scenarios": "scenario",
    }
    assert kind == ("experiment" if file.name == "experiment.toml" else folders.get(file.parent.name, "scenario"))
    assert kind.replace("design", "station design").replace("_", " ") in check_file(file)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_schema_of_a_kind_names_the_keys_of_shipped_files(
    kind: str, shipped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema", kind]) == 0
    schema: dict[str, Any] = json.loads(capsys.readouterr().out)
    content = read_toml(shipped / FILES[kind])
    assert schema["additionalProperties"] is False
    assert content.keys() <= schema["properties"].keys()
    assert set(schema.get("required", ())) <= content.keys()


def test_policies_designs_and_shocks_extend_others(tmp_path: Path) -> None:
    """Each has what the other has, less what it names in ``without``, and what it says itself."""
    (tmp_path / "policy.toml").write_text(
        f'extends = "{CONFIGS}/policies/pooled_by_project.toml"\nname = "mine"\n[funds]\nfloor_share = 0.1\n',
        encoding="utf-8",
    )
    assert load_policy(tmp_path / "policy.toml").funds.floor_share == 0.1
    (tmp_path / "design.toml").write_text(
        f'extends = "{CONFIGS}/designs/mobile.toml"\nname = "mine"\nparcels = false\n', encoding="utf-8"
    )
    assert not load_design(tmp_path / "design.toml").parcels
    (tmp_path / "shock.toml").write_text(
        f'extends = "{CONFIGS}/shocks/lockdown.toml"\nwithout = ["until"]\nname = "longer"\n', encoding="utf-8"
    )
    longer = load_shock(tmp_path / "shock.toml")
    assert (longer.name, longer.until, len(longer.effects)) == ("longer", None, 4)
    (tmp_path / "scenario.toml").write_text(
        f'extends = "{CONFIGS}/baseline.toml"\npolicy = "policy.toml"\n', encoding="utf-8"
    )
    assert load(tmp_path / "scenario.toml").policy.name == "mine"


def test_a_key_that_is_left_out_must_be_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = f'extends = "{CONFIGS}/shocks/lockdown.toml"\nwithout = ["untill"]\n'
    (tmp_path / "shock.toml").write_text(text, encoding="utf-8")
    assert "without names 'untill'; what it extends has here name" in told(tmp_path / "shock.toml", capsys)


MODULES = {
    "evil_syntax": "def f(:\n",
    "evil_error": "raise RuntimeError('no\\nway')\n",
    "evil_exit": "import sys\nsys.exit(7)\n",
    "evil_import": "import no_such_module\n",
    "evil_form": "def f(parameters, luck):\n    return 1.0\n",
}


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("evil_syntax:f", "importing evil_syntax ends in SyntaxError: "),
        ("evil_error:f", "importing evil_error ends in RuntimeError: no way; fix the module"),
        ("evil_exit:f", "importing evil_exit ends in SystemExit: 7"),
        ("evil_import:f", "No module named 'no_such_module'"),
        ("evil_form:f", "the model needs 'luck' beside the parameters"),
        (".x:f", "function is '.x:f'; write package.module:function"),
        ("x:f:g", "function is 'x:f:g'; write package.module:function"),
        ("math:pi", "pi is no function in math"),
    ],
)
def test_a_module_that_does_not_come_in_is_one_message(
    model: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = experiment(tmp_path)
    for name, text in MODULES.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    file = folder / "experiment.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("made_up:line", model, 1), encoding="utf-8")
    printed = told(folder, capsys)
    assert words in printed
    assert len(printed.splitlines()) == 1
    for command in ("compare", "estimate"):
        assert main([command, str(folder), "--out", str(tmp_path / "out")]) == 2
        assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_check_says_which_module_of_an_experiment_it_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(experiment(tmp_path))]) == 0
    assert "; imported made_up" in capsys.readouterr().out
