"""An epidemic in columns: who meets whom, who falls ill, who recovers.

The truth is the journal: every infection names the infection that brought it about. Any case can be traced to the
first, taken out of the run, and the run followed again with the same luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecsim.kernel import toolkit as ec


class PersonIds(ec.Ids, table="people"):
    """People of the town."""


class PersonInfected(ec.Event):
    """A person is infected, by another or, at the opening, from outside."""

    kind = "person_infected"
    title = ec.Text("infection", "感染")
    no_cause_reason = ec.Text("the first cases come from outside", "首批病例来自外部")
    subject = ("person",)
    person: PersonIds
    days: ec.Counts  # until recovery


class PersonRecovered(ec.Event):
    """A person recovers, for good."""

    kind = "person_recovered"
    title = ec.Text("recovery", "康复")
    person: PersonIds


class People(ec.Table):
    """What is known of each person."""

    infected_seq: ec.I64  # of the infection
    recovery_day: ec.I32  # on which they recover; 0: never infected


class Town(ec.State):
    """The tables of the model."""

    people: People


@ec.applies(PersonInfected)
def fall_ill(town: Town, event: PersonInfected, stamp: ec.Stamp) -> None:
    """A person is ill until they recover."""
    town.people.infected_seq[event.person] = stamp.seqs(event)
    town.people.recovery_day[event.person] = stamp.day + event.days


@dataclass(frozen=True)
class Terms:
    """The numbers of the model; values, units and ranges in ``epidemic.toml``."""

    people: int
    first_cases: int
    contacts: float
    chance: float
    days_ill: int


def open_town(_: ec.Scenario, parameters: ec.Parameters) -> ec.Opening:
    """Return the town on its first day: everybody is well but the first cases."""
    terms = parameters.terms(Terms, "epidemic")
    first = PersonInfected(person=np.arange(terms.first_cases), days=terms.days_ill - 1)  # ill from this day on
    return ec.Opening((first,), {"people": terms.people})


def recover(now: ec.Context[Town, Terms]) -> None:
    """Those whose illness is over recover."""
    people = now.world.state.people
    over = np.flatnonzero((people.recovery_day == now.world.day) & (people.recovery_day > 0))
    now.world.publish(PersonRecovered(person=over), cause=people.infected_seq[over])


def meet(now: ec.Context[Town, Terms]) -> None:
    """Those who are ill meet others at random; who is well may be infected."""
    world, terms, people = now.world, now.terms, now.world.state.people
    ill = np.flatnonzero((people.recovery_day >= world.day) & (people.recovery_day > 0))
    contacts = world.draws.poisson("contacts", world.day, ill, terms.contacts)
    source = np.repeat(ill, contacts)
    meeting = 1000 * source + np.arange(len(source)) - np.repeat(np.cumsum(contacts) - contacts, contacts)
    whom = (world.draws.uniform("whom", world.day, meeting) * terms.people).astype(np.int64)
    caught = (world.draws.uniform("catch", world.day, meeting) < terms.chance) & (people.recovery_day[whom] == 0)
    person, first = np.unique(whom[caught], return_index=True)
    cause = people.infected_seq[source[caught][first]]
    world.publish(PersonInfected(person=person, days=terms.days_ill), cause=cause)


def busiest_day(totals: ec.Totals) -> float:
    """Return the day with most infections."""
    return float(totals["count"].argmax())


def nobody_twice(town: Town) -> list[str]:
    """Return how many cases stand with more than one person."""
    cases = town.people.infected_seq[town.people.recovery_day > 0]
    return [f"{twice} cases are of several people"] if (twice := len(cases) - len(np.unique(cases))) else []


CASES = (ec.Source(PersonInfected),)
MODEL = ec.Model(
    name="epidemic", state=Town, events=(PersonInfected, PersonRecovered), changes=(fall_ill,), days=1,
    numbers=ec.parameters_beside(__file__), open=open_town, context=ec.Context.of(Terms, "epidemic"),
    steps=(ec.Step("meet", meet), ec.Step("recover", recover)), code=(__name__,), figures=(
        ec.Figure("infected", ec.Text("People infected", "感染人数"), "persons", CASES, better="min"),
        ec.Figure("peak_day", ec.Text("Day of most infections", "感染高峰日"), "day", CASES, busiest_day),
    ), laws=(ec.StateLaw("people", "every case is of one person", nobody_twice),), invariances=(
        ec.reordered("people", "order_of_people", ec.Text("another order of the people", "人员改按其他顺序编号")),
        ec.interchanged("meet", "recover", ec.Text("recovering before meeting", "先康复、后接触")),
    ),
)  # fmt: skip
