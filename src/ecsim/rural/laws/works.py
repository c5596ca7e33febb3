"""When each project was finished, for laws on what holds works up."""

from __future__ import annotations

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events import ProjectApproved, WorksFinished


class FinishedWorks:
    """The day on which each approved project was finished, by what it is, so that runs can be laid side by side."""

    listens: tuple[type[Event], ...] = (ProjectApproved, WorksFinished)

    def __init__(self, weeks: int) -> None:
        self._weeks, self._name, self._day = weeks, dict[int, str](), dict[int, int]()

    def see(self, event: Event, stamp: Stamp) -> None:
        """Note the rows of an event."""
        if isinstance(event, ProjectApproved):
            columns = (event.project, event.prefecture, event.county, event.project_kind, event.crop, event.turn)
            for project, *what in zip(*(column.tolist() for column in columns), strict=True):
                self._name[project] = ".".join(map(str, what))
        elif isinstance(event, WorksFinished):
            self._day.update(dict.fromkeys(event.project.tolist(), stamp.day))

    def figures(self) -> dict[str, float]:
        """Return ``finish_day:<project>``, the end of the run where it never was, and ``finished_by:<week>``."""
        never = 7 * self._weeks
        by_week = [0] * self._weeks
        for day in self._day.values():
            by_week[day // 7] += 1
        finished, total = dict[str, float](), 0
        for week, count in enumerate(by_week):
            total += count
            finished[f"finished_by:{week}"] = float(total)
        days = {f"finish_day:{name}": float(self._day.get(key, never)) for key, name in self._name.items()}
        return {**days, **(finished if days else {})}
