"""The app's charts as plain functions: from runs to an ECharts option, a table and words. Nothing here knows of a page."""

from sim.app.charts.build_up import build_up, difference_builds_up
from sim.app.charts.chart import TODAY, Chart, Look
from sim.app.charts.difference import difference
from sim.app.charts.feelings import over_time
from sim.app.charts.flow import journey_flow, through_the_year
from sim.app.charts.losses import drop_off, where_you_lose_them
from sim.app.charts.paths import path_table
from sim.app.charts.touches import touchpoints

__all__ = [
    "TODAY",
    "Chart",
    "Look",
    "build_up",
    "difference",
    "difference_builds_up",
    "drop_off",
    "journey_flow",
    "over_time",
    "path_table",
    "through_the_year",
    "touchpoints",
    "where_you_lose_them",
]
