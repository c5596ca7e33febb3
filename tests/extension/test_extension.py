"""An extension from outside the package is selected by one line of a scenario, and every command knows it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import ecsim
from ecsim.cli.main import main
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.extending import extended
from ecsim.kernel.extension import Extension
from ecsim.kernel.model import Step
from ecsim.kernel.models import model_of, model_of_scenario
from ecsim.kernel.runs import open_run
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.toolkit import I64, Event
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.model import MODEL

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
CODE = len(ProjectKind)
"""Of its kind of project, behind the model's own."""
KIND = "processor_contract_signed"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return ecsim.load(HERE / "contracts.toml", {"region": str(HERE.parent / "packs" / "tiny"), "end": "2019-03-31"})


@pytest.fixture(scope="module")
def run(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extension") / "run"
    changed = f"region={scenario.region}"  # type: ignore[attr-defined]  # the rural scenario's
    told = ["run", str(HERE / "contracts.toml"), "--set", changed, "--set", "end=2019-03-31", "--out", str(folder)]
    assert main(told) == 0
    return folder


def printed(capsys: pytest.CaptureFixture[str], *line: str) -> str:
    capsys.readouterr()
    assert main([*line]) == 0
    return capsys.readouterr().out


def test_its_event_column_step_figure_parameter_and_law_are_the_models(scenario: Scenario) -> None:
    model = model_of_scenario(scenario, trust=True)
    assert KIND in {kind.kind for kind in model.events}
    assert "contract_seq" in model.state.allocate(dict.fromkeys(model.state.table_names(), 1)).plots.columns()
    names = [step.name for step in model.steps]
    assert names[names.index("harvest") + 1] == "sign_contracts"
    assert model.measures.labels(scenario)["processor_contracts"].unit == "contracts"
    assert model.defaults.by_name["processor.premium"].value == 0.05
    assert [law.name for law in model.laws] == ["contracts"]
    assert model_of_scenario(scenario, trust=True) is model


def test_the_model_itself_stays_as_it_was() -> None:
    assert KIND not in {kind.kind for kind in MODEL.events}
    assert "contract_seq" not in MODEL.state.allocate(dict.fromkeys(MODEL.state.table_names(), 1)).plots.columns()


def test_a_run_with_it_verifies_laws_and_figures_included(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = printed(capsys, "verify", str(run), "--rerun", "--trust")
    assert "ok  contracts  every contract is of one plot" in told
    assert "ok  money" in told
    assert "Verified" in told


def test_a_received_run_does_not_import_it_unless_it_is_trusted(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(run)]) == 2
    assert "add --trust" in capsys.readouterr().err


def test_list_trace_and_sql_show_it(
    run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(HERE)  # the scenario names its region from here on
    listed = json.loads(printed(capsys, "list", "events", "--scenario", str(HERE / "contracts.toml"), "--json"))
    assert KIND in {row["kind"] for row in listed}
    listed = json.loads(printed(capsys, "list", "parameters", "--scenario", str(HERE / "contracts.toml"), "--json"))
    assert "processor.premium" in {row["name"] for row in listed}
    signed = open_run(run, trust=True).reader.kind(
        next(kind for kind in open_run(run, trust=True).model.events if kind.kind == KIND)
    )
    assert len(signed["seq"]) > 0
    told = json.loads(printed(capsys, "trace", str(run), "processor_contracts", "--trust", "--json"))
    assert told["figure"] == told["recomputed"] == len(signed["seq"])
    assert told["events"][KIND] == signed["seq"].tolist()
    rows = ecsim.sql(run, f"select county_name, count(*) n from {KIND}_named group by 1", trust=True)
    assert rows.n.sum() == len(signed["seq"])
    assert set(rows.county_name) <= {"上河县", "下坪县"}


def test_what_a_contract_weighed_is_told(run: Path) -> None:
    signed = ecsim.sql(run, f"select plot from {KIND} order by seq", trust=True)["plot"]
    found = ecsim.why(run, f"{KIND}:plot={signed.iloc[-1]}", trust=True)
    weights = {row["figure"]: row["weight"] for row in found.changes()}
    assert weights["processor_contracts"] >= 1.0


def test_an_experiment_varies_its_numbers_and_reports_its_figures(scenario: Scenario, tmp_path: Path) -> None:
    region = scenario.region  # type: ignore[attr-defined]  # the rural scenario's
    (tmp_path / "experiment.toml").write_text(
        f"""
name = "contracts"
title_en = "Contracts"
title_zh = "合同"
question = "Do more offers make more contracts?"
scenario = "{HERE / "contracts.toml"}"
reference = "few"
replications = 2
tables = false
arms = [
  {{ name = "few", changes = {{ region = "{region}", end = "2018-06-30", "processor.offered_share" = 0.1 }} }},
  {{ name = "all", changes = {{ region = "{region}", end = "2018-06-30", "processor.offered_share" = 1.0 }} }},
]
""",
        encoding="utf-8",
    )
    found = ecsim.compare(tmp_path, tmp_path / "results", workers=1)
    rows = found.summary[found.summary.outcome == "processor_contracts"].set_index("arm")
    assert rows.loc["all", "mean"] > rows.loc["few", "mean"]
    assert main(["report", str(tmp_path / "results")]) == 0
    assert "Contracts with the processor" in (tmp_path / "results" / "report.html").read_text(encoding="utf-8")


def test_its_source_is_part_of_a_runs_identity(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ecsim.kernel.identity import code_version, source_digest

    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in ("processor.py", "processor.toml"):
        (folder / name).write_text((HERE / name).read_text(encoding="utf-8"), encoding="utf-8")
    before = source_digest(("processor",))
    source_digest.cache_clear()
    (folder / "processor.toml").write_text(
        (HERE / "processor.toml").read_text(encoding="utf-8").replace("0.05", "0.06"), encoding="utf-8"
    )
    loaded = sys.modules.pop("processor")
    monkeypatch.syspath_prepend(str(folder))
    assert source_digest(("processor",)) != before
    monkeypatch.undo()
    sys.modules["processor"] = loaded
    source_digest.cache_clear()
    assert code_version(model_of_scenario(scenario, trust=True), scenario) != code_version(
        MODEL, scenario.model_copy(update={"extensions": ()})
    )


@pytest.fixture(scope="module")
def funded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run long enough for plans, contracts and finished works."""
    folder = tmp_path_factory.mktemp("lines") / "run"
    region = str(HERE.parent / "packs" / "tiny")
    own = {"region": region, "end": "2019-12-31", "processor.offered_share": 0.0}
    ecsim.simulate(ecsim.load(HERE / "contracts.toml", own), 1, out=folder)
    return folder


def test_its_kind_of_project_is_planned_built_and_opened(funded: Path) -> None:
    """One for a county each, and one that both share, as its scope lets prefectures; works take 70 days at least."""
    rows = ecsim.sql(
        funded,
        "select a.county, a.central_fen, (w.day - c.day) as days from project_approved a "
        "join contract_awarded c using (project) join works_finished w using (project) "
        "join facility_opened f using (project) "
        f"where a.project_kind = {CODE} and f.facility_kind = {CODE} order by a.county",
        trust=True,
    )
    assert rows.central_fen.tolist() == [120_000_000, 60_000_000, 60_000_000]
    assert rows.county.tolist() == [-1, 0, 1]
    assert (rows.days >= 70).all()


def test_its_rule_sees_what_was_built(funded: Path) -> None:
    """Nobody is offered a contract but where a line runs, and so only after one has opened."""
    signed = ecsim.sql(funded, f"select min(day) as day, count(*) as n from {KIND}", trust=True)
    opened = ecsim.sql(funded, f"select min(day) as day from facility_opened where facility_kind = {CODE}", trust=True)
    assert signed.n[0] > 0
    assert signed.day[0] >= opened.day[0]


def test_people_read_the_name_of_its_kind_of_project(funded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = printed(capsys, "replay", str(funded), "--at", "2019-10-20", "--trust")
    assert "processing line 加工生产线" in told
    told = printed(capsys, "why", str(funded), "--top", "12", "--trust", "--json")
    assert "processing_line" in {row["builds"] for row in json.loads(told)}


def test_contracts_for_its_kind_of_project_can_be_taken_out(funded: Path) -> None:
    """Without them no line opens, and nobody is offered a contract."""
    signed = ecsim.sql(funded, f"select count(*) as n from {KIND}", trust=True).n[0]
    found = ecsim.why(funded, "contract_awarded:kind=processing_line", trust=True)
    assert {row["figure"]: row["weight"] for row in found.changes()}["processor_contracts"] == signed > 0


def test_a_kind_of_project_whose_name_is_wrong_says_too_little_of_itself() -> None:
    with pytest.raises(EcsimError, match=r"procesing_line"):
        ecsim.load(HERE / "contracts.toml", {"projects.procesing_line.lead_weeks": 3})


@pytest.mark.parametrize(
    ("extension", "told"),
    [
        (Extension(name="wrong", options={"project_kind": ()}), "did you mean 'project_kinds'"),
        (Extension(name="late", steps=(Step("x", print, after="harvets"),)), "did you mean 'harvest'"),
        (Extension(name="again", steps=(Step("harvest", print, after="train"),)), "step 'harvest' is one of the model"),
        (Extension(name="wide", columns={"plot": {"x": I64}}), "did you mean 'plots'"),
    ],
    ids=["option of none", "step after none", "step twice", "column of no table"],
)
def test_one_that_does_not_fit_says_why(
    extension: Extension[object], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("processor.EXTENSION", extension)
    with pytest.raises(EcsimError, match=told):
        extended(MODEL, ["processor:EXTENSION"], trust=True)


def test_what_is_none_is_refused() -> None:
    with pytest.raises(EcsimError, match="name an Extension"):
        extended(MODEL, ["processor:Terms"], trust=True)


def test_a_run_without_it_is_that_of_the_model_alone(scenario: Scenario) -> None:
    """Contracts move nothing of the model's own: where no line is planned, every other event is the same."""
    projects = {name: kind for name, kind in scenario.projects.items() if name != "processing_line"}  # type: ignore[attr-defined]

    def others(extensions: tuple[str, ...]) -> list[tuple[str, int]]:
        kept: list[tuple[str, int]] = []

        class Counts:
            def see(self, event: Event, stamp: object) -> None:  # noqa: ARG002 (a watcher's)
                if event.kind != KIND:
                    kept.append((event.kind, event.rows))

        ecsim.simulate(
            scenario.model_copy(update={"extensions": extensions, "projects": projects}), 1, watchers=[Counts()]
        )
        return kept

    assert others(("processor:EXTENSION",)) == others(())


def test_the_rural_model_by_name_is_the_one_without_extensions() -> None:
    assert model_of("ecsim.rural.model:MODEL", trust=False) is MODEL
    assert np.all([kind.kind != KIND for kind in MODEL.events])
