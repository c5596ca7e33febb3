"""The evaluation file of a county, put together."""

from __future__ import annotations

from typing import Any

from ecsim.kernel.dossier import Dossier
from ecsim.kernel.recorded import StoredRun, Text
from ecsim.rural.biography.words import RunWords
from ecsim.rural.breaches import breaches_of
from ecsim.rural.dossier import oversight, people, procurement
from ecsim.rural.dossier.facts import CountyFacts, say
from ecsim.rural.dossier.money import ProjectMoney, money, money_in_short
from ecsim.rural.regions import county_row, load_pack


def dossier_of(run: StoredRun[Any, Any], county: str) -> Dossier:
    """Return the evaluation file of a county.

    Parameters
    ----------
    run : with all its events
    county : by a name that it has

    Raises
    ------
    EcsimError
        If there is no such county, or the run kept less than all its events.
    """
    pack = load_pack(run.scenario.region)
    row = county_row(pack, county)
    facts = CountyFacts(run, RunWords.of(run.reader.folder), row, pack.counties[row].prefecture)
    report, sums = breaches_of(run), ProjectMoney(facts)
    name = Text(pack.counties[row].name_en, pack.counties[row].name_zh)
    prefecture = facts.words.called("prefectures", facts.prefecture)
    return Dossier(
        title=say("title.whole", county=name, prefecture=prefecture), place=name,
        summary=(
            oversight.evaluated_in_short(facts), money_in_short(sums), oversight.found_in_short(facts),
            say("summary.breaches", breaches=f"{len(oversight.own_breaches(facts, report)):,}"),
            people.complaints_in_short(facts),
        ),
        subject=_subject(facts), reported=oversight.reported(facts),
        sections=(
            oversight.evaluation(facts), money(facts, sums), procurement.contracts(facts), oversight.findings(facts),
            oversight.breaches(facts, report), people.complaints(facts), oversight.calendar(facts),
        ),
        sentences=facts.words.sentences,
    )  # fmt: skip


def _subject(facts: CountyFacts) -> tuple[Text, ...]:
    """Return what is evaluated: programme, policy, run, and that it is simulated."""
    scenario, reader = facts.scenario, facts.run.reader
    programme, policy = scenario.programme, scenario.policy
    return (
        say("subject.programme", programme=Text(programme.title_en, programme.title_zh)),
        say("subject.policy", policy=Text(policy.title_en, policy.title_zh)),
        say(
            "subject.run", start=scenario.start, end=facts.date(facts.last_day), sample=f"{scenario.sample:g}",
            seed=reader.genesis["seed"], root=reader.published.root if reader.published else "–",
        ),
        say("subject.simulated"),
    )  # fmt: skip
