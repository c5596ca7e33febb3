"""A queue in SimPy: customers of two classes, some servers, urgent customers first.

SimPy runs a day from data to data: it starts from who waits and who is served, and ends as events. Nothing of SimPy
lives on overnight, so a run can be resumed, forked and replayed at any day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import simpy

from ecsim.kernel import toolkit as ec

DAY = 864_000  # tenths of a second, the unit of time here


class CustomerIds(ec.Ids):
    """Customers, numbered as they come."""

    table = "customers"


class CustomersArrived(ec.Event):
    """Customers join the queue; times are tenths of a second since the start."""

    kind = "customers_arrived"
    title = ec.Text("arrival", "到达")
    root = "customers come from outside"
    customer: CustomerIds
    at: ec.Counts
    urgent: ec.Flags
    service: ec.Counts


class ServiceBegan(ec.Event):
    """Customers reach a server, after a wait."""

    kind = "service_began"
    title = ec.Text("begin of service", "开始服务")
    customer: CustomerIds
    at: ec.Counts
    wait: ec.Counts
    urgent: ec.Flags


@dataclass(eq=False)
class Customers(ec.Table):
    """What is known of each customer."""

    arrived: ec.I32
    urgent: ec.Bool
    service: ec.I32
    began: ec.I32  # -1: waits
    seq: ec.I64  # of the arrival


@dataclass(eq=False)
class Office(ec.State):
    """The tables of the model."""

    customers: Customers


@ec.applies(CustomersArrived)
def queue_up(office: Office, event: CustomersArrived, stamp: ec.Stamp) -> None:
    """Customers wait."""
    c, rows = office.customers, event.customer
    c.arrived[rows], c.urgent[rows], c.service[rows] = event.at, event.urgent, event.service
    c.began[rows], c.seq[rows] = -1, stamp.seqs(event)
    office.filled("customers", int(rows.max(initial=-1)) + 1)


@ec.applies(ServiceBegan)
def begin(office: Office, event: ServiceBegan, stamp: ec.Stamp) -> None:
    """Customers wait no more."""
    office.customers.began[event.customer] = event.at


@dataclass(frozen=True)
class Terms:
    """The numbers of the model; values, units and ranges in ``queue.toml``."""

    servers: int
    arrivals_an_hour: float
    service_minutes: float
    urgent_share: float


def open_office(scenario: ec.Scenario, parameters: ec.Parameters) -> ec.Opening:
    """Return an empty office with room for twice the customers one expects."""
    expected = 24.0 * parameters.terms(Terms, "queue").arrivals_an_hour * scenario.periods(1)
    return ec.Opening((), {"customers": 100 + round(2.0 * expected)})


def arrive(now: ec.Context[Office, Terms]) -> None:
    """The day's customers come, at exponential intervals."""
    world, terms, known = now.world, now.terms, now.world.state.count("customers")
    many = np.arange(int(world.draws.poisson("arrivals", world.day, [0], 24.0 * terms.arrivals_an_hour)[0]))
    at = np.sort(world.draws.uniform("at", world.day, many))
    service = -np.log(world.draws.uniform("service", world.day, many)) * terms.service_minutes * 600.0
    at, service = (np.rint(values).astype(np.int64) for values in ((world.day + at) * DAY, service))
    urgent = world.draws.uniform("urgent", world.day, many) < terms.urgent_share
    world.publish(CustomersArrived(customer=known + many, at=at, urgent=urgent, service=service))


def serve(now: ec.Context[Office, Terms]) -> None:
    """SimPy runs the day: from who is there in the morning to who began to be served."""
    world, c, known = now.world, now.world.state.customers, now.world.state.count("customers")
    env = simpy.Environment(initial_time=world.day * DAY)
    servers, began = simpy.PriorityResource(env, now.terms.servers), list[tuple[int, int]]()
    busy = (c.began[:known] >= 0) & (c.began[:known] + c.service[:known] > env.now)
    for customer in [*np.flatnonzero(busy), *np.flatnonzero(c.began[:known] < 0)]:
        env.process(_visit(env, servers, c, int(customer), began))
    env.run(until=(world.day + 1) * DAY)
    who, at = (np.array([row[k] for row in began], np.int64) for k in (0, 1))
    waited = at - c.arrived[who]
    world.publish(ServiceBegan(customer=who, at=at, wait=waited, urgent=c.urgent[who]), cause=c.seq[who])


def mean_wait(totals: ec.Totals) -> float:
    """Return the mean wait in minutes."""
    return float(totals["wait"].sum() / max(1.0, totals["count"].sum()) / 600.0)


def wait_of(urgent: bool) -> tuple[ec.Source, ec.Source]:
    """Return what the mean wait of a class is made of."""
    mine = lambda event: event.urgent == urgent  # noqa: E731
    return (ec.Source(ServiceBegan, where=mine), ec.Source(ServiceBegan, lambda e: e.wait, mine, "wait"))


def _visit(
    env: simpy.Environment, servers: simpy.PriorityResource, c: Customers, who: int, began: list[tuple[int, int]]
) -> Iterator[simpy.Event]:
    """Come, wait for a server, be served; who is being served already has the rest of it before them."""
    goes_on = int(c.began[who]) >= 0
    yield env.timeout(max(0, int(c.arrived[who]) - env.now))
    with servers.request(priority=-1 if goes_on else int(not c.urgent[who])) as turn:
        yield turn
        if not goes_on:
            began.append((who, int(env.now)))
        start = int(c.began[who]) if goes_on else env.now
        yield env.timeout(start + int(c.service[who]) - env.now)


MODEL = ec.Model(
    name="queue", state=Office, events=(CustomersArrived, ServiceBegan), changes=(queue_up, begin), days=1,
    parameters=ec.parameters_beside(__file__), open=open_office, context=ec.Context.of(Terms, "queue"),
    steps=(ec.Step("arrive", arrive), ec.Step("serve", serve)), code=(__name__,), figures=(
        ec.Figure("wait_urgent", ec.Text("Mean wait, urgent", "平均等候时间(急)"), "minutes", wait_of(True), mean_wait),
        ec.Figure("wait_others", ec.Text("Mean wait, others", "平均等候时间(其他)"), "minutes", wait_of(False), mean_wait),
    ),
)  # fmt: skip
