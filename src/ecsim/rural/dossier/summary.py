"""What an evaluation file says before its parts: what is evaluated, and the answer in sentences."""

from __future__ import annotations

from ecsim.kernel.breaches import BreachReport
from ecsim.kernel.recorded import Text
from ecsim.rural.dossier.facts import CountyFacts
from ecsim.rural.dossier.money import ProjectMoney, money_in_short
from ecsim.rural.dossier.oversight import evaluated_in_short, found_in_short, own_breaches
from ecsim.rural.dossier.people import complaints_in_short
from ecsim.rural.dossier.wording import phrase


def title(facts: CountyFacts) -> Text:
    """Return the title of the file."""
    return phrase(
        "title.whole", county=facts.words.called("counties", facts.county),
        prefecture=facts.words.called("prefectures", facts.prefecture),
    )  # fmt: skip


def summary(facts: CountyFacts, report: BreachReport) -> tuple[Text, ...]:
    """Return the last evaluation, money, findings, breaches and complaints, a sentence each."""
    broken = len(own_breaches(facts, report))
    return (
        evaluated_in_short(facts), money_in_short(ProjectMoney(facts)), found_in_short(facts),
        phrase("summary.breaches", breaches=f"{broken:,}"), complaints_in_short(facts),
    )  # fmt: skip


def subject(facts: CountyFacts) -> tuple[Text, ...]:
    """Return what is evaluated: programme, policy, run, and that it is simulated."""
    scenario, reader = facts.scenario, facts.run.reader
    programme, policy = scenario.programme, scenario.policy
    return (
        phrase("subject.programme", programme=Text(programme.title_en, programme.title_zh)),
        phrase("subject.policy", policy=Text(policy.title_en, policy.title_zh)),
        phrase(
            "subject.run", start=scenario.start, end=facts.date(facts.last_day), sample=f"{scenario.sample:g}",
            seed=reader.genesis["seed"], root=reader.published.root if reader.published else "–",
        ),
        phrase("subject.simulated"),
    )  # fmt: skip
