"""Nothing leaves its range, whatever the parameters; every rule is finite; every dose has the stated response."""

from __future__ import annotations

import ast
import importlib
import inspect

import matplotlib as mpl
import numpy as np
import pytest
from make_market import busy, columns_out_of_range, live
from numba.core.registry import CPUDispatcher

from sim import Engine
from sim.contracts import written_names
from sim.mechanism import Mechanism, arguments, registry

mpl.use("Agg")
NAMES = list(registry())
SMALL = busy(consumers=300)
RESPONSES = [(name, response) for name, one in registry().items() for response in one.responses]

# What a rule's arguments may be, where they are not parameters of the rule's mechanism.
RANGES: dict[str, tuple[float, float]] = {
    "days": (0.0, 3000.0), "rate": (0.0, 3.0), "season": (0.2, 3.0), "use": (0.0, 1.0), "aim": (0.0, 1.0),
    "lookalike": (0.0, 1.0), "interest": (0.0, 1.0), "talk": (0.0, 1.0), "feeling": (-1.0, 1.0), "calm": (0.0, 1.0),
    "eagerness": (0.0, 10.0), "virality": (0.0, 1.0), "tone": (-100.0, 100.0), "strength": (0.0, 255.0),
    "evidence_for": (0.0, 1e4), "evidence_against": (0.0, 1e4), "attention": (0.01, 100.0), "load": (0.0, 1000.0),
    "quality": (-1.0, 2.0), "expected": (0.0, 1.0), "skill": (0.0, 1.0), "delay_hours": (0.0, 1e4),
    "farewells": (0.0, 2.0**32 - 1), "mean_degree": (0.1, 50.0), "owning": (0.0, 50.0), "degree": (0.0, 50.0),
    "susceptibility": (0.0, 1.0), "tried": (0.0, 1.0),
    "purchase_rate": (0.0, 3.0), "motivation": (0.0, 1.0), "hastened": (0.0, 500.0), "eager": (0.0, 10.0),
    "taste": (-20.0, 20.0), "bonus": (0.0, 10.0), "role": (0.0, 63.0), "trust": (0.0, 1.0), "habit": (0.0, 1.0),
    "ads": (0.0, 100.0), "friends": (0.0, 1.0), "dearness": (-10.0, 10.0), "promotion": (0.0, 1.0), "gone": (0.0, 1.0),
    "sensitivity": (0.0, 10.0), "price": (0.01, 1e6), "word": (-1.0, 1.0), "before": (-1.0, 1.0), "evidence": (-1e4, 1e4),
}  # fmt: skip
WHOLE = {"role", "owning", "degree", "strength", "tone"}


def _rules():
    for name, one in registry().items():
        source = (one.kernels + one.spread + tuple(found for _, found in one.early) + (one.dawn, one.setup))[0]
        if source is None:
            continue
        module = importlib.import_module(source.__module__)
        for word, found in vars(module).items():
            own = isinstance(found, CPUDispatcher) and found.__module__ == module.__name__
            if own and not found.targetoptions.get("nogil") and not _takes_columns(found):
                yield pytest.param(one, found, id=f"{name}.{word}")


def _takes_columns(rule) -> bool:
    """Whether a rule writes to its arguments, walks over them or looks things up in them: then it is none of single numbers."""
    return bool(written_names(rule)) or any(
        isinstance(one, ast.For | ast.Subscript) for one in ast.walk(ast.parse(inspect.getsource(rule.py_func)))
    )


def _range_of(one: Mechanism, word: str) -> tuple[float, float]:
    if word in one.params:
        return one.params[word].low, one.params[word].high
    for other in registry().values():
        if word in other.params and word not in RANGES:
            return other.params[word].low, other.params[word].high
    assert word in RANGES, f"say in RANGES what '{word}' may be, so that rules taking it can be tried"
    return RANGES[word]


@pytest.mark.parametrize(("one", "rule"), list(_rules()))
def test_a_rule_is_finite_over_the_whole_range_of_its_arguments(one, rule):
    words = arguments(rule)
    luck = np.random.Generator(np.random.PCG64(3))
    ranges = np.array([_range_of(one, word) for word in words])
    points = [np.where(luck.random(len(words)) < 0.5, ranges[:, 0], ranges[:, 1]) for _ in range(40)]
    points += [luck.uniform(ranges[:, 0], ranges[:, 1]) for _ in range(60)]
    for point in points:
        given = [int(value) if word in WHOLE else float(value) for word, value in zip(words, point)]
        value = float(rule.py_func(*given)) if rule.__name__ == "pack" else float(rule(*given))
        assert np.isfinite(value), f"{rule.__name__}{tuple(zip(words, given))} = {value}"


@pytest.mark.parametrize("name", NAMES)
def test_columns_stay_in_range_at_the_extremes_of_every_parameter(warm, name):
    for key, param in registry()[name].params.items():
        for value in (param.low, param.high):
            engine = live(SMALL.with_({f"{name}.{key}": float(value)}))
            assert columns_out_of_range(engine) == [], f"with {name}.{key} = {value:g}"
            for series, values in (engine.series | engine.market_series).items():
                assert np.isfinite(values).all(), f"series {series} with {name}.{key} = {value:g}"
            people = engine.tables["people"]
            assert people.min() >= 0
            assert (people.sum(axis=(1, 2)) == engine.consumers).all()


@pytest.mark.parametrize("name", NAMES)
def test_columns_stay_in_range_with_all_parameters_of_a_mechanism_at_one_end(warm, name):
    params = registry()[name].params
    for end in ("low", "high"):
        engine = live(SMALL.with_({f"{name}.{key}": float(getattr(param, end)) for key, param in params.items()}))
        assert columns_out_of_range(engine) == [], f"with every parameter of {name} at its {end} end"


def pleasing():
    """The busy market with good brands: where what people say, read and live through is mostly favourable."""
    better = {
        f"world.brands.{name}.{key}": value
        for name in ("Ny", "Stor", "Billig")
        for key, value in (("quality", 0.85), ("problem_rate", 0.15), ("transparency", 0.2))
    }
    return busy(consumers=1200, paths=better)


def measure_of(engine: Engine, measure: str) -> float:
    """Mean over days and brands of a series or tally; counts are totals. Raises KeyError for a name nobody declares."""
    if measure in engine.series:
        return float(engine.series[measure].mean())
    if measure in engine.market_series:
        return float(engine.market_series[measure].mean())
    return float(engine.columns[measure].mean())


def dose(scenario, name, response, value, seed) -> float:
    """The measure of a response at one value of its parameter."""
    engine = Engine(scenario.with_({f"{name}.{response.parameter}": float(value)}), seed=seed)
    total = 0.0
    counts = {"moves": ("transitions",), "purchases": ("purchases_first", "purchases_repeat")}.get(response.measure)
    for _ in range(engine.calendar.days):
        engine.step()
        for word in counts or ((response.measure,) if response.measure in engine.tallies else ()):
            total += float((engine.tables if word in engine.tables else engine.tallies)[word].sum())
    return total if counts or response.measure in engine.tallies else measure_of(engine, response.measure)


@pytest.mark.parametrize(("name", "response"), RESPONSES, ids=[f"{name}.{one.parameter}" for name, one in RESPONSES])
def test_a_rising_dose_has_the_stated_response_on_common_numbers(warm, name, response):
    """Paired over four seeds where brands please, from the low end to twice the default (or the high end)."""
    param = registry()[name].params[response.parameter]
    high = min(param.high, 2.0 * param.default) if param.default > param.low else param.high
    scenario = pleasing()
    pairs = [[dose(scenario, name, response, value, seed) for value in (param.low, high)] for seed in range(4)]
    gains = np.diff(pairs, axis=1)
    assert np.mean(gains) * response.sign > 0, f"{response.measure} changed by {gains}"
    assert sum(np.sign(gains) == response.sign) >= 3, f"{response.measure} changed by {gains}"


@pytest.mark.parametrize("name", [name for name, one in registry().items() if one.responses])
def test_each_response_curve_draws(warm, name):
    from matplotlib.figure import Figure

    scenario = busy(days=8, consumers=200)
    for response in registry()[name].responses:
        param = registry()[name].params[response.parameter]
        doses = np.linspace(param.low, param.high, 5)
        curve = [dose(scenario, name, response, value, 1) for value in doses]
        figure = Figure()
        figure.subplots().plot(doses, curve)
        figure.canvas.draw()
        assert np.isfinite(curve).all(), f"{name}.{response.parameter}: {curve}"
