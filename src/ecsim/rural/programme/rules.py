"""The rule book as data: what a notice allows central money to pay for, rule by rule with its article.

A rule book is a file (``configs/rules/*.toml``) that a programme names; a policy may replace values, the level of the
books and what happens on a breach. `ecsim.rural.programme.rule_book` holds plans against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field, model_validator

from ecsim.kernel.errors import hint
from ecsim.kernel.strict import Name, Several, Strict
from ecsim.kernel.text import Text
from ecsim.rural.sourced_number import SourcedNumber

Level = Literal["county", "purse"]
OnBreach = Literal["refuse", "flag"]
Head = Literal["supply_chain", "service_centre", "stations", "logistics", "training", "brand", "other"]
SHARES = ("share_at_most", "share_at_least")
LIMITED = (*SHARES, "cost_at_most", "budget_at_least")
COUNTING = (*SHARES, "cost_at_most", "open_access")
MOST_USES = 60
"""Uses that a rule book may forbid: a project's are kept as bits of a whole number."""
ALWAYS = ("within_purse", "not_twice")
"""Kinds that every rule book has, and every chooser keeps: one cannot want money that is not there."""


class Rule(Strict):
    """One rule on central money.

    Attributes
    ----------
    article : of the notice, as messages cite it
    kind : what it asks. ``share_at_most``: of what was allotted, what it counts gets at most a share;
        ``share_at_least``: of what is committed, at least a share; ``cost_at_most``: yuan of central money a unit of
        quantity (a person-time of training); ``budget_at_least``: at least a share of what a unit usually costs all
        funders together; ``forbidden``: none for these uses; ``not_twice``: nothing that is planned or exists already,
        unless it is reused; ``open_access``: nothing of what it counts that its owner keeps for itself;
        ``within_purse``: no more than there is, floors kept
    heads, kinds : what it counts: heads of the ledger, kinds of projects
    uses : what it forbids: kinds of projects, or what they say they spend money on
    uses_zh : what these are called in Chinese
    level, on_breach : None: as the book says
    """

    article: str
    title_en: str
    title_zh: str
    kind: Literal[
        "share_at_most",
        "share_at_least",
        "cost_at_most",
        "budget_at_least",
        "forbidden",
        "not_twice",
        "open_access",
        "within_purse",
    ]
    heads: Several[Head] = ()
    kinds: Several[Name] = ()
    uses: Several[Name] = ()
    uses_zh: dict[Name, str] = Field(default_factory=dict)
    limit: SourcedNumber | None = None
    level: Level | None = None
    on_breach: OnBreach | None = None

    @model_validator(mode="after")
    def _says_what_it_counts(self) -> Rule:
        if (self.kind in LIMITED) != (self.limit is not None):
            raise ValueError(f"a rule of kind {self.kind} " + ("needs a limit" if self.limit is None else "has none"))
        if self.kind in SHARES and self.limit is not None and self.limit.value > 1.0:
            raise ValueError(f"limit.value is {self.limit.value:g} {self.limit.unit}; it must be at most 1")
        if self.kind in COUNTING and not (self.heads or self.kinds):
            raise ValueError(f"a rule of kind {self.kind} counts nothing; give it heads or kinds")
        if self.uses and self.kind != "forbidden":
            raise ValueError(f"a rule of kind {self.kind} forbids nothing; it has no uses")
        return self

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.title_en, self.title_zh)


class RuleBook(Strict):
    """All rules on central money, in the order by which events number them, from 1.

    Attributes
    ----------
    level : whose book a rule of shares is kept in: each county's, with its allotment as the base, or the purse's
    on_breach : whether the government refuses a unit that breaks a rule, or flags it and lets it through
    """

    level: Level = "county"
    on_breach: OnBreach = "refuse"
    rules: dict[Name, Rule] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _keeps_to_the_purse(self) -> RuleBook:
        for kind in ALWAYS:
            if not any(rule.kind == kind for rule in self.rules.values()):
                raise ValueError(f"rules hold none of kind {kind}; every rule book needs one, with its article")
        if len(self.forbidden) > MOST_USES:
            raise ValueError(f"rules forbid {len(self.forbidden)} uses; there may be {MOST_USES} in all")
        return self

    @property
    def forbidden(self) -> tuple[str, ...]:
        """All uses that it forbids, in the order by which events number them, from 1."""
        return tuple(dict.fromkeys(use for rule in self.rules.values() for use in rule.uses))

    @property
    def called(self) -> dict[str, str]:
        """Forbidden uses by what people call them: their names, and those in Chinese."""
        chinese = {rule.uses_zh.get(use, use): use for rule in self.rules.values() for use in rule.uses}
        return {use: use for use in self.forbidden} | chinese

    def check_uses(self, uses: Iterable[str], where: str) -> None:
        """Refuse uses of which no rule says anything.

        Raises
        ------
        ValueError
            Naming the first of them, and what may be written.
        """
        if unknown := [use for use in uses if use not in self.called]:
            near = hint(unknown[0], self.called, f"it forbids {', '.join(self.called)}")
            raise ValueError(f"{where} names {unknown[0]!r}, of which no rule says anything: leave it out; {near}")

    def article_on(self, use: str) -> str:
        """Return the article that forbids a use, by either of its names; empty if none does."""
        rules = self.rules.values()
        return next((rule.article for rule in rules if self.called.get(use) in rule.uses), "")

    def code(self, name: str) -> int:
        """Return the number by which events name a rule."""
        return list(self.rules).index(name) + 1

    def level_of(self, rule: Rule) -> Level:
        """Return whose book a rule is kept in."""
        return rule.level or self.level

    def is_of_purse(self, rule: Rule) -> bool:
        """Return whether a rule is held against a whole purse, not county by county or unit by unit."""
        return rule.kind == "within_purse" or (rule.kind in SHARES and self.level_of(rule) == "purse")

    def refuses(self, rule: Rule) -> bool:
        """Return whether a breach of a rule is refused, not only flagged."""
        return (rule.on_breach or self.on_breach) == "refuse"

    def only(self, keep: Callable[[Rule], bool]) -> RuleBook:
        """Return the book with some of its rules alone; ask the whole book for their numbers."""
        return self.model_copy(update={"rules": {name: rule for name, rule in self.rules.items() if keep(rule)}})

    def one_by_one(self) -> Iterator[tuple[str, RuleBook]]:
        """Yield each rule's name and the book with it alone: what one lets through or bars is no other's business."""
        for name, rule in self.rules.items():
            yield name, self.model_copy(update={"rules": {name: rule}})

    @property
    def refusing(self) -> RuleBook:
        """The rules whose breach is refused."""
        return self.only(self.refuses)

    @property
    def flagging(self) -> RuleBook:
        """The rules whose breach is let through with a flag."""
        return self.only(lambda rule: not self.refuses(rule))

    @property
    def binding(self) -> RuleBook:
        """The rules that a chooser keeps of its own accord: those that are refused, and what there is to spend."""
        return self.only(lambda rule: self.refuses(rule) or rule.kind in ALWAYS)


def merged_books(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a rule book with what another says put in, rule by rule and key by key."""
    content = dict(base)
    for key, value in own.items():
        tables = isinstance(value, Mapping) and isinstance(content.get(key), Mapping)
        content[key] = merged_books(content[key], value) if tables else value
    return content


def with_rule_book(holder: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a programme or policy with a whole rule book: its own, or values of its own over another.

    What files and journals of before called ``limits`` is read as the rules of today.

    Parameters
    ----------
    holder : content with ``rule_book``, ``limits``, both or neither
    base : the rule book that stands in for what it does not give
    """
    content = {key: value for key, value in holder.items() if key not in ("limits", "rule_book")}
    book: Any = dict(base)
    for own in (holder.get("rule_book", {}), of_limits(holder.get("limits", {}))):
        book = merged_books(book, own) if isinstance(own, Mapping) and not _is_whole(own) else own
    return {**content, "rule_book": _in_order(book, list(base.get("rules", {})))}


def _in_order(book: Any, first: Sequence[str]) -> Any:  # noqa: ANN401 (from TOML or JSON)
    """Return a rule book with its rules in the order by which events number them, which no file of JSON keeps.

    Parameters
    ----------
    first : those of the book that stands in for what is not given; its own follow by name
    """
    rules = book.get("rules") if isinstance(book, Mapping) else None
    if not isinstance(rules, Mapping):
        return book
    names = [*(name for name in first if name in rules), *sorted(set(rules).difference(first))]
    return {**book, "rules": {name: rules[name] for name in names}}


def _is_whole(book: Mapping[str, Any]) -> bool:
    """Return whether the content of a rule book stands by itself: what it leaves out is then no rule.

    Its rules all say what they ask, those that every book has among them; else it holds values of another.
    """
    rules = book.get("rules")
    if not isinstance(rules, Mapping) or not all(isinstance(rule, Mapping) for rule in rules.values()):
        return False
    kinds = [rule.get("kind") for rule in rules.values()]
    return None not in kinds and {*ALWAYS} <= {*kinds}


def of_limits(limits: Any) -> Any:  # noqa: ANN401 (from TOML or JSON)
    """Return limits as programmes and policies wrote them before rules were data, as parts of a rule book."""
    if not isinstance(limits, Mapping):
        return limits
    book: dict[str, Any] = {key: limits[key] for key in ("level", "on_breach") if key in limits}
    rules: dict[str, Any] = {
        key: {"limit": value} for key, value in limits.items() if key in ("service_centre_share", "supply_chain_share")
    }
    if "forbidden" in limits:
        rules["forbidden_uses"] = {"uses": limits["forbidden"]}
    if "logistics_counts_as_supply_chain" in limits:
        also = ["logistics"] if limits["logistics_counts_as_supply_chain"] else []
        rules.setdefault("supply_chain_share", {})["heads"] = ["supply_chain", "brand", *also]
    known = {"service_centre_share", "supply_chain_share", "forbidden", "logistics_counts_as_supply_chain", *book}
    return {**book, **{key: value for key, value in limits.items() if key not in known}, "rules": rules}
