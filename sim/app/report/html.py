"""A report as one HTML file: pictures inside it as SVG, nothing fetched, readable in any browser and when printed."""

from __future__ import annotations

from html import escape

from sim.app.report.contents import Report, Section, Table
from sim.app.theme import LIGHT

STYLE = f"""
:root {{ color-scheme: light; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: {LIGHT.page}; color: {LIGHT.ink}; font: 16px/1.55 system-ui, "Segoe UI", Roboto, "DejaVu Sans",
       sans-serif; }}
main {{ max-width: 940px; margin: 32px auto; background: {LIGHT.surface}; padding: 48px 56px; border: 1px solid {LIGHT.grid};
       border-radius: 12px; }}
h1 {{ font-size: 1.9rem; line-height: 1.2; margin: 0 0 6px; letter-spacing: -.01em; }}
h2 {{ font-size: 1.2rem; margin: 44px 0 4px; }} h3 {{ font-size: 1rem; margin: 24px 0 8px; }}
.sub, .cap {{ color: {LIGHT.muted}; margin: 0; font-size: .92rem; }}
.verdict {{ border-left: 5px solid var(--mood); padding: 14px 20px; margin: 28px 0 0; background: {LIGHT.page}; }}
.verdict p {{ margin: 0; }} .verdict .first {{ font-size: 1.25rem; font-weight: 600; line-height: 1.35; }}
.verdict .caveat {{ color: {LIGHT.muted}; font-size: .92rem; margin-top: 6px; }}
.basis > p, details p {{ max-width: 46em; }}
figure {{ margin: 14px 0 0; }} svg {{ width: 100%; height: auto; display: block; }}
table {{ border-collapse: collapse; width: 100%; margin-top: 12px; font-size: .92rem; }}
caption {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
th, td {{ text-align: right; padding: 6px 8px; border-bottom: 1px solid {LIGHT.grid}; vertical-align: top; }}
td small, .made {{ color: {LIGHT.muted}; white-space: nowrap; }}
th:first-child, td:first-child {{ text-align: left; }} tbody th {{ font-weight: 400; }}
.basis td, .basis th, .events td, .events th {{ text-align: left; overflow-wrap: anywhere; }}
details {{ margin-top: 6px; color: {LIGHT.muted}; font-size: .92rem; }} summary {{ cursor: pointer; color: {LIGHT.primary}; }}
pre {{ background: {LIGHT.page}; border: 1px solid {LIGHT.grid}; border-radius: 8px; padding: 14px; overflow-x: auto;
      font-size: .8rem; line-height: 1.45; }}
.scroll {{ overflow-x: auto; }} :focus-visible {{ outline: 3px solid {LIGHT.focus}; outline-offset: 2px; }}
@media (max-width: 640px) {{ figure {{ overflow-x: auto; }} svg {{ min-width: 560px; }}
  main {{ margin: 0; border: 0; border-radius: 0; padding: 24px 18px; }} }}
@media print {{ :root {{ font-size: 11px; }} body {{ background: #fff; font-size: 1rem; }} h2 {{ margin-top: 24px; }}
  th, td {{ padding: 3px 6px; }} details {{ display: none; }} main {{ border: 0; margin: 0; padding: 0; max-width: none; }}
  section {{ break-inside: avoid; }} section.basis {{ break-before: page; }}
  pre {{ white-space: pre-wrap; }} td small {{ white-space: normal; }} }}
"""


def to_html(report: Report) -> str:
    """The report as one page."""
    from sim.app.words import Words

    how = Words(report.language)("card.how")
    mood = {1: LIGHT.good, -1: LIGHT.bad, 0: LIGHT.warning}[report.mood]
    parts = "\n".join(_section(one, how) for one in report.sections)
    detail = f"<p>{escape(report.detail)}</p>" if report.detail else ""
    return f"""<!DOCTYPE html>
<html lang="{report.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{escape(report.title)}</title>
<style>{STYLE}</style>
</head>
<body><main>
<header><h1>{escape(report.title)}</h1><p class="sub">{escape(report.subtitle)} · <span class="made">{report.made}</span></p>
<div class="verdict" style="--mood: {mood}"><p class="first">{escape(report.verdict)}</p>{detail}
<p class="caveat">{escape(report.caveat)}</p></div></header>
{parts}
</main></body></html>
"""


def _section(one: Section, how: str) -> str:
    from sim.app.paper.printing import as_svg

    body = [f"<h2>{escape(one.heading)}</h2>"]
    kind = "p" if one.last_page else 'p class="cap"'
    body += [f"<{kind}>{escape(text)}</p>" for text in one.text]
    if one.picture is not None:
        svg = as_svg(one.picture, one.name).replace("<svg", f'<svg role="img" aria-label="{escape(one.alt)}"', 1)
        body.append(f'<figure tabindex="0">{svg}</figure>')
    if one.table is not None:
        body.append(_table(one.table, one.heading))
    if one.how:
        body.append(f"<details><summary>{escape(how)}</summary><p>{escape(one.how)}</p></details>")
    if one.mono:
        body.append(f"<h3>{escape(one.mono_name)}</h3>")
        body.append(f'<pre tabindex="0" role="region" aria-label="{escape(one.mono_name)}">{escape(one.mono)}</pre>')
    return f'<section class="{one.name}">' + "\n".join(body) + "</section>"


def _table(table: Table, name: str) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{_cell(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in table.rows
    )
    caption = f"<caption>{escape(table.caption)}</caption>"
    region = f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(name)}">'
    return f"{region}<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"


def _cell(text: str) -> str:
    """What stands in a cell: a second line is smaller and is not broken."""
    first, _, second = text.partition("\n")
    return escape(first) + (f"<br><small>{escape(second)}</small>" if second else "")
