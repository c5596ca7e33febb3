"""Names of studies and settings: where they are looked for, what hides what, and what is said of a wrong one."""

import json
import re
from pathlib import Path

import pytest

from ecsim.cli.main import main
from ecsim.experiments.experiment_files import load_experiment
from ecsim.kernel.errors import EcsimError
from ecsim.scenario.load import load
from ecsim.scenario.shipped import SHELVES, find, lay_out, named, shipped

ROOT = Path(__file__).parents[2]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder outside the repository."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    ("name", "kind", "file"),
    [
        ("baseline", "scenarios", "configs/baseline.toml"),
        ("no_money", "scenarios", "configs/scenarios/no_money.toml"),
        ("no_money", "policies", "configs/policies/no_money.toml"),
        ("configs/policies/no_money.toml", "policies", "configs/policies/no_money.toml"),
        ("lockdown", "shocks", "configs/shocks/lockdown.toml"),
        ("station-designs", "experiments", "experiments/station-designs/experiment.toml"),
        ("experiments/station-designs", "experiments", "experiments/station-designs/experiment.toml"),
        ("robust-allocation/selection", "experiments", "experiments/robust-allocation/selection.toml"),
        ("robust-allocation/selection.toml", "experiments", "experiments/robust-allocation/selection.toml"),
    ],
)
def test_a_name_or_a_path_of_the_repository_is_found_from_an_empty_folder(name: str, kind: str, file: str) -> None:
    assert find(name, kind) == ROOT / file == find(name, kind).resolve()


def test_every_name_that_is_listed_is_found_as_its_own_file(elsewhere: Path) -> None:
    for kind in SHELVES:
        assert len(named(kind)) >= (1 if kind == "programmes" else 4)
        assert {name: find(name, kind) for name in named(kind)} == named(kind)
    assert list(elsewhere.iterdir()) == []


@pytest.mark.usefixtures("elsewhere")
def test_functions_take_names_as_commands_do() -> None:
    assert load("baseline").name == "baseline"
    assert load_experiment(Path("station-designs"))[0].name == "station-designs"


def test_the_current_folder_hides_a_laid_out_one_above_and_that_hides_what_is_shipped(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(elsewhere / "mine")
    inner = elsewhere / "mine" / "experiments" / "station-designs"
    monkeypatch.chdir(inner)
    study = elsewhere / "mine" / "experiments" / "stress-targets" / "experiment.toml"
    assert find("stress-targets", "experiments") == named("experiments")["stress-targets"] == study
    (inner / "stress-targets").mkdir()
    assert find("stress-targets", "experiments") == study, "a folder without an experiment is none"
    (inner / "stress-targets" / "experiment.toml").write_text("", encoding="utf-8")
    assert find("stress-targets", "experiments") == Path("stress-targets/experiment.toml")


def test_a_folder_above_that_belongs_to_somebody_else_is_not_looked_into(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(elsewhere)
    (elsewhere / "inner").mkdir()
    monkeypatch.chdir(elsewhere / "inner")
    assert elsewhere in find("stress-targets", "experiments").parents
    stat = Path.stat

    def of_another(path: Path, *, follow_symlinks: bool = True) -> object:
        told = stat(path, follow_symlinks=follow_symlinks)
        return type(told)([*told[:4], told.st_uid + 1, *told[5:]]) if path == elsewhere else told

    monkeypatch.setattr(Path, "stat", of_another)
    assert shipped() in find("stress-targets", "experiments").parents


@pytest.mark.usefixtures("elsewhere")
def test_a_command_says_that_it_takes_what_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "station-designs", "no_money", "lockdown"]) == 0
    told = capsys.readouterr()
    assert re.findall(r"^ok  (\S+): (\w+)", told.out, re.MULTILINE) == [
        ("station-designs", "experiment"), ("no_money", "scenario"), ("lockdown", "shock"),
    ]  # fmt: skip
    assert told.err.count("is shipped with ecsim") == 3


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["run", "basline"], ["basline: no such file (looked in", "Did you mean baseline?", "`ecsim init`"]),
        (["compare", "pooled"], ["pooled: no such file", "pooled-vs-per-county, robust-allocation", "`ecsim init`"]),
        (["run", "lockdown"], ["lockdown: no such file", "scenarios: adaptive, baseline, epidemic, equal_split"]),
        (["compare", "../pooled-vs-per-county"], ["../pooled-vs-per-county: no such file"]),
        (["compare", "."], ["holds no experiment.toml"]),
        (["run", "a" * 300], ["cannot be read (File name too long)"]),
        (["compare", "a" * 300], ["cannot be read (File name too long)"]),
        (["check", "nothing"], ["nothing: no such file", "`ecsim list WHAT`", "policies, designs, shocks"]),
    ],
    ids=lambda told: " ".join(told)[:30],
)
@pytest.mark.usefixtures("elsewhere")
def test_a_wrong_name_ends_with_status_2_and_says_what_there_is(
    line: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line) == 2
    told = capsys.readouterr().err
    for word in words:
        assert word in told


def test_what_a_file_names_is_looked_for_beside_it_alone(elsewhere: Path) -> None:
    (elsewhere / "mine.toml").write_text('extends = "baseline.toml"\n', encoding="utf-8")
    with pytest.raises(EcsimError, match=r"baseline\.toml: no such file, named by"):
        load("mine.toml")


def test_listed_studies_name_the_command_of_their_readme(capsys: pytest.CaptureFixture[str], elsewhere: Path) -> None:
    assert main(["list", "experiments", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) >= 8
    for row in rows:
        readme = (ROOT / "experiments" / row["name"].split("/")[0] / "README.md").read_text(encoding="utf-8")
        assert re.search(rf"^ecsim {row['command']} experiments/{row['name']}(\.toml)?$", readme, re.MULTILINE), row
        assert row["title"]
        assert row["题目"]
        assert row["where"] == "shipped with ecsim"


def test_init_overwrites_nothing_and_what_it_lays_out_can_be_changed(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (elsewhere / "mine" / "experiments").mkdir(parents=True)
    assert main(["init", "mine"]) == 2
    assert "mine/experiments exists, so nothing was written" in capsys.readouterr().err
    assert list((elsewhere / "mine").iterdir()) == [elsewhere / "mine" / "experiments"]
    assert main(["init"]) == 0
    assert "ecsim list experiments" in capsys.readouterr().out
    assert main(["check", "experiments"]) == 0
    told = capsys.readouterr()
    assert told.out.count("ok  experiments/") == len(named("experiments"))
    assert told.err == ""
    (elsewhere / "file").touch()
    assert main(["init", "file"]) == 2
    assert "file: cannot be written" in capsys.readouterr().err
