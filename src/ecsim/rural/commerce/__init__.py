"""Commerce beside households' own shops: cooperatives, enterprises, county retail, jobs, recognised examples."""

from ecsim.rural.commerce.enterprises import (
    close_enterprises,
    found_enterprises,
    settle_dealers,
    trade_enterprises,
)
from ecsim.rural.commerce.jobs import update_employment
from ecsim.rural.commerce.labour import LabourForce, labour_force
from ecsim.rural.commerce.recognition import recognise_examples
from ecsim.rural.commerce.retail import goods_growth, sell_retail
from ecsim.rural.commerce.terms import CommerceTerms

__all__ = [
    "CommerceTerms", "LabourForce", "close_enterprises", "found_enterprises", "goods_growth", "labour_force",
    "recognise_examples", "sell_retail", "settle_dealers", "trade_enterprises", "update_employment",
]  # fmt: skip
