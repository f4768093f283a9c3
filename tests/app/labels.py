"""Texts in the charts of a page: none on another, none under a mark, none cut off, and all where they belong."""

from __future__ import annotations

from typing import Any

BETWEEN = 4.0
"""Pixels between two texts that stand in one line, at least: with less they are read as one."""
COLLISIONS = """between => [...document.querySelectorAll('.chart')].flatMap(({ __vue__: card }) => {
  const wide = card.plot.getWidth(), high = card.plot.getHeight();
  const said = one => one.style && one.style.text != null && String(one.style.text).trim();
  const shapes = card.plot.getZr().storage.getDisplayList(true).filter(one => !one.ignore && !one.invisible);
  // A text's corners, as high as its letters: what zrender takes for a line's height depends on the fonts there are.
  const corners = (one, aside) => {
    const box = one.getBoundingRect(), size = said(one) ? parseFloat(/([\\d.]+)px/.exec(one.style.font)[1]) : box.height;
    const spare = box.height - size, y = box.y + ({ top: 0, middle: spare / 2 }[one.style.textBaseline] ?? spare);
    return [[-aside, 0], [box.width + aside, 0], [box.width + aside, size], [-aside, size]]
      .map(([right, down]) => one.transformCoordToGlobal(box.x + right, y + down));
  };
  // Two boxes at any angle lie apart if a side of one divides them.
  const meet = (one, other) => [one, other].every(box => [0, 1].every(side => {
    const across = box[side + 1][0] - box[side][0], down = box[side + 1][1] - box[side][1];
    const length = Math.hypot(across, down) || 1;
    const [mine, theirs] = [one, other].map(points => points.map(([x, y]) => (x * across + y * down) / length));
    return Math.min(Math.max(...mine), Math.max(...theirs)) - Math.max(Math.min(...mine), Math.min(...theirs)) > 1;
  }));
  const texts = shapes.filter(said), found = [];
  const marks = shapes.filter(one => one.shape && one.shape.symbolType && one.shape.symbolType !== 'arrow' && !one.silent);
  texts.forEach((one, i) => {
    const here = corners(one, 0), text = one.style.text;
    if (here.some(([x, y]) => x < -1 || x > wide + 1 || y < -1 || y > high + 1)) found.push([text, 'is cut off']);
    texts.slice(i + 1).filter(other => meet(corners(one, between / 2), corners(other, between / 2)))
      .forEach(other => found.push([text, 'touches ' + other.style.text]));
    if (marks.some(mark => meet(here, corners(mark, 0)))) found.push([text, 'lies under a mark']);
  });
  return found.map(each => [card.name, ...each]);
})"""
STRAYED = """() => [...document.querySelectorAll('.chart')].flatMap(({ __vue__: card }) => {
  const box = document.body.appendChild(document.createElement('div')), fresh = card.echarts.init(box, null,
    { width: card.plot.getWidth(), height: card.plot.getHeight() });
  fresh.setOption(card.finished());
  const [here, there] = [card.plot, fresh].map(plot => plot.getZr().storage.getDisplayList(true).filter(one => one.style.text)
    .map(one => [card.name, one.style.text, ...one.transformCoordToGlobal(one.style.x, one.style.y).map(Math.round)].join(' ')));
  box.remove();
  return here.filter(text => !there.includes(text));
})"""


def collisions(page: Any, patience: int = 0) -> list[list[str]]:
    """Chart, text and fault of what cannot be read well as the page stands; read from the shapes that are drawn.

    patience: quarters of a second that charts have to be drawn anew, as after the window became narrower.
    """
    found: list[list[str]] = page.evaluate(COLLISIONS, BETWEEN)
    while found and patience > 0:
        page.wait_for_timeout(250)
        found, patience = page.evaluate(COLLISIONS, BETWEEN), patience - 1
    return found


def strayed(page: Any) -> list[str]:
    """Texts of charts that are elsewhere than if the chart were drawn for the first time, as where a line ended before."""
    found: list[str] = page.evaluate(STRAYED)
    return found
