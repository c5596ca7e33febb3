"""Evaluations, findings, breaches and the calendar of an evaluation file."""

from __future__ import annotations

from collections import defaultdict

from ecsim.kernel.breaches import Breach, BreachReport
from ecsim.kernel.dossier import Entry, FactSection, FactTable, ReportedFigure
from ecsim.kernel.recorded import Text, select_rows
from ecsim.rural.dossier.facts import CountyFacts
from ecsim.rural.dossier.wording import MILLIONTHS, each, phrase, same, table, yuan
from ecsim.rural.events import (
    AwardedKept,
    AwardOverLimit,
    ChangeOverLimit,
    ClosingBreachFound,
    CountyEvaluated,
    DiversionFound,
    FalseReportFound,
    IdleMoneyFound,
    PaymentBarred,
    PaymentOverLimit,
    PlanCleared,
    PlanDelayed,
    PlanFiled,
    PlanReturned,
    ProjectRefused,
    Record,
    ReportFiled,
    ReportKind,
    TargetsReported,
    TrancheWithheld,
    Verdict,
)
from ecsim.rural.texts import text

FLAGS = {
    "flagged": "breaches.flagged",
    "under another rule": "breaches.under_another",
    "not flagged": "breaches.not_flagged",
}
STEPS = {
    "approval": "breach_steps.approval",
    "change": "breach_steps.change",
    "award": "breach_steps.award",
    "payment": "breach_steps.payment",
    "closing": "breach_steps.closing",
}


def evaluation(facts: CountyFacts) -> FactSection:
    """Return every evaluation of the county: points, deductions, targets met, verdict."""
    rules = facts.scenario.programme.evaluation
    notes = (
        (phrase("evaluation.note", passed=f"{rules.pass_mark.value:g}", good=f"{rules.good_mark.value:g}"),)
        if rules
        else ()
    )
    rows = [
        (
            facts.date(int(of["day"])), facts.words.word(ReportKind, int(of["report"])),
            same(f"{of['score'] / MILLIONTHS:.1f}"), same(f"{of['deducted'] / MILLIONTHS:.1f}"), same(int(of["met"])),
            facts.words.word(Verdict, int(of["verdict"])),
        )
        for of in each(facts.rows(CountyEvaluated))
    ]  # fmt: skip
    columns = ("date", "report", "score#", "deducted#", "met#", "verdict")
    listed = table("evaluation.table", columns, rows, "evaluation.none")
    return FactSection("evaluation", phrase("evaluation.title"), notes, (listed,))


def evaluated_in_short(facts: CountyFacts) -> Text:
    """Return the last evaluation in a sentence."""
    rows = list(each(facts.rows(CountyEvaluated)))
    if not rows:
        return phrase("summary.not_evaluated")
    of = rows[-1]
    return phrase(
        "summary.evaluated", report=facts.words.word(ReportKind, of["report"]), date=facts.date(of["day"]),
        score=f"{of['score'] / MILLIONTHS:.1f}", verdict=facts.words.word(Verdict, of["verdict"]), met=of["met"],
    )  # fmt: skip


def reported(facts: CountyFacts) -> dict[str, ReportedFigure]:
    """Return what the county reported last of each figure of the target table, by the name of the target."""
    false = defaultdict[int, int](int)
    for of in each(facts.rows(FalseReportFound)):
        false[of["record"]] += 1
    return {
        Record(of["record"]).name.lower(): ReportedFigure(
            facts.words.date(of["day"]), facts.words.word(ReportKind, of["report"]), of["reported"] / MILLIONTHS,
            of["verified"] / MILLIONTHS, false[of["record"]],
        )
        for of in each(facts.rows(TargetsReported))
    }  # fmt: skip


def findings(facts: CountyFacts) -> FactSection:
    """Return what supervision, audits and evaluations found, and what became of the plan."""
    kinds = (
        FalseReportFound, IdleMoneyFound, DiversionFound, TrancheWithheld, AwardOverLimit, PaymentOverLimit,
        ClosingBreachFound, PaymentBarred,
    )  # fmt: skip
    found = facts.told(*(facts.rows(kind) for kind in kinds))
    filed = (facts.of_prefecture(kind) for kind in (PlanDelayed, PlanFiled, PlanReturned, PlanCleared, ChangeOverLimit))
    plan = facts.told(*filed, facts.rows(AwardedKept))
    columns = ("date", "event#", "what")
    tables = (
        table("findings.table", columns, found, "findings.none"),
        table("findings.plan", columns, plan, "findings.no_plan"),
    )
    return FactSection("findings", phrase("findings.title"), (phrase("findings.note"),), tables)


def found_in_short(facts: CountyFacts) -> Text:
    """Return in a sentence how much was found."""
    counts = {
        name: f"{len(facts.rows(kind)['seq']):,}"
        for name, kind in (("false", FalseReportFound), ("idle", IdleMoneyFound), ("diverted", DiversionFound))
    }
    return phrase("summary.findings", **counts)


def own_breaches(facts: CountyFacts, report: BreachReport) -> list[Breach]:
    """Return the breaches of the county's projects and accounts, and of those that serve its whole prefecture."""
    projects = set(facts.projects["project"].tolist())
    places = {facts.words.place(county, facts.prefecture) for county in (facts.county, -1)}
    return [
        breach
        for breach in report.breaches
        if breach.project in projects or (breach.project < 0 and breach.place in places)
    ]


def breaches(facts: CountyFacts, report: BreachReport) -> FactSection:
    """Return what broke an article and what was turned down before it could."""
    own = own_breaches(facts, report)
    rows = [
        (
            _article(breach.article, breach.title),
            Entry(_numbered(breach.project, breach.what), phrase(FLAGS[breach.flagged])),
            text(STEPS[breach.step]), Entry(same(breach.date), same(f"{breach.seq:,}")),
            yuan(100 * breach.yuan), yuan(100 * breach.over_yuan), yuan(100 * breach.paid_yuan), breach.cure,
        )
        for breach in own
    ]  # fmt: skip
    seqs = {f"{breach.seq:,}" for breach in own}
    differing = [said for said in report.disagreements if any(seq in said.en for seq in seqs)]
    notes = (phrase("breaches.note"), *(phrase("breaches.differs", said=said) for said in differing))
    columns = ("article", "project", "held_at", "date", "committed#", "over#", "paid#", "cure")
    tables = (table("breaches.table", columns, rows, "breaches.none"), _refused(facts))
    return FactSection("breaches", phrase("breaches.title"), notes, tables)


def _numbered(project: int, what: Text) -> Text:
    return Text(f"{project} {what.en}", f"{project} {what.zh}") if project >= 0 else what


def _article(article: str, title: Text) -> Text:
    return phrase("breaches.article", article=article, title=title)


def _refused(facts: CountyFacts) -> FactTable:
    """Return what was turned down, rule by rule."""
    rules = list(facts.scenario.policy.rule_book.rules.values())
    rows = facts.rows(ProjectRefused)
    rows = select_rows(rows, rows["let_through"] == 0)
    by_rule = defaultdict[int, list[int]](list)
    for of in each(rows):
        by_rule[of["rule"]].append(of["central_fen"])
    told = [
        (_article(rules[rule - 1].article, rules[rule - 1].title), same(f"{len(fen):,}"), yuan(sum(fen)))
        for rule, fen in sorted(by_rule.items())
    ]
    return table("breaches.refused", ("article", "projects#", "amount#"), told, "breaches.none_refused")


def calendar(facts: CountyFacts) -> FactSection:
    """Return every report and check that was due, in time or late."""
    rows = [
        (
            facts.date(of["day"]), facts.words.word(ReportKind, of["report"]), _share(of["reported"]),
            _share(of["verified"]),
            phrase("contracts.late", days=of["late_days"]) if of["late_days"] else phrase("contracts.in_time"),
        )
        for of in each(facts.rows(ReportFiled))
    ]  # fmt: skip
    columns = ("date", "report", "reported#", "verified#", "late")
    listed = table("calendar.table", columns, rows, "calendar.none")
    return FactSection("calendar", phrase("calendar.title"), (phrase("calendar.note"),), (listed,))


def _share(millionths: int) -> Text:
    return Text(f"{100 * millionths / MILLIONTHS:.1f} %", f"{100 * millionths / MILLIONTHS:.1f}%")
