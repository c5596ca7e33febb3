"""The command that lists what of a run's money broke a rule."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ecsim.cli.command import OK, WRONG_RESULT, Command, add_run, add_trust
from ecsim.kernel.errors import counted

if TYPE_CHECKING:
    from ecsim.kernel.breaches import Breach, BreachReport

_MOST = 20
"""Breaches of a rule that are printed; `--json` has them all."""
_DONE = {
    "approval": ("commitment", "committed"),
    "change": ("withdrawal", "taken out of a plan"),
    "award": ("contract", "contracted"),
    "payment": ("payment", "paid"),
    "closing": ("book", "paid in all until accounts were closed"),
}
"""What a breach is of, and what was done with its money, by step."""


def add(command: Command) -> None:
    """Declare the command."""
    breaches = command(
        "breaches", "List the commitments and payments of a run that broke an article of its rules.",
        "ecsim breaches results/first",
    )  # fmt: skip
    add_run(breaches)
    breaches.add_argument("--json", action="store_true", help="print one JSON object with every breach and payment")
    add_trust(breaches)
    breaches.set_defaults(run=list_breaches)


def list_breaches(given: Namespace) -> int:
    """Print every commitment that broke a rule, recounted from events, with what was paid for it.

    Returns
    -------
    int
        0: nothing broke a rule, and the run says so too; 1: something did, or the run says otherwise.
    """
    from ecsim.kernel.errors import EcsimError
    from ecsim.kernel.recorded import open_run

    run = open_run(Path(given.folder), trust=given.trust)
    view = run.model.view("breaches")
    if view is None:
        raise EcsimError(f"{given.folder}: a run of the model {run.model.name}, which has no rules on money to break")
    report = view(run)
    if given.json:
        print(json.dumps(report.data(), ensure_ascii=False))
    else:
        _print(given.folder, report)
    return WRONG_RESULT if report.breaches or report.disagreements else OK


def _print(folder: str, report: BreachReport) -> None:
    print(
        f"{folder}: {counted(report.commitments, 'commitment')} and {counted(report.payments, 'payment')} of central "
        "money, contracts, changes of plans and the closing of accounts held against the rules of the run, by its "
        f"events (on a breach its rule book says: {report.on_breach})"
    )
    if not report.breaches:
        print("No article was broken.")
    for rule in dict.fromkeys(breach.rule for breach in report.breaches):
        _print_rule([breach for breach in report.breaches if breach.rule == rule])
    for said in report.disagreements[:_MOST]:
        print(f"differs: {said.en}")
    if len(report.disagreements) > _MOST:
        print(f"and {counted(len(report.disagreements) - _MOST, 'more difference')}; --json has them all")


def _in_all(breaches: list[Breach]) -> str:
    """Return how much broke a rule: what was committed at each step, and what was paid, each payment once."""
    told = []
    for step, (one, done) in _DONE.items():
        of_step = [breach for breach in breaches if breach.step == step]
        if of_step and step != "payment":
            told.append(f"{counted(len(of_step), one)}, {sum(breach.yuan for breach in of_step):,.2f} yuan {done}")
    paid = {payment.seq: payment.yuan for breach in breaches for payment in breach.payments}
    return "; ".join([*told, f"{counted(len(paid), 'payment')}, {sum(paid.values()):,.2f} yuan paid"])


def _print_rule(breaches: list[Breach]) -> None:
    """Print what broke one rule: how much in all, then one by one with the payments."""
    print(f"\narticle {breaches[0].article}, {breaches[0].rule}: {breaches[0].title.en}")
    print(f"  {_in_all(breaches)}")
    for breach in breaches[:_MOST]:
        project = f"project {breach.project}, " if breach.project >= 0 else ""
        print(f"  {project}{breach.what.en}, {breach.place.zh} {breach.place.en} ({breach.flagged})")
        print(
            f"    {breach.date} {breach.yuan:,.2f} yuan {_DONE[breach.step][1]} (event {breach.seq:,}), "
            f"{breach.over_yuan:,.2f} too much; cure: {breach.cure.en}"
        )
        for payment in breach.payments if breach.step != "payment" else ():
            way = f"paid to {payment.payee.en}" if payment.yuan >= 0 else f"given back by {payment.payer.en}"
            print(f"    {payment.date} {abs(payment.yuan):,.2f} yuan {way} (event {payment.seq:,})")
    if len(breaches) > _MOST:
        print(f"  and {len(breaches) - _MOST:,} more; --json has them all")
