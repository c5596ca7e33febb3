"""A queue in SimPy: customers of two classes, some servers, urgent customers first.

SimPy runs a day from data to data: it starts from who waits and who is served, and ends as events. Nothing of SimPy
lives on overnight, so a run can be resumed, forked and replayed at any day. With no urgent customers it is M/M/c.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import simpy

from ecsim.kernel import toolkit as ec

DAY, MINUTE = 864_000, 600  # in tenths of a second, the unit of time of events and tables


class CustomerIds(ec.Ids):
    """Customers, numbered as they come."""

    table = "customers"


class CustomersArrived(ec.Event):
    """Customers join the queue, at a time since the start."""

    kind, title = "customers_arrived", ec.Text("arrival", "到达")
    root, makes = ec.Text("customers come from outside", "顾客来自外部"), "customer"
    customer: CustomerIds
    at: ec.Counts
    service: ec.Counts
    urgent: ec.Flags


class ServiceBegan(ec.Event):
    """Customers reach a server, after a wait."""

    kind, title = "service_began", ec.Text("begin of service", "开始服务")
    customer: CustomerIds
    wait: ec.Counts
    urgent: ec.Flags


class Customers(ec.Table):
    """What is known of each customer; ``began`` is -1 while they wait."""

    at: ec.I32
    service: ec.I32
    began: ec.I32
    urgent: ec.Bool
    seq: ec.I64


class Office(ec.State):
    """The tables of the model."""

    customers: Customers


@ec.applies(CustomersArrived)
def queue_up(office: Office, event: CustomersArrived, stamp: ec.Stamp) -> None:
    """Customers wait."""
    c, rows = office.customers, event.customer
    c.at[rows], c.service[rows], c.urgent[rows] = event.at, event.service, event.urgent
    c.began[rows], c.seq[rows] = -1, stamp.seqs(event)
    office.filled("customers", int(rows.max(initial=-1)) + 1)


@ec.applies(ServiceBegan)
def begin(office: Office, event: ServiceBegan, _: ec.Stamp) -> None:
    """Customers wait no more."""
    office.customers.began[event.customer] = office.customers.at[event.customer] + event.wait


@dataclass(frozen=True)
class Terms:
    """The numbers of the model; values, units and ranges in ``queue.toml``."""

    servers: int
    arrivals_an_hour: float
    service_minutes: float
    urgent_share: float


def arrive(now: ec.Context[Office, Terms]) -> None:
    """The day's customers come, at exponential intervals."""
    draws, day, terms, known = now.world.draws, now.world.day, now.terms, now.world.state.count("customers")
    many = np.arange(draws.poisson("arrivals", day, [0], 24.0 * terms.arrivals_an_hour)[0])
    at = np.rint((day + np.sort(draws.uniform("at", day, many))) * DAY).astype(np.int64)
    service = np.rint(-np.log(draws.uniform("service", day, many)) * terms.service_minutes * MINUTE).astype(np.int64)
    urgent = draws.uniform("urgent", day, many) < terms.urgent_share
    now.world.publish(CustomersArrived(customer=known + many, at=at, service=service, urgent=urgent))


def serve(now: ec.Context[Office, Terms]) -> None:
    """SimPy runs the day: from who is there in the morning to who began to be served."""
    world, c, known = now.world, now.world.state.customers, now.world.state.count("customers")
    env, began = simpy.Environment(world.day * DAY), list[tuple[int, int]]()
    servers, left = simpy.PriorityResource(env, now.terms.servers), c.began[:known] + c.service[:known] - env.now
    for who in [*np.flatnonzero((c.began[:known] >= 0) & (left > 0)), *np.flatnonzero(c.began[:known] < 0)]:
        env.process(visit(env, servers, c, int(who), began))
    env.run(until=(world.day + 1) * DAY)
    who, wait = np.array(began, np.int64).reshape(-1, 2).T
    world.publish(ServiceBegan(customer=who, wait=wait, urgent=c.urgent[who]), cause=c.seq[who])


def visit(
    env: simpy.Environment, servers: simpy.PriorityResource, c: Customers, who: int, began: list[tuple[int, int]]
) -> Generator[simpy.Event, object, None]:
    """Come, wait for a server, be served; who was being served overnight has the rest of it before them."""
    overnight = int(c.began[who]) >= 0
    yield env.timeout(max(0, int(c.at[who]) - env.now))
    with servers.request(priority=-1 if overnight else int(not c.urgent[who])) as turn:
        yield turn
        if not overnight:
            began.append((who, int(env.now) - int(c.at[who])))
        yield env.timeout((int(c.began[who]) if overnight else env.now) + int(c.service[who]) - env.now)


def waited(event: ServiceBegan) -> np.ndarray:
    """Return waits in minutes."""
    return event.wait / MINUTE


def open_office(scenario: ec.Scenario, parameters: ec.Parameters) -> ec.Opening:
    """Return an empty office, with room for twice the customers one expects."""
    expected = 24.0 * parameters.terms(Terms, "queue").arrivals_an_hour * scenario.periods(1)
    return ec.Opening((), {"customers": 100 + round(2.0 * expected)})


CLASSES = (
    ("wait_urgent", ec.Text("Mean wait, urgent", "平均等候时间(急)"), lambda event: event.urgent),
    ("wait_others", ec.Text("Mean wait, others", "平均等候时间(其他)"), lambda event: ~event.urgent),
)
MODEL = ec.Model(
    name="queue", state=Office, events=(CustomersArrived, ServiceBegan), changes=(queue_up, begin), days=1,
    numbers=ec.parameters_beside(__file__), open=open_office, context=ec.Context.of(Terms, "queue"),
    steps=(ec.Step("arrive", arrive), ec.Step("serve", serve)), code=(__name__,),
    figures=tuple(ec.mean(name, title, "minutes", ServiceBegan, waited, mine) for name, title, mine in CLASSES),
)  # fmt: skip
