"""Which lots of growers online orders were filled from: stocks read off the journal, first in, first out (4.6)."""

from ecsim.rural.lots.flow import GoodsFlow, Order
from ecsim.rural.lots.origins import origins_of
from ecsim.rural.lots.stock import Lots, Stock

__all__ = ["GoodsFlow", "Lots", "Order", "Stock", "origins_of"]
