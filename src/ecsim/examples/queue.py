"""A queue in SimPy, urgent customers first; SimPy runs each day from data to data. M/M/c if nobody is urgent."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import simpy

from ecsim.kernel import toolkit as ec

DAY, MINUTE = 864_000, 600  # in tenths of a second, the unit of time of events and tables


class CustomerIds(ec.Ids, table="customers"):
    """Customers, numbered as they come."""


class CustomersArrived(ec.Event):
    """Customers join the queue, at a time since the start."""

    kind, title, makes, subject = "customers_arrived", ec.Text("arrival", "到达"), "customer", ("customer",)
    no_cause_reason = ec.Text("customers come from outside", "顾客来自外部")
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
    """What is known of each customer; ``began`` is 0 while they wait."""

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
    c.at[rows], c.service[rows], c.urgent[rows], c.seq[rows] = event.at, event.service, event.urgent, stamp.seqs(event)
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
    new = np.arange(draws.poisson("arrivals", day, [0], 24.0 * terms.arrivals_an_hour)[0])
    at = 1 + np.rint((day + np.sort(draws.uniform("at", day, new))) * DAY).astype(np.int64)
    service = np.rint(-np.log(draws.uniform("service", day, new)) * terms.service_minutes * MINUTE).astype(np.int64)
    urgent = draws.uniform("urgent", day, new) < terms.urgent_share
    now.world.publish(CustomersArrived(customer=known + new, at=at, service=service, urgent=urgent))


def serve(now: ec.Context[Office, Terms]) -> None:
    """SimPy runs the day: who was being served overnight has the rest of it before them, then come the others."""
    world, c, n = now.world, now.world.state.customers, now.world.state.count("customers")
    env, began = simpy.Environment(world.day * DAY), list[tuple[int, int]]()
    servers, served = simpy.PriorityResource(env, now.terms.servers), c.began[:n] > 0
    left = np.where(served, c.began[:n] - env.now, 0) + c.service[:n]

    def visit(who: int) -> Generator[simpy.Event, object, None]:
        yield env.timeout(max(0, int(c.at[who]) - env.now))
        with servers.request(priority=-1 if served[who] else int(not c.urgent[who])) as turn:
            yield turn
            began.extend([] if served[who] else [(who, int(env.now))])
            yield env.timeout(int(left[who]))

    _ = [env.process(visit(int(who))) for who in [*np.flatnonzero(served & (left > 0)), *np.flatnonzero(~served)]]
    env.run(until=(world.day + 1) * DAY)
    who, when = np.array(began, np.int64).reshape(-1, 2).T
    world.publish(ServiceBegan(customer=who, wait=when - c.at[who], urgent=c.urgent[who]), cause=c.seq[who])


WAIT = ServiceBegan, lambda event: event.wait / MINUTE
URGENT, OTHERS = ec.Text("Mean wait, urgent", "平均等候时间(急)"), ec.Text("Mean wait, others", "平均等候时间(其他)")
MODEL = ec.Model(
    name="queue", state=Office, events=(CustomersArrived, ServiceBegan), changes=(queue_up, begin), days=1,
    numbers=ec.parameters_beside(__file__), context=ec.Context.of(Terms, "queue"), open=lambda scenario, numbers: (
        ec.Opening((), {"customers": 100 + 2 * scenario.periods(1) * round(24 * numbers["queue.arrivals_an_hour"])})
    ), code=(__name__,), steps=(ec.Step("arrive", arrive), ec.Step("serve", serve)), figures=(
        ec.mean("wait_urgent", URGENT, "minutes", *WAIT, lambda event: event.urgent),
        ec.mean("wait_others", OTHERS, "minutes", *WAIT, lambda event: ~event.urgent),
    ),
)  # fmt: skip
