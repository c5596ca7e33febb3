"""The life of one household, station, village, project or parcel batch, told from its events."""

from ecsim.rural.biography.biography import follow

__all__ = ["follow"]
