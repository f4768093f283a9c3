"""Days in a scenario file: a date, or a number of days after the start."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from sim.scenario.errors import FORMS


def _as_date(value: Any) -> Any:
    """A date written as text (JSON has no dates) becomes one; a date with a time of day is refused."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    if type(value) is not date:
        raise PydanticCustomError("date_wanted", FORMS["give_date"])
    return value


def _as_moment(value: Any) -> Any:
    """A whole number of days of 0 or more, or a date."""
    if type(value) is int and value >= 0:
        return value
    try:
        return _as_date(value)
    except PydanticCustomError:
        raise PydanticCustomError("moment_wanted", FORMS["give_moment"]) from None


Day = Annotated[date, BeforeValidator(_as_date)]
"""A date (2025-03-01)."""
When = Annotated[date | Annotated[int, Field(ge=0)], BeforeValidator(_as_moment)]
"""A moment: a date (2025-03-01) or a whole number of days after the start (0 is the first day)."""
