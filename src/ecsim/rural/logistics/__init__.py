"""Logistics: joint pools, how often operators come, rounds of vans, a week of parcels, costs and tariffs.

The day of a round is a recursion (`compiled_day`), held against its twin in SimPy (`day`); docs/model.md 4.9.
"""

from ecsim.rural.logistics.costs import TariffTerms
from ecsim.rural.logistics.delivery import Delivery
from ecsim.rural.logistics.operating_days import OPERATING_DAYS
from ecsim.rural.logistics.operator_reviews import review_operators
from ecsim.rural.logistics.pools import PoolOffer
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.logistics.trade import ShopGoods

__all__ = ["OPERATING_DAYS", "Delivery", "LogisticsTerms", "PoolOffer", "ShopGoods", "TariffTerms", "review_operators"]
