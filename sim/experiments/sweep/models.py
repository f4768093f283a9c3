"""What a study file may say: every table, key, default and range."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from sim.scenario.models import Table

MOST_RUNS = 5_000_000
DESIGNS = ("grid", "latin_hypercube", "sobol", "saltelli", "morris", "list")


def _as_seeds(value: Any) -> Any:
    """A number of seeds becomes 1 to that number; a list stays."""
    if type(value) is int and 1 <= value <= 100_000:
        return tuple(range(1, value + 1))
    whole = isinstance(value, tuple | list) and all(type(one) is int and one >= 0 for one in value)
    if whole and len(set(value)) == len(value) > 0:
        return tuple(value)
    raise PydanticCustomError(
        "seeds_wanted", "give how many (1 or more; seeds 1, 2, ... are taken), or a list of different whole numbers"
    )


class FactorTable(Table):
    """One thing that is varied: a number over a range, anything over levels, or the plan as a whole over arms."""

    path: str = Field("", description="What is varied: a dotted path or mechanism.parameter, as in `--set`.")
    name: str = Field("", description="Its column in the tables; default: the path.")
    range: tuple[float, float] | None = Field(None, description="Lowest and highest value, or")
    levels: tuple[Any, ...] = Field((), description="the values it takes, or")
    arms: tuple[str, ...] = Field(
        (), description='the plans it takes: arms of the study or of the scenario, and "plan" itself.'
    )
    log: bool = Field(False, description="Spread a range evenly over orders of magnitude.")
    whole: bool | None = Field(None, description="Whole numbers only; default: where the path allows nothing else.")
    steps: int = Field(5, ge=2, le=10_000, description="In a grid: how many values of a range.")


class DesignTable(Table):
    """Which points are computed."""

    kind: Literal["grid", "latin_hypercube", "sobol", "saltelli", "morris", "list"] = Field(description="How they lie.")
    points: int = Field(64, ge=1, le=MOST_RUNS, description="latin_hypercube, sobol: how many (sobol: a power of 2).")
    base: int = Field(64, ge=2, le=2**20, description="saltelli: points it is built from, a power of 2.")
    second_order: bool = Field(False, description="saltelli: also indices of pairs, at twice the runs.")
    trajectories: int = Field(10, ge=2, le=100_000, description="morris: walks through the space.")
    steps: int = Field(4, ge=4, le=100, description="morris: levels of each factor, even.")
    seed: int = Field(1, ge=0, description="Seed of the design's own chance.")
    file: str | None = Field(None, description="list: CSV with a column for each factor, beside the study file, or")
    rows: tuple[dict[str, Any], ...] = Field((), description="list: the points themselves.")


class StudyFile(Table):
    """A whole study file."""

    title: str = Field("A study", description="Its name in reports.")
    question: str = Field("", description="The question it answers, in one sentence.")
    scenario: str = Field(description="Scenario file, or the name of a shipped one, that everything starts from.")
    consumers: int | None = Field(None, ge=50, description="Simulated consumers of every run.")
    days: int | None = Field(None, ge=1, description="Days of every run; dated things are cut to fit.")
    changes: dict[str, Any] = Field(default_factory=dict, description="Changes made to the scenario before all else.")
    arms: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Further plans, written as in scenario files: what differs from [plan]."
    )
    factors: tuple[FactorTable, ...] = Field((), description="What is varied.")
    design: DesignTable = Field(description="Which points are computed.")
    seeds: Annotated[tuple[int, ...], BeforeValidator(_as_seeds)] = Field(
        (1, 2, 3, 4), description="Seeds of every point, the same for all: how many, or which."
    )
    outputs: tuple[str, ...] = Field((), description="Headline figures to keep; default: all.")
    daily: tuple[str, ...] = Field((), description="Daily series of the focal brand to keep; default: none.")
    mechanisms: tuple[str, ...] = Field((), description="Mechanism files of your own, beside the study file.")
