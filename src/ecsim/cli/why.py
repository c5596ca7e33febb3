"""The command that weighs events and decisions by running again without them."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import OK, Command, add_run, add_trust, date_of, place, progress_bar
from ecsim.kernel.errors import EcsimError, counted

if TYPE_CHECKING:
    from ecsim.audit.decomposition import Decomposition, InstrumentEffect
    from ecsim.audit.why import Counterfactual


def add(command: Command) -> None:
    """Declare the command."""
    why = command(
        "why", "Counterfactual: rerun without selected events, with the same random draws.",
        "ecsim why results/first --without station_opened:county=会泽县",
    )  # fmt: skip
    add_run(why)
    what = why.add_mutually_exclusive_group(required=True)
    what.add_argument("--without", metavar="SELECTOR", help="kind:column=value,… or seq:N")
    what.add_argument(
        "--top", type=int, metavar="N", help="measure the effect of the N largest contracts and rank them"
    )
    what.add_argument(
        "--instruments", action="store_true",
        help="switch off each instrument of the policy alone: yuan of yearly sales and incomes per yuan of fund",
    )  # fmt: skip
    why.add_argument("--from", dest="first", metavar="DATE", help="only events from this date on")
    why.add_argument("--to", dest="last", metavar="DATE", help="only events up to this date")
    why.add_argument("--by", help="outcome that --top ranks by (default: the model's first headline)")
    why.add_argument("--out", type=place, help="store the counterfactual run in this folder")
    add_trust(why)
    why.add_argument("--json", action="store_true", help="print JSON")
    why.set_defaults(run=weigh)


def weigh(given: Namespace) -> int:
    """Print what a run would have been without selected events, or what its largest decisions weigh."""
    from ecsim.audit.why import counterfactual

    if given.top is not None:
        return _weigh_largest(given)
    if given.instruments:
        return _weigh_instruments(given)
    window = [date_of(text, flag) if text else None for text, flag in ((given.first, "--from"), (given.last, "--to"))]
    other = counterfactual(
        Path(given.folder), given.without, first=window[0], last=window[1],
        out=Path(given.out) if given.out else None, trust=given.trust,
    )  # fmt: skip
    if given.json:
        print(json.dumps(_counterfactual(other), ensure_ascii=False))
    else:
        _print_counterfactual(other, Path(given.folder))
    return OK


def _counterfactual(other: Counterfactual) -> dict[str, Any]:
    return {
        "without": other.text, "events": other.taken_out, "again_from_day": other.day, "on": other.date.isoformat(),
        "root": other.root, "figures": other.changes(),
    }  # fmt: skip


def _print_counterfactual(other: Counterfactual, folder: Path) -> None:
    from rich.table import Table

    from ecsim.cli.console import wide

    table = Table(
        title=f"{folder} without {other.text} ({counted(other.taken_out, 'event')}), rerun from day {other.day}, "
        f"same random draws"
    )
    for name in ("figure", "unit"):
        table.add_column(name)
    for name in ("actual", "without", "effect"):
        table.add_column(name, justify="right")
    table.add_column("most in")
    for row in other.changes():
        where = ", ".join(f"{other.places[place].name.zh} {gap:+,.3g}" for place, gap in row["counties"].items())
        if where or abs(row["weight"]) > 0.0:
            values = (f"{row[key]:,.3f}" for key in ("with", "without"))
            table.add_row(row["title"], row["unit"], *values, f"{row['weight']:+,.3f}", where)
    if not table.row_count:
        print(f"{folder} without {other.text}: every figure of {other.date} is the same")
        return
    wide().print(table)
    print("Figures that do not change are omitted.")


def _weigh_largest(given: Namespace) -> int:
    from ecsim.audit.why import headline_of, largest_decisions, ranked
    from ecsim.cli.console import print_rows
    from ecsim.kernel.runs import open_run

    folder = Path(given.folder)
    if given.top < 1:
        raise EcsimError(f"--top {given.top}: at least one decision is needed")
    stored = open_run(folder, trust=given.trust)
    measures, scenario = stored.model.measures, stored.scenario
    by, headlines = headline_of(given.by, measures, scenario), [*measures.headlines(scenario)]
    with progress_bar("decisions") as progress:
        decisions = ranked(largest_decisions(folder, given.top, progress=progress, trust=given.trust), by)
    rows = [
        {"without": weighed.decision.text, **weighed.decision.details}
        | {name: f"{value:+,.4g}" for name, value in weighed.weights(headlines).items()}
        for weighed in decisions
    ]
    if given.json:
        print(json.dumps(rows, ensure_ascii=False))
        return OK
    print_rows(f"What the {len(rows)} largest decisions weigh, by {by}", rows)
    print(f"Effects: actual minus counterfactual; {', '.join(headlines)} as in `ecsim why --without`.")
    return OK


def _weigh_instruments(given: Namespace) -> int:
    from ecsim.audit.decomposition import decompose

    if given.first or given.last or given.out or given.by:
        raise EcsimError("--instruments takes no --from, --to, --by or --out: instruments are switched off for good")
    with progress_bar("runs") as progress:
        found = decompose(Path(given.folder), progress=progress, trust=given.trust)
    if given.json:
        print(json.dumps(found.content(), ensure_ascii=False))
    else:
        _print_instruments(found, given.folder)
    return OK


def _print_instruments(found: Decomposition, folder: str) -> None:
    from rich.table import Table

    from ecsim.cli.console import wide, words

    said, flows = words("instruments"), found.book.flows
    table = Table(title=said["title"].format(run=folder))
    table.add_column(said["instrument"])
    heads = [said["fund"], *(part for flow in flows for part in _heads(found, flow))]
    for head in heads:
        table.add_column(head, justify="right")
    table.add_column("")
    for effect in found.single:
        table.add_row(*_effect_cells(found, effect))
    table.add_section()
    table.add_row(*_effect_cells(found, found.whole))
    table.add_row(said["together"], "", *(c for flow in flows for c in _cells(found, flow, found.together[flow], "")))
    wide(170).print(table)
    print(said["rule"].format(most=found.book.most))


def _heads(found: Decomposition, flow: str) -> list[str]:
    from ecsim.cli.console import words

    title = found.book.flows[flow].en
    return [title, words("instruments")["per_yuan"]] if flow in found.book.judged else [title]


def _effect_cells(found: Decomposition, effect: InstrumentEffect) -> list[str]:
    from ecsim.cli.console import words

    instrument, flows = effect.instrument, found.book.flows
    cells = [f"{instrument.title.en} {instrument.title.zh}", f"{instrument.fund_yuan / 1e6:,.2f}"]
    for flow in flows:
        cells += _cells(found, flow, effect.effects[flow], f"{effect.per_yuan(flow):+.2f}".replace("+nan", "–"))
    return [*cells, words("instruments")["explain"] if found.to_explain(effect) else ""]


def _cells(found: Decomposition, flow: str, yuan: float, ratio: str) -> list[str]:
    """Return the cells of a flow: million yuan a year and, of one that is judged, yuan by yuan of fund."""
    cells = [f"{yuan / 1e6:+,.2f}", ratio] if flow in found.book.judged else [f"{yuan / 1e6:+,.2f}"]
    return [cell.replace("-", "−") for cell in cells]
