"""Works under way and accepted in the tiny region, for tests of what they bring into service."""

from __future__ import annotations

from typing import Any

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.funds import ContractAwarded, PaymentMade, ProjectApproved, WorksFinished
from ecsim.rural.region import Region
from ecsim.rural.state.ledger import PROVINCE, prefecture_account
from tiny import Events, made, take, tiny_region

WEEK = 40


def contracted(region: Region, kind: ProjectKind, *, quality: int = 1_000_000, **columns: Any) -> None:
    """Let works of a kind be under way that are due by now."""
    number = region.world.state.count("projects")
    values = {
        "county": [0],
        "township": -1,
        "quantity": 1,
        "cooperative": -1,
        "enterprise": -1,
        "central_fen": 100_000,
        "local_fen": 20_000,
        "social_fen": 5_000,
    }
    region.world.publish(made(ProjectApproved, project=[number], project_kind=[kind], **(values | columns)))
    region.world.publish(
        made(ContractAwarded, project=[number], price_factor=[10**6], quality=[quality], due_day=[7 * WEEK])
    )


def accepted(
    kind: ProjectKind, *, numbers: dict[str, Value] | None = None, quality: int = 1_000_000, **columns: Any
) -> tuple[Region, Events]:
    """Return the region after the works of a kind were accepted."""
    region, events = tiny_region(numbers=numbers)
    region.world.publish(
        made(PaymentMade, payer=[PROVINCE], payee=[prefecture_account(0)], project=[-1], paid_fen=[10**9])
    )
    contracted(region, kind, quality=quality, **columns)
    events.clear()
    take(region, "govern", week=WEEK)
    assert events.rows(WorksFinished) == 1
    return region, events
