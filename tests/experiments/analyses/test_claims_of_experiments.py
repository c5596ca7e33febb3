"""Claims: planted faults give themselves away, each under its own change; what was killed goes on; all is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from zoo import Fault

from ecsim.cli.main import main
from ecsim.experiments.analyses.analysis import Analysis
from ecsim.experiments.analyses.claims import try_claims
from ecsim.experiments.claims import claims_digest
from ecsim.experiments.compare import load_plan
from ecsim.experiments.running.executors import InProcess
from ecsim.experiments.running.task import Outcome, Task, Work
from ecsim.kernel.errors import EcsimError

CHANGES = ("seeds", "order_of_growers", "sample_doubled", "sample_halved", "weekday", "price_before_ripen")
SCENARIO = """
model = "zoo:MODEL"
name = "zoo"
title_en = "A market"
title_zh = "集市"
start = 2018-01-01
end = 2018-02-11
"""
STUDY = """
name = "zoo"
title_en = "Do dearer lots bring more?"
title_zh = "提价是否增收？"
question = "?"
scenario = "zoo.toml"
reference = "plain"
replications = {runs}
{more}
[[claims]]
name = "dearer_pays"
statement = {{ en = "A price that is a fifth higher brings growers more.", zh = "价格提高五分之一，农户收入增加。" }}
outcome = "income"
compare = ["dearer"]
with = ["plain"]
relation = ">"

[[claims]]
name = "level"
statement = {{ en = "At the plain price growers earn what is claimed" }}
outcome = "income"
arm = "plain"
relation = ">"
value = {level}

[[arms]]
name = "plain"
changes = {{ "zoo.fault" = {fault} }}

[[arms]]
name = "dearer"
changes = {{ "zoo.fault" = {fault}, "zoo.level_fen" = 600.0 }}
"""
LEVELS = {
    Fault.none: 50_000.0, Fault.order_of_growers: 42_000.0, Fault.seeds: 85_000.0, Fault.sample: 30_000.0,
    Fault.weekday: 40_000.0, Fault.price_before_ripen: 90_000.0,
}  # fmt: skip
"""Yuan that growers earn as the study is run and, with the fault, not under its own change."""
RUNS = {Fault.seeds: 30}
"""Replications where 12 do not tell the fault from luck: half of the seeds are even anyway."""
OWN = {fault: {fault.name} for fault in Fault} | {Fault.none: set(), Fault.sample: {"sample_doubled", "sample_halved"}}
"""Changes under which a fault gives itself away."""


def study(folder: Path, fault: Fault = Fault.none, runs: int = 12, more: str = "", level: float | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "zoo.toml").write_text(SCENARIO, encoding="utf-8")
    text = STUDY.format(fault=int(fault), runs=runs, more=more, level=LEVELS[fault] if level is None else level)
    (folder / "experiment.toml").write_text(text, encoding="utf-8")
    return folder


def tried(home: Path, **options: object) -> Analysis:
    return try_claims(load_plan(home), home / "out", InProcess(), **options)[0]


def verdicts(analysis: Analysis) -> dict[tuple[str, str], str]:
    studied = {(row["claim"], ""): row["verdict"] for row in analysis.tables["claims"].records()}
    return studied | {(row["claim"], row["change"]): row["verdict"] for row in analysis.tables["changes"].records()}


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
def test_a_planted_fault_is_caught_by_its_own_check_and_by_no_other(fault: Fault, tmp_path: Path) -> None:
    found = verdicts(tried(study(tmp_path, fault, RUNS.get(fault, 12))))
    assert {change for _, change in found} == {"", *CHANGES}
    assert {found["dearer_pays", ""], found["level", ""]} == {"holds"}
    assert {change for (_, change), verdict in found.items() if verdict in ("fragile", "shifted")} == OWN[fault]
    assert {verdict for (_, change), verdict in found.items() if change and change not in OWN[fault]} == {"robust"}
    broken = {change for (_, change), verdict in found.items() if verdict == "fragile"}
    assert broken == OWN[fault] - {"sample_halved"}  # there the fault lets more be sold: the claims hold all the more


class Cut(InProcess):
    """Is interrupted after some runs."""

    def __init__(self, after: int) -> None:
        self.left = after

    def run(self, work: Work, tasks: Sequence[Task], seconds: float) -> Iterator[tuple[Task, Outcome]]:
        for ended in super().run(work, tasks, seconds):
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            yield ended


def written(home: Path) -> bytes:
    return (home / "out" / "analysis" / "claims.json").read_bytes()


def test_what_was_stopped_goes_on_to_the_same_verdicts(tmp_path: Path) -> None:
    whole, cut = (study(tmp_path / name / "zoo", runs=4) for name in ("whole", "cut"))
    tried(whole, command="ecsim claims zoo")
    with pytest.raises(KeyboardInterrupt):
        try_claims(load_plan(cut), cut / "out", Cut(17))
    assert not (cut / "out" / "analysis").exists()
    tried(cut, command="ecsim claims zoo")
    assert written(cut) == written(whole)
    runs = [json.loads(line)["run"] for line in (cut / "out" / "ledger.jsonl").read_text("utf-8").splitlines()]
    assert len(runs) == len(set(runs)) == 4 * (2 + 2 * len(CHANGES))


FUNCTION = """
from ecsim.kernel.draws import Draws


def harvest(parameters, seed):
    \"\"\"Return what fields bring; who stands first in the list gets the dung.\"\"\"
    if seed == parameters.get("fails", -1):
        raise ValueError("hail")
    fields = sorted(parameters["fields"]) if parameters["sorted"] else parameters["fields"]
    luck = 1.0 + 0.1 * float(Draws(seed).normal("rain", 0, [0])[0])
    return {"kg": luck * (sum(fields) + 0.5 * fields[0] + parameters.get("gain", 0.0)), "fields": len(fields)}


def certain(parameters):
    \"\"\"Return a figure without luck.\"\"\"
    return {"kg": sum(parameters["fields"]) - parameters["gain"] * parameters["fields"][0]}
"""
PLAIN = """
name = "fields"
title_en = "Fields"
title_zh = "田地"
question = "?"
function = "of_fields:{function}"
reference = "fields"
replications = {runs}

[[claims]]
name = "much"
statement = {{ en = "Fields bring more than is claimed" }}
outcome = "{outcome}"
arm = "fields"
relation = ">"
value = {value}

[invariances.other_order]
title = {{ en = "the fields the other way round", zh = "田地倒序" }}
changes = {{ fields = [10.0, 20.0, 70.0] }}

[[arms]]
name = "fields"
changes = {{ fields = [70.0, 20.0, 10.0], sorted = {sorted}, gain = {gain}{more} }}
"""


def fields(folder: Path, **values: object) -> Path:
    """Write a study of a plain function that states a change of its own: another order of a list."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "of_fields.py").write_text(FUNCTION, encoding="utf-8")
    defaults = {"function": "harvest", "runs": 12, "outcome": "kg", "value": 120.0, "sorted": "false", "gain": 0.0}
    text = PLAIN.format(**{**defaults, "more": "", **values})
    (folder / "experiment.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_plain_function_is_tried_under_other_seeds_and_under_changes_that_its_study_states(tmp_path: Path) -> None:
    wrong = verdicts(tried(fields(tmp_path / "wrong")))
    assert wrong == {("much", ""): "holds", ("much", "seeds"): "robust", ("much", "other_order"): "fragile"}
    right = verdicts(tried(fields(tmp_path / "right", sorted="true", value=90.0)))
    assert set(right.values()) == {"holds", "robust"}


def test_a_function_without_luck_is_certain_and_has_no_other_seeds(tmp_path: Path) -> None:
    values = {"function": "certain", "runs": 1, "gain": 0.5, "value": 60.0}
    found = verdicts(tried(fields(tmp_path, **values)))
    assert found == {("much", ""): "holds", ("much", "other_order"): "shifted"}


def test_a_claim_that_is_wrong_from_the_start_is_contradicted_whatever_is_changed(tmp_path: Path) -> None:
    analysis = tried(fields(tmp_path, value=500.0))
    assert set(verdicts(analysis).values()) == {"contradicted"}
    assert "is contradicted before anything is changed" in analysis.findings[0].en


def test_an_open_claim_says_how_many_replications_would_settle_it_and_they_do(tmp_path: Path) -> None:
    analysis = tried(fields(tmp_path / "few", runs=6, value=130.0, sorted="true", gain=30.0))
    (row,) = analysis.tables["claims"].records()
    assert (row["verdict"], row["needed"] > 6) == ("inconclusive", True)
    assert f"about {row['needed']} replications would settle it" in analysis.findings[0].en
    assert f"约需{row['needed']}次重复" in analysis.findings[0].zh
    settled = tried(fields(tmp_path / "many", runs=2 * row["needed"], value=130.0, sorted="true", gain=30.0))
    assert settled.tables["claims"].records()[0]["verdict"] == "holds"


def test_a_figure_that_no_draw_moves_is_told(tmp_path: Path) -> None:
    analysis = tried(fields(tmp_path, outcome="fields", value=2.0))
    assert set(verdicts(analysis).values()) == {"holds", "robust"}
    assert any("Every replication gives the same figure of much" in note.en for note in analysis.notes)


def test_a_replication_whose_run_failed_is_left_out_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = fields(tmp_path, runs=12, more=", fails = 3", sorted="true", value=90.0)
    assert main(["claims", str(home), "--out", str(home / "out"), "--workers", "1", "--json"]) == 1
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert told["tables"]["claims"]["rows"][0]["replications"] == 11
    assert {row["change"]: row["replications"] for row in told["tables"]["changes"]["rows"]}["seeds"] == 11
    assert "a run failed and is excluded: fields, replication 2: " in printed.err
    assert "a run failed and is excluded: fields, replication 2, under other_order: " in printed.err


def test_the_command_prints_verdicts_and_how_to_try_them_again_and_writes_digest_and_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = study(tmp_path / "zoo", Fault.weekday, runs=6)
    command = ["claims", str(home), "--runs", "5", "--set", "first_seed=3", "--changes", "weekday,sample_halved"]
    out = tmp_path / "out"
    assert main([*command, "--out", str(out), "--workers", "1"]) == 1
    printed = capsys.readouterr().out
    assert "fragile" in printed
    (again,) = (line.removeprefix("again: ") for line in printed.splitlines() if line.startswith("again: "))
    assert again == f"ecsim claims {home} --replications 5 --set first_seed=3 --changes weekday"
    told = json.loads((out / "analysis" / "claims.json").read_text("utf-8"))
    assert [row["change"] for row in told["tables"]["changes"]["rows"]] == ["weekday", "sample_halved"] * 2
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert told["settings"]["digest"] == manifest["claims"] == claims_digest(load_plan(home).experiment.claims)
    for page, words in (("report.html", "A price that is a fifth higher"), ("report.zh.html", "价格提高五分之一")):
        assert words in (out / page).read_text("utf-8")
    one = ["claims", str(home), "--runs", "5", "--set", "first_seed=3", "--changes", "weekday", "--json"]
    assert main([*one, "--out", str(tmp_path / "again"), "--workers", "1"]) == 1
    (row, *_) = json.loads(capsys.readouterr().out)["tables"]["changes"]["rows"]
    (same, *_) = told["tables"]["changes"]["rows"]
    assert {key: row[key] for key in ("before", "after", "difference")} == {
        key: same[key] for key in ("before", "after", "difference")
    }


def test_a_change_that_makes_no_sense_for_the_study_is_left_out_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = study(tmp_path, runs=2)
    whole = ["claims", str(home), "--out", str(home / "out"), "--workers", "1", "--set", "scenario.sample=1.0"]
    assert main(whole) == 0
    told = capsys.readouterr()
    assert "sample_doubled is not tried: sample is 1, and 2 times that is above 1" in told.err
    assert "Not tried, since it makes no sense for this study: sample_doubled." in told.out
    assert main([*whole, "--changes", "sample_doubled"]) == 2
    assert "--changes sample_doubled: makes no sense here" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "more", "words"),
    [
        (["--changes", "sedes"], "", "--changes sedes: no such change; did you mean 'seeds'?"),
        (["--changes", "x"], "", "--changes x: no such change; there are seeds, order_of_growers"),
        (["--runs", "1"], "", "replications is 1; two or more tell a change from luck"),
        (["--set", "claims=[]"], "", "no [[claims]]; state a conclusion"),
        (["--runs", "90000"], "", "14 runs a replication x 90,000 replications: of 1,000,000 runs at most"),
        (
            [], '[space]\n"zoo.level_fen" = {}\n[design]\nkind = "grid"\npoints = 2',
            "arm dearer changes zoo.level_fen, which the space moves",
        ),
        (
            ["--set", "arms=[{name = 'plain'}, {name = 'dearer'}]"],
            '[space]\n"zoo.level_fen" = {}\n[design]\nkind = "grid"\npoints = 2',
            "claims are on arms without a design",
        ),
        (
            [], '[invariances.weekday]\ntitle = { en = "x", zh = "某" }\nchanges = { sample = 0.5 }',
            "invariances.weekday is one that there is already; give it another name",
        ),
        (
            [], '[invariances.larger]\ntitle = { en = "x", zh = "某" }\nchanges = { sampel = 0.5 }',
            "invariances.larger: unknown key sampel; did you mean 'sample'?",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_refused_with_what_to_do(
    options: list[str], more: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = study(tmp_path, runs=2, more=more)
    assert main(["claims", str(home), "--out", str(home / "out"), "--workers", "1", *options]) == 2
    assert words in capsys.readouterr().err


def test_an_outcome_that_a_function_does_not_give_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match=r"claims\.much\.outcome: no outcome 'feilds'; did you mean 'fields'"):
        tried(fields(tmp_path, outcome="feilds"))


def test_the_shipped_study_of_an_epidemic_has_claims_that_stand(tmp_path: Path) -> None:
    plan = load_plan("example-epidemic", 6)
    analysis = try_claims(plan, tmp_path, InProcess(), changes=["seeds", "recover_before_meet"])[0]
    assert {row["verdict"] for row in analysis.tables["claims"].records()} == {"holds"}
    assert {row["verdict"] for row in analysis.tables["changes"].records()} == {"robust"}
