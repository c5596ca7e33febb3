"""Kinds that only journals of earlier versions hold; no rule publishes them any more."""

from ecsim.kernel.columns import Counts, Fen, Grams
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.ids import CooperativeIds, ProjectIds


class CooperativesTraded(Event):
    """A week of the cooperatives that bought or sold; `OrdersFilled` and `DealersTraded` tell it today."""

    kind = "cooperatives_traded"
    title = Text("cooperative traded", "合作社购销")
    topic = "market"
    amounts = (
        "online_fen",
        "bulk_fen",
    )
    cooperative: CooperativeIds
    bought_g: Grams
    paid_members_fen: Fen
    online_g: Grams  # raw equivalent sold online
    online_fen: Fen  # consumers' payments
    bulk_fen: Fen  # wholesale and processors
    costs_fen: Fen  # packing, carriage, platform, wages


class WorksSlipped(Event):
    """Works will be finished later than was planned; since offices have desks their work takes as long as it takes."""

    kind = "works_slipped"
    title = Text("works slipped", "工程延期")
    topic = "works"
    subject = ("project",)
    project: ProjectIds
    due_day: Counts
