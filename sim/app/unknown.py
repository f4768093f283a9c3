"""What a visitor sees at an address that is no page: a way back, with the plan that the address may hold."""

from __future__ import annotations

import re
from html import escape
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from sim.app.theme import DARK, LIGHT
from sim.app.words import LANGUAGES, Words, first_choice


def unknown_page(query: str, cookies: str, accepted: str) -> str:
    """The page in the visitor's language and colours. query, cookies, accepted: of the request; damaged ones are passed over."""
    try:
        kept = {key: one.value for key, one in SimpleCookie(cookies).items()}
    except CookieError:
        kept = {}
    wish = kept.get("journeysim-language", "")
    words = Words(wish if wish in LANGUAGES else first_choice(accepted))
    colours = DARK if kept.get("journeysim-theme") == "dark" else LIGHT
    token = parse_qs(query).get("s", [""])[0]
    home = f"/?s={token}" if re.fullmatch(r"[\w-]+", token, re.ASCII) else "/"
    return f"""<!DOCTYPE html>
<html lang="{words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(words("unknown.title"))} · Journeysim</title>
<style>
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; background: {colours.page}; color: {colours.ink};
       font: 17px/1.55 Roboto, system-ui, "Segoe UI", sans-serif; }}
main {{ max-width: 30em; padding: 24px; }}
h1 {{ font-size: 1.75rem; line-height: 1.25; margin: 0 0 8px; letter-spacing: -.01em; }}
p {{ margin: 0 0 24px; color: {colours.muted}; }}
a {{ display: inline-block; padding: 10px 18px; border-radius: 8px; background: {colours.primary}; color: {colours.on_primary};
    font-weight: 500; text-decoration: none; }}
a:focus-visible {{ outline: 3px solid {colours.focus}; outline-offset: 2px; }}
</style>
</head>
<body><main><h1>{escape(words("unknown.title"))}</h1><p>{escape(words("unknown.text"))}</p>
<a href="{home}">{escape(words("unknown.home"))}</a></main></body>
</html>
"""
