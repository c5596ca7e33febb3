"""Claims in an experiment's file: what they may say, what is refused and how, and the digest that they are known by."""

import json
from pathlib import Path

import pytest
from made_up_experiment import experiment
from pydantic import ValidationError

from ecsim.cli.main import main
from ecsim.experiments.claims import Claim, claims_digest
from ecsim.experiments.compare import load_plan
from ecsim.experiments.schema import Experiment
from ecsim.kernel.errors import EcsimError

CLAIM = {"name": "gain", "statement": {"en": "It gains"}, "outcome": "y", "arm": "low", "relation": ">"}
DIFFERENCE = {key: value for key, value in CLAIM.items() if key != "arm"} | {"compare": ["high"], "with": ["low"]}
EXPERIMENT = {
    "name": "x", "title_en": "X", "title_zh": "某", "question": "?", "function": "a:b", "reference": "low",
    "arms": [{"name": "low"}, {"name": "high"}],
}  # fmt: skip
CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ({**CLAIM, "arm": "lwo"}, r"claims.gain.arm names 'lwo'; did you mean 'low'\?"),
        ({**DIFFERENCE, "compare": ["hihg"]}, r"claims.gain.compare names 'hihg'; did you mean 'high'\?"),
        ({**DIFFERENCE, "with": ["zzz"]}, r"claims.gain.with names 'zzz'; arms are low, high"),
        ({**DIFFERENCE, "compare": ["low"]}, "low stands in compare and in with"),
        ({**DIFFERENCE, "with": ["low", "low"]}, "name each arm once"),
        ({**DIFFERENCE, "arm": "low"}, "give arm, for a figure of one, or compare and with"),
        ({**CLAIM, "compare": ["high"]}, "give arm, for a figure of one, or compare and with"),
        ({key: value for key, value in CLAIM.items() if key != "arm"}, "give arm, for a figure of one, or compare"),
        ({**CLAIM, "relation": "=="}, "'>', '>=', '<', '<=' or '='"),
        ({**CLAIM, "relation": "="}, "say how far from the value still counts as equal"),
        ({**CLAIM, "tolerance": -1.0}, "greater than or equal to 0"),
        ({**CLAIM, "value": float("nan")}, "finite number"),
        ({**CLAIM, "statement": {"zh": "增"}}, "Field required"),
        ({**CLAIM, "statment": "x"}, "Extra inputs"),
    ],
)
def test_a_wrong_claim_is_refused_with_what_is_wrong(claim: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Experiment.model_validate({**EXPERIMENT, "claims": [claim]})


def test_claims_have_names_of_their_own_and_a_sign_unless_they_name_a_value() -> None:
    with pytest.raises(ValidationError, match="claims has 'gain' twice; each needs a name of its own"):
        Experiment.model_validate({**EXPERIMENT, "claims": [CLAIM, DIFFERENCE]})
    claim = Experiment.model_validate({**EXPERIMENT, "claims": [DIFFERENCE]}).claims[0]
    assert (claim.value, claim.tolerance, claim.arms) == (0.0, 0.0, ("high", "low"))


def test_the_digest_is_of_all_that_claims_say_and_of_nothing_else() -> None:
    claims = [Claim.model_validate(CLAIM)]
    known = claims_digest(claims)
    assert known == claims_digest([Claim.model_validate({**CLAIM, "value": 0})])
    for key, value in {"value": 1.0, "relation": "<", "arm": "high", "tolerance": 0.1, "outcome": "z"}.items():
        assert claims_digest([Claim.model_validate({**CLAIM, key: value})]) != known
    assert claims_digest([Claim.model_validate({**CLAIM, "statement": {"en": "It gains a lot"}})]) != known
    assert len(known) == 64


def test_an_experiment_is_written_down_as_it_is_read() -> None:
    read = Experiment.model_validate({**EXPERIMENT, "claims": [DIFFERENCE]}).model_dump(mode="json")
    assert read["claims"][0]["with"] == ["low"]
    assert (
        Experiment.model_validate(read).claims
        == Experiment.model_validate({**EXPERIMENT, "claims": [DIFFERENCE]}).claims
    )


CLAIMED = """
[[claims]]
name = "stations"
statement = { en = "There are stations" }
outcome = "%s"
arm = "high"
relation = ">"
"""


def simulated(folder: Path, outcome: str) -> Path:
    """Write a study of the epidemic with a claim on an outcome."""
    home = experiment(folder, replications=2, more=CLAIMED % outcome)
    text = (home / "experiment.toml").read_text(encoding="utf-8").replace("a = 1.0", '"epidemic.contacts" = 4.0')
    text = text.replace("a = 1.5", '"epidemic.contacts" = 5.0')
    text = text.replace('function = "made_up:line"', f'scenario = "{CONFIGS / "examples" / "epidemic.toml"}"')
    (home / "experiment.toml").write_text(text, encoding="utf-8")
    return home


def test_an_outcome_that_the_model_does_not_have_is_refused_before_any_run(tmp_path: Path) -> None:
    assert load_plan(simulated(tmp_path / "right", "infected")).experiment.claims
    with pytest.raises(EcsimError, match=r"claims names 'infcted'; did you mean 'infected'\?"):
        load_plan(simulated(tmp_path / "wrong", "infcted"))


def test_check_counts_claims_and_reads_the_changes_that_a_study_states(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = simulated(tmp_path, "infected")
    assert main(["check", str(home)]) == 0
    assert "4 runs, 1 claim\n" in capsys.readouterr().out
    stated = '[invariances.larger]\ntitle = { en = "x", zh = "某" }\nchanges = { "epidemic.poeple" = 300 }\n'
    text = (home / "experiment.toml").read_text(encoding="utf-8")
    (home / "experiment.toml").write_text(text.replace("[[arms]]", stated + "[[arms]]", 1), encoding="utf-8")
    assert main(["check", str(home)]) == 2
    assert "invariances.larger" in capsys.readouterr().err


def test_the_schema_names_claims_and_changes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "experiment"]) == 0
    printed = capsys.readouterr().out
    assert {"claims", "invariances"} <= set(json.loads(printed)["properties"])
