"""Sharing the cost of joint delivery, so that nobody pays more than alone (docs/how-to/siting-and-routing.md)."""

from ecsim.logistics.sharing import MOST_PARTNERS, SharedCost, in_proportion, share_cost

__all__ = ["MOST_PARTNERS", "SharedCost", "in_proportion", "share_cost"]
