"""Commerce beside households' own shops: cooperatives, enterprises, county retail, jobs, recognised examples."""

from ecsim.rural.commerce.enterprises import (
    close_enterprises,
    found_enterprises,
    goods_growth,
    settle_dealers,
    trade_enterprises,
)
from ecsim.rural.commerce.jobs import job_queue, update_employment
from ecsim.rural.commerce.recognition import recognise_examples
from ecsim.rural.commerce.retail import sell_retail
from ecsim.rural.commerce.terms import CommerceTerms

__all__ = [
    "CommerceTerms", "close_enterprises", "found_enterprises", "goods_growth", "job_queue", "recognise_examples",
    "sell_retail", "settle_dealers", "trade_enterprises", "update_employment",
]  # fmt: skip
