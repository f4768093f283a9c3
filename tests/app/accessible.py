"""What every page owes visitors who cannot see it well, or do not bear motion."""

from __future__ import annotations

from typing import Any

import pytest

AXE = {"resultTypes": ["violations", "incomplete"]}
LEAST, LEAST_LARGE = 4.5, 3.0
"""Contrast that WCAG 2.2 level AA asks of text, and of text of 24 pixels or of 18.66 in bold."""
CHECKED = """([part, options]) => axe.run(part || document, options)
  .then(({ violations, incomplete }) => ({ violations, incomplete }))"""
CONTRASTS = """texts => texts.map(place => {
  const text = document.querySelector(place), look = getComputedStyle(text), size = parseFloat(look.fontSize);
  const parts = colour => [...colour.match(/[\\d.]+/g).map(Number), 1].slice(0, 4);
  const over = (top, ground) => [0, 1, 2].map(i => top[i] * top[3] + ground[i] * (1 - top[3])).concat(1);
  const light = colour => colour.slice(0, 3).map(one => one / 255)
    .map(one => one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4)
    .reduce((sum, one, i) => sum + one * [.2126, .7152, .0722][i], 0);
  const layers = [];
  let fade = 1;
  for (let at = text; at; at = at.parentElement) {
    layers.unshift(parts(getComputedStyle(at).backgroundColor));
    fade *= Number(getComputedStyle(at).opacity);
  }
  const ground = layers.reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  const ink = parts(look.color), both = [light(over([...ink.slice(0, 3), ink[3] * fade], ground)), light(ground)];
  return [(Math.max(...both) + .05) / (Math.min(...both) + .05), size >= 24 || (size >= 18.66 && look.fontWeight >= 700)];
})"""

MOVING = """() => [...document.querySelectorAll('*')].flatMap(one => ['', '::before', '::after'].map(part => {
  const look = getComputedStyle(one, part || null);
  const moves = look.animationName !== 'none' || look.transitionDuration.split(',').some(time => parseFloat(time) > 0);
  return moves ? one.tagName + '.' + one.getAttribute('class') + part : '';
})).filter(Boolean)"""
DRAWN_MOVING = """() => [...document.querySelectorAll('.chart')].map(one => one.__vue__.plot).filter(Boolean)
  .filter(plot => plot.getOption().animation !== false || JSON.stringify(plot.getOption()).includes('"animation":true')).length"""

FOCUSED = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
  const one = document.activeElement;
  if (!one || one === document.body) return done(null);
  const look = getComputedStyle(one), box = one.getBoundingClientRect();
  const above = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const name = (one.tagName + ' ' + (one.getAttribute('aria-label') || one.textContent.trim())).slice(0, 80);
  const ring = look.outlineStyle === 'solid' ? parseFloat(look.outlineWidth) : 0;
  done([name, ring, Boolean(above) && (one.contains(above) || above.contains(one))]);
})))"""
AT_AN_END = """before => {
  const one = document.createElement('span');
  one.tabIndex = -1;
  document.body[before ? 'prepend' : 'append'](one);
  one.focus({ preventScroll: true });
  one.remove();
}"""
"""The next stop of the Tab key is the first of the page, or with Shift the last, wherever one was."""
THINNEST_RING = 3.0
"""Pixels of the line around what has the focus."""


def assert_accessible(page: Any, rows: int | None = None) -> None:
    """Axe finds nothing on the page as it stands, whatever its weight, and what axe cannot decide has the contrast of level AA.

    rows: of each table, at most; all by default. Where text lies in a box that scrolls, or on a picture such as a select's
    arrow, axe leaves its contrast open; it is computed here from the colours of the text and of what it stands on.
    """
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs: pip install axe-playwright-python"
    )
    part = {"exclude": [[f"tbody tr:nth-child(n + {rows + 1})"]]} if rows else None
    checker = axe.Axe()
    if not page.evaluate("'axe' in window"):  # half a megabyte, read once for each page
        page.evaluate(checker.axe_script)
    found = page.evaluate(CHECKED, [part, AXE])
    assert [(one["id"], [node["html"][:150] for node in one["nodes"]][:4]) for one in found["violations"]] == []
    open_ones = [node for one in found["incomplete"] if one["id"] == "color-contrast" for node in one["nodes"]]
    contrasts = page.evaluate(CONTRASTS, [node["target"][0] for node in open_ones])
    faint = [
        (node["html"][:150], round(ratio, 2))
        for node, (ratio, large) in zip(open_ones, contrasts, strict=True)
        if ratio < (LEAST_LARGE if large else LEAST)
    ]
    assert faint == []


def assert_still(page: Any) -> None:
    """Nothing on the page can move where the visitor asked for no motion, and something can where they did not.

    Read from the computed styles of every element and from what each chart was told.
    """
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVING)
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVING) == []
    assert page.evaluate(DRAWN_MOVING) == 0


def assert_stops_are_seen(page: Any, key: str, most: int) -> int:
    """What Tab reaches from the page's start, or Shift+Tab from its end, has a ring, and nothing else hides it.

    Returns the number of stops, `most` at most.
    """
    hidden = []
    page.evaluate(AT_AN_END, key == "Tab")
    for stop in range(most):
        page.keyboard.press(key)
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        name, ring, seen = focused
        if ring < THINNEST_RING or not seen:
            hidden.append((stop, name, ring, seen))
    assert hidden == []
    return stop
