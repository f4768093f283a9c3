"""Real series beside simulated ones: adoption, repeat buying, brand buying, and contagion on recorded ties.

    from sim.evidence import series
    for one in series.every():
        print(one.title, one.run(quick=True).sentence)

`python -m sim.evidence.series --out DIR` shows every study with the stored parameters; `--fit` finds them anew. Each study is
fitted on the first 60 % of its points and judged on the rest, beside a textbook model and naive forecasts
(`sim.evidence.benchmarks`). Recorded figures, their origin and licences: `sim/evidence/data/series/README.md`.
"""

from __future__ import annotations

from sim.evidence.series.study import Row, SeriesResult, SeriesStudy, picture

__all__ = ["Row", "SeriesResult", "SeriesStudy", "every", "picture"]


def every() -> list[SeriesStudy]:
    """All studies, in the order they are shown: adoption, repeat buying, brands, contagion.

    >>> [one.id for one in every()][:3]
    ['room_air_conditioners', 'color_televisions', 'clothes_dryers']
    """
    from sim.evidence.series import adoption, dirichlet, exposure, repeat

    return [*adoption.studies(), *repeat.studies(), *dirichlet.studies(), *exposure.studies()]
