"""Commerce beside households' own shops: cooperatives, enterprises, county retail, jobs, recognised examples."""

from ecsim.rural.commerce.cooperatives import cooperative_offer_fen, trade_cooperatives
from ecsim.rural.commerce.enterprises import enter_and_exit, stream_growth, trade_enterprises
from ecsim.rural.commerce.jobs import update_employment
from ecsim.rural.commerce.recognition import recognise_examples
from ecsim.rural.commerce.retail import sell_retail
from ecsim.rural.commerce.terms import CommerceTerms

__all__ = [
    "CommerceTerms", "cooperative_offer_fen", "enter_and_exit", "recognise_examples", "sell_retail", "stream_growth",
    "trade_cooperatives", "trade_enterprises", "update_employment",
]  # fmt: skip
