"""Consumers as Mesa agents, made on demand: a `Consumer` is a view of one row, a `ConsumerSet` a set of row numbers.

A market of a million consumers holds arrays, not objects; a view costs well under a microsecond and is forgotten after
use. What is written through a view or a set counts from the next day on.
"""

from __future__ import annotations

import operator
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from mesa.agentset import AbstractAgentSet, GroupBy

from sim import facts

if TYPE_CHECKING:
    from sim.market import Market

_AT_ONCE = 4096


class Consumer(mesa.Agent):
    """One consumer of a market, seen with one brand in mind (the focal brand unless another is asked for).

    Every fact of `sim.facts` is an attribute to read and write: trust, awareness, satisfaction, habit, stage, segment,
    motivation, media_use, price_sensitivity, ... `row` counts from 0, `unique_id` from 1.
    """

    pos = None

    def __init__(self, model: Market, row: int, brand: int | None = None) -> None:
        # Not mesa.Agent.__init__: it would register every view with the model and so keep it.
        self.__dict__.update(model=model, row=row, brand_number=model.engine.focal if brand is None else brand)

    @property
    def unique_id(self) -> int:
        """Mesa's number of the consumer: row + 1."""
        return self.row + 1

    @property
    def brand(self) -> str:
        """Name of the brand in mind."""
        return self.model.engine.brands[self.brand_number].name

    def with_brand(self, name: str) -> Consumer:
        """The same consumer with another brand in mind. Raises ValueError with the nearest name."""
        return type(self)(self.model, self.row, self.model.brand_number(name))

    @property
    def peers(self) -> ConsumerSet:
        """The consumers one is tied to."""
        ties = self.model.engine.ties
        return ConsumerSet(self.model, ties.to[ties.start[self.row] : ties.start[self.row + 1]], self.brand_number)

    @property
    def ties(self) -> list[float]:
        """Strengths of the ties, 0 to 1, in the order of `peers`."""
        ties = self.model.engine.ties
        return (ties.strength[ties.start[self.row] : ties.start[self.row + 1]] / 255.0).tolist()

    def buy(self, brand: str | None = None) -> None:
        """Buy one unit today, at today's price, because somebody outside the model had it so. Raises ValueError."""
        self._get(brand, paid=True)

    def try_free(self, brand: str | None = None) -> None:
        """Get one unit for nothing and use it today: a customer from now on, but no sale. Raises ValueError."""
        self._get(brand, paid=False)

    def _get(self, brand: str | None, paid: bool) -> None:
        number = self.brand_number if brand is None else self.model.brand_number(brand)
        engine = self.model.engine
        engine.outside.give(engine, number, self.row, paid)

    def remove(self) -> None:
        """A market's population is fixed: always raises TypeError."""
        raise _fixed()

    def __getattr__(self, name: str) -> Any:
        """A fact of the consumer. Raises AttributeError with the nearest name."""
        if name.startswith("_") or "row" not in vars(self):  # being copied or unpickled
            raise AttributeError(name)
        value = facts.read(self.model.engine, name, self.brand_number, self.row)
        return value.item() if isinstance(value, np.ndarray | np.generic) else value

    def __setattr__(self, name: str, value: Any) -> None:
        """Write a fact; it counts from the next day on. Raises AttributeError or ValueError."""
        if isinstance(getattr(type(self), name, None), property):
            object.__setattr__(self, name, value)
        else:
            facts.write(self.model.engine, name, self.brand_number, self.row, value)

    def __eq__(self, other: object) -> bool:
        """Whether both are the same person, whatever brand is in mind."""
        return isinstance(other, Consumer) and self.row == other.row and self.model is other.model

    def __hash__(self) -> int:
        return hash(self.row)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *facts.names(self.model.engine)]

    def __repr__(self) -> str:
        return f"<Consumer {self.unique_id}: {self.segment}, {self.stage} with {self.brand}>"


class ConsumerSet(AbstractAgentSet[Consumer]):
    """An ordered set of consumers of one market, with everything a Mesa AgentSet does, over row numbers.

    Facts are read and written as arrays; views are made only where a function wants to see consumers one by one.
    `rows`: row numbers in order, without repeats; None for everybody. `brand`: number of the brand in mind.
    """

    def __init__(self, model: Market, rows: np.ndarray | None = None, brand: int | None = None) -> None:
        self.model = model
        self.random: Random = model.random
        self.brand_number = model.engine.focal if brand is None else brand
        self._rows = rows
        self._flags: np.ndarray | None = None

    # ------------------------------------------------------------------ who is in it

    @property
    def rows(self) -> np.ndarray:
        """Row numbers in order."""
        return np.arange(self.model.engine.consumers) if self._rows is None else self._rows

    @property
    def _where(self) -> facts.Rows:
        return slice(None) if self._rows is None else self._rows

    def _like(self, rows: np.ndarray | None) -> ConsumerSet:
        return type(self)(self.model, rows, self.brand_number)

    def with_brand(self, name: str) -> ConsumerSet:
        """The same consumers with another brand in mind."""
        return type(self)(self.model, self._rows, self.model.brand_number(name))

    def __len__(self) -> int:
        return self.model.engine.consumers if self._rows is None else len(self._rows)

    def __iter__(self) -> Iterator[Consumer]:
        model, brand, view = self.model, self.brand_number, self.model.consumer_type
        if self._rows is None:
            yield from (view(model, row, brand) for row in range(len(self)))
            return
        for start in range(0, len(self._rows), _AT_ONCE):
            yield from (view(model, row, brand) for row in self._rows[start : start + _AT_ONCE].tolist())

    def __getitem__(self, item: int | slice) -> Consumer | list[Consumer]:
        """One consumer, or a list of them for a slice, as in Mesa."""
        if isinstance(item, slice):
            return list(self._like(self.rows[item]))
        row = range(len(self))[item] if self._rows is None else int(self._rows[item])
        return self.model.consumer_type(self.model, row, self.brand_number)

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, Consumer) or agent.model is not self.model:
            return False
        if self._rows is None:
            return 0 <= agent.row < len(self)
        if self._flags is None:
            self._flags = np.zeros(self.model.engine.consumers, bool)
            self._flags[self._rows] = True
        return bool(self._flags[agent.row])

    def __copy__(self) -> ConsumerSet:
        return self._like(self._rows)

    def __repr__(self) -> str:
        return f"<ConsumerSet: {len(self):,} of {self.model.engine.consumers:,} consumers>"

    def to_list(self) -> list[Consumer]:
        """All of them as views."""
        return list(self)

    # ------------------------------------------------------------------ choosing

    def select(self, filter_func: Callable[[Consumer], bool] | np.ndarray | None = None, at_most: float = float("inf"),
               inplace: bool = False, agent_type: type | None = None, **where: Any) -> ConsumerSet:  # fmt: skip
        """Those who meet all conditions, in order; Mesa's `select`, and quicker ways to say whom.

        filter_func: sees consumers one by one, or is an array of booleans. at_most: a number, or a share of this set
        (float up to 1.0). where: fact = value, = a tuple, list or set of values, or = a function of the array of all
        values: select(stage="customer", trust=lambda t: t > 0.6). Raises AttributeError or ValueError: unknown names.
        """
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        chosen = np.full(len(self), agent_type is None or issubclass(self.model.consumer_type, agent_type))
        if isinstance(filter_func, np.ndarray):
            if filter_func.shape != chosen.shape or filter_func.dtype != bool:
                found = f"{filter_func.dtype} {filter_func.shape}"
                raise ValueError(f"select: give booleans, one for each of {len(self)} consumers; found {found}")
            chosen &= filter_func
        for name, wanted in where.items():
            chosen &= self._meets(name, wanted)
        rows = self._rows if chosen.all() and at_most >= len(self) else self.rows[chosen]
        if callable(filter_func):
            seen = (one.row for one in self._like(rows) if filter_func(one))
            rows = np.fromiter(seen if at_most == float("inf") else islice(seen, int(at_most)), np.int64)
        elif rows is not None and at_most < len(rows):
            rows = rows[: int(at_most)]
        return self._update(rows) if inplace else self._like(rows)

    def _meets(self, name: str, wanted: Any) -> np.ndarray:
        """One boolean each: whether a fact is what is wanted."""
        engine = self.model.engine
        if callable(wanted):
            return np.asarray(wanted(self.array(name)), bool)
        several = isinstance(wanted, tuple | list | set | frozenset)
        if facts.labels(engine, name) is None:
            return np.isin(self.array(name), list(wanted)) if several else self.array(name) == wanted
        codes = [facts.code(engine, name, one) for one in (wanted if several else [wanted])]
        return np.isin(facts.raw(engine, name, self.brand_number, self._where), codes)

    def sample(self, at_most: int) -> ConsumerSet:
        """So many of them at random (all, in random order, where there are fewer), drawn from the model's `random`."""
        return self._like(self.rows[self.random.sample(range(len(self)), min(at_most, len(self)))])

    def _shuffled(self) -> np.ndarray:
        order = array("q", range(len(self)))
        self.random.shuffle(order)  # the same draws as Mesa's, hence the same order
        return self.rows[np.frombuffer(order, np.int64)]

    def shuffle(self, inplace: bool = False) -> ConsumerSet:
        """The same consumers in random order."""
        return self._update(self._shuffled()) if inplace else self._like(self._shuffled())

    def sort(self, key: Callable[[Consumer], Any] | str, ascending: bool = False, inplace: bool = False) -> ConsumerSet:
        """In the order of a fact or of what a function says of each; those alike stay in order."""
        if isinstance(key, str) and facts.known(self.model.engine, key):
            values = self.array(key)
            if values.dtype == object:
                values = np.unique(values.astype(str), return_inverse=True)[1]
            order = np.argsort(values if ascending else -values, kind="stable")
        else:
            look = operator.attrgetter(key) if isinstance(key, str) else key
            told = [look(one) for one in self]
            order = np.array(sorted(range(len(self)), key=told.__getitem__, reverse=not ascending), np.int64)
        return self._update(self.rows[order]) if inplace else self._like(self.rows[order])

    def groupby(self, by: Callable[[Consumer], Any] | str, result_type: str = "agentset") -> GroupBy:
        """Sets of those for whom a fact, or what a function says, is the same; in order of first appearance."""
        engine = self.model.engine
        text = facts.labels(engine, by) if isinstance(by, str) else None
        if isinstance(by, str) and facts.known(engine, by):
            values = facts.raw(engine, by, self.brand_number, self._where) if text else self.array(by)
        else:
            values = np.array([by(one) if callable(by) else getattr(one, by) for one in self], object)
        found: dict[Any, int] = {}
        group = np.array([found.setdefault(one, len(found)) for one in values.tolist()], np.int64)
        parts = np.split(self.rows[np.argsort(group, kind="stable")], np.cumsum(np.bincount(group, minlength=1))[:-1])
        sets = {text[one] if text else one: self._like(part) for one, part in zip(found, parts)}
        if result_type == "list":
            return GroupBy({one: list(part) for one, part in sets.items()})
        return ConsumerGroups(sets)

    # ------------------------------------------------------------------ reading and writing

    def array(self, name: str) -> np.ndarray:
        """A fact of everybody as an array in natural units. Raises AttributeError with the nearest name."""
        if name in ("row", "unique_id"):
            return self.rows + (name == "unique_id")
        return facts.read(self.model.engine, name, self.brand_number, self._where)

    def get(self, attr_names: str | list[str], handle_missing: str = "error", default_value: Any = None) -> list[Any]:
        """The values of one attribute, or a list of values of several, for each consumer; as in Mesa.

        Raises AttributeError for an unknown attribute unless handle_missing is "default".
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing: '{handle_missing}' is not one of 'error', 'default'")
        if not isinstance(attr_names, str):
            columns = [self.get(name, handle_missing, default_value) for name in attr_names]
            return [list(values) for values in zip(*columns)]
        if facts.known(self.model.engine, attr_names) or attr_names in ("row", "unique_id"):
            return self.array(attr_names).tolist()
        if handle_missing == "default":
            return [getattr(one, attr_names, default_value) for one in self]
        return [getattr(one, attr_names) for one in self]

    def agg(self, attribute: str, func: Callable | Iterable[Callable]) -> Any:
        """A function of all values of an attribute, or a list of what several functions say.

        numpy's own functions see one array; any other function sees a list, as in Mesa.
        """
        if not callable(func):
            return [self.agg(attribute, one) for one in func]
        from_numpy = isinstance(func, np.ufunc) or str(getattr(func, "__module__", "")).startswith("numpy")
        as_array = from_numpy and facts.known(self.model.engine, attribute)
        return func(self.array(attribute) if as_array else self.get(attribute))

    def set(self, attr_name: str, value: Any) -> ConsumerSet:
        """Write a fact of everybody: one value for all, or one for each. Raises AttributeError or ValueError."""
        if isinstance(value, np.ndarray | Sequence) and not isinstance(value, str) and len(value) != len(self):
            found = f"{len(value)} values for '{attr_name}' of {len(self)} consumers"
            raise ValueError(f"set: {found}; give one, or one for each")
        facts.write(self.model.engine, attr_name, self.brand_number, self._where, value)
        return self

    def count(self, filter_func: Callable[[Consumer], bool] | np.ndarray | None = None, **where: Any) -> int:
        """How many meet the conditions of `select`."""
        return len(self.select(filter_func, **where))

    # ------------------------------------------------------------------ acting

    def do(self, method: str | Callable, *args: Any, **kwargs: Any) -> ConsumerSet:
        """Have each consumer do something: a method by name, or a function that is given the consumer."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable, *args: Any, **kwargs: Any) -> ConsumerSet:
        """The same in random order."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable, *args: Any, **kwargs: Any) -> list[Any]:
        """What each consumer answers to a method or function."""
        if isinstance(method, str):
            return [getattr(one, method)(*args, **kwargs) for one in self]
        return [method(one, *args, **kwargs) for one in self]

    # ------------------------------------------------------------------ as a set

    def _update(self, agents: Any) -> ConsumerSet:
        self._rows = agents if agents is None or isinstance(agents, np.ndarray) else self._rows_of(agents)
        self._flags = None
        return self

    def _rows_of(self, agents: Iterable[Any]) -> np.ndarray:
        if isinstance(agents, ConsumerSet) and agents.model is self.model:
            return agents.rows
        mine = dict.fromkeys(one.row for one in agents if isinstance(one, Consumer) and one.model is self.model)
        return np.fromiter(mine, np.int64)

    def _from_iterable(self, agents: Iterable[Any]) -> ConsumerSet:
        return self._like(self._rows_of(agents))  # what a plain set on the left of an operator comes to

    def __and__(self, other: Iterable[Any]) -> ConsumerSet:
        theirs = self._rows_of(other)
        return self._like(theirs[np.isin(theirs, self.rows)])

    def __sub__(self, other: Iterable[Any]) -> ConsumerSet:
        return self._like(self.rows[~np.isin(self.rows, self._rows_of(other))])

    def __or__(self, other: Iterable[Any]) -> ConsumerSet:
        theirs = self._rows_of(other)
        return self._like(np.concatenate([self.rows, theirs[~np.isin(theirs, self.rows)]]))

    def __xor__(self, other: Iterable[Any]) -> ConsumerSet:
        theirs = self._like(self._rows_of(other))
        return (self - theirs) | (theirs - self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ConsumerSet):
            return NotImplemented
        return self.model is other.model and np.array_equal(np.sort(self.rows), np.sort(other.rows))

    __hash__ = None  # type: ignore[assignment]

    def add(self, agent: Any) -> None:
        """A market's population is fixed: always raises TypeError."""
        raise _fixed()

    discard = remove = add


class ConsumerGroups(GroupBy):
    """Groups of consumers, with figures computed from arrays."""

    def agg(self, attr_name: str, func: Callable) -> dict[Any, Any]:
        """A function of all values of an attribute, group by group."""
        return {name: group.agg(attr_name, func) for name, group in self.groups.items()}


def _fixed() -> TypeError:
    return TypeError(
        "a market's population is fixed: nobody can be added or removed; choose with select(), join sets with | & - ^"
    )
