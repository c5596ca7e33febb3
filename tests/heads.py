"""Kinds of projects with the heads of spending that shares of the rule book limit."""

from ecsim.rural.events.codes import Category, ProjectKind

SUPPLY, CENTRE, OTHER = (
    (ProjectKind.COLD_STORE, Category.SUPPLY_CHAIN),
    (ProjectKind.SERVICE_CENTRE, Category.SERVICE_CENTRE),
    (ProjectKind.JOINT_DELIVERY, Category.LOGISTICS),
)
