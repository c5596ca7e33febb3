"""Commerce beside households' own shops: cooperatives, enterprises, county retail, jobs, recognised examples."""

from ecsim.rural.commerce.accounts import settle_dealers
from ecsim.rural.commerce.cooperatives import found_cooperatives
from ecsim.rural.commerce.enterprises import close_enterprises, found_enterprises, trade_enterprises
from ecsim.rural.commerce.jobs import update_employment
from ecsim.rural.commerce.labour import LabourForce, labour_force
from ecsim.rural.commerce.membership import weigh_membership
from ecsim.rural.commerce.merchants import MerchantTerms
from ecsim.rural.commerce.recognition import recognise_examples
from ecsim.rural.commerce.retail import goods_season, sell_retail
from ecsim.rural.commerce.reviews import (
    Dealer,
    Decisions,
    Prospects,
    dealers_to_wake,
    offline_room_g,
    publish_decisions,
    share_surplus,
)
from ecsim.rural.commerce.terms import CommerceTerms

__all__ = [
    "CommerceTerms", "Dealer", "Decisions", "LabourForce", "MerchantTerms", "Prospects", "close_enterprises",
    "dealers_to_wake", "found_cooperatives", "found_enterprises", "goods_season", "labour_force", "offline_room_g",
    "publish_decisions", "recognise_examples", "sell_retail", "settle_dealers", "share_surplus", "trade_enterprises",
    "update_employment", "weigh_membership",
]  # fmt: skip
