"""The life of one household, station, village, project or parcel batch, told from its events."""

from ecsim.rural.story.story import follow

__all__ = ["follow"]
