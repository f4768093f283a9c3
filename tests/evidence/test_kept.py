"""The kept report: facts measured anew replace the kept ones, those of a stopped run too, those of a quick one never."""

from __future__ import annotations

import pytest

from sim.evidence.kept import kept, merge


def newer(**said):
    """The kept report, and one of a later run that measured P01 alone."""
    old = kept("results.json")
    again = next(one for one in old["facts"] if one["id"] == "P01") | {"model": "today", "seconds": 1.0}
    return old, {**old, "model": "today", "facts": [again], **said}


def test_facts_measured_anew_replace_those_kept():
    old, new = newer(unfinished=95)  # a run that was stopped has measured P01 no less
    merged = merge(old, new)
    assert [one["id"] for one in merged["facts"]] == [one["id"] for one in old["facts"]]
    assert [one["id"] for one in merged["facts"] if one["model"] == "today"] == ["P01"]
    assert merged["unfinished"] == 0


def test_quick_reports_are_not_kept():
    with pytest.raises(ValueError, match="without --quick"):
        merge(*newer(quick=True))
