"""What a run owes to each instrument of its policy, switched off alone under the same luck."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ecsim.audit import decomposition
from ecsim.audit.decomposition import Decomposition, InstrumentEffect, decompose
from ecsim.cli.main import main
from ecsim.examples.epidemic import MODEL as EPIDEMIC
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.instruments import Instrument, InstrumentBook
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.simulate import simulate as simulate_model
from ecsim.kernel.text import Text
from ecsim.rural.events import EVENTS, Funder, PaymentMade
from ecsim.rural.figures.accumulators import OF_THE_POOR
from ecsim.rural.instruments import BOOK, FLOWS, SOURCES
from ecsim.rural.simulate import simulate
from ecsim.rural.state.ledger import OPERATORS, SUPPLIERS
from ecsim.scenario.load import load
from tiny import tiny_scenario

END = {"end": "2020-03-29"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("decomposition") / "run"
    simulate(tiny_scenario(END, policy="equal_split"), 1, out=folder)
    return folder


@pytest.fixture(scope="module")
def found(run: Path) -> Decomposition:
    return decompose(run, workers=1)


def test_the_fund_of_instruments_is_all_central_money_that_left_the_purses(run: Path, found: Decomposition) -> None:
    payments = JournalReader(run, EVENTS).kind(PaymentMade)
    central = payments["funder"] == Funder.CENTRAL
    spent = central & ((payments["project"] >= 0) | (payments["payee"] == OPERATORS))
    fen = np.where(payments["payer"] == SUPPLIERS, -1, 1) * payments["paid_fen"]  # what comes back was not spent
    assert found.whole.instrument.fund_yuan == pytest.approx(fen[spent].sum() / 100.0)
    assert len(found.single) > 5
    assert sum(effect.instrument.fund_yuan for effect in found.single) == pytest.approx(
        found.whole.instrument.fund_yuan
    )


def test_without_any_contract_sales_and_incomes_are_those_of_no_money(run: Path, found: Decomposition) -> None:
    flows = []
    for policy in ("equal_split", "no_money"):
        watcher = BOOK.begin(tiny_scenario(END, policy=policy))
        simulate(tiny_scenario(END, policy=policy), 1, watchers=[watcher])
        flows.append(watcher.flows())
    for flow in FLOWS:
        assert found.whole.effects[flow] == pytest.approx(flows[0][flow] - flows[1][flow], abs=1.0), flow


def test_sources_of_income_are_known_and_single_effects_with_their_interaction_add_up(
    found: Decomposition,
) -> None:
    named = {name for names in SOURCES.values() for name in names}
    assert named <= set(OF_THE_POOR)
    assert any(effect.effects["poor_farm"] for effect in found.single)
    single = np.sum([[effect.effects[flow] for flow in FLOWS] for effect in found.single], axis=0)
    together = np.array([found.together[flow] for flow in FLOWS])
    assert single + together == pytest.approx([found.whole.effects[flow] for flow in FLOWS])


def test_more_than_two_yuan_a_year_by_yuan_of_fund_is_to_be_explained() -> None:
    def effect(sales: float, income: float, fund: float = 100.0) -> InstrumentEffect:
        instrument = Instrument("x", Text("x", "x"), "contract_awarded", fund)
        return InstrumentEffect(instrument, {"sales": sales, "income": income})

    titles = {name: Text(name, name) for name in ("sales", "income")}
    book = InstrumentBook(BOOK.of, BOOK.begin, titles, ("sales", "income"), 2.0)
    found = Decomposition(book, [], effect(0.0, 0.0))
    assert found.to_explain(effect(201.0, 200.0)) == ["sales"]
    assert found.to_explain(effect(200.0, 300.0)) == ["income"]
    assert found.to_explain(effect(5.0, 5.0, fund=0.0)) == []


def test_the_command_prints_a_row_an_instrument(
    run: Path, found: Decomposition, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decomposition, "decompose", lambda *_, **__: found)
    assert main(["why", str(run), "--instruments", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    names = [row["instrument"] for row in content["instruments"]]
    assert names[-1] == "all"
    assert {"stations", "training", "service_centre"} <= set(names)
    assert main(["why", str(run), "--instruments"]) == 0
    printed = capsys.readouterr().out
    assert "村级服务站" in printed
    assert "交互" in printed
    assert "more than 2 a year" in printed


def test_what_windows_of_events_are_for_is_refused(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", str(run), "--instruments", "--from", "2019-01-01"]) == 2
    assert "switched off for good" in capsys.readouterr().err


def test_a_run_without_money_and_a_model_without_instruments_are_refused(tmp_path: Path) -> None:
    simulate(tiny_scenario({"end": "2018-02-25"}, policy="no_money"), 1, out=tmp_path / "poor")
    with pytest.raises(EcsimError, match="name a run with money"):
        decompose(tmp_path / "poor")
    simulate_model(EPIDEMIC, load("epidemic"), 1, out=tmp_path / "ill")
    with pytest.raises(EcsimError, match="names no instruments"):
        decompose(tmp_path / "ill")
