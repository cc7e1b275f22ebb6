"""Plotly's figures as HTML: the still picture, which `_static/figures.js` replaces by the interactive figure."""

from __future__ import annotations

import base64
import html
import json
from typing import Any

PLOTLY = "application/vnd.plotly.v1+json"
STILLS = ("image/svg+xml", "image/png")


def to_html(data: dict[str, Any]) -> str:
    """The HTML of a MIME bundle with a figure."""
    words = html.escape(_text(data.get("text/plain", "a figure")), quote=True)
    spec = json.dumps({key: data[PLOTLY].get(key) for key in ("data", "layout", "config")}, separators=(",", ":"))
    # a text in the figure may hold "</script>", which would end the script, or "<!--<script>", after which nothing would
    spec = spec.replace("<", "\\u003c")
    return f'<figure class="plotly-figure" aria-label="{words}">{_still(data, words)}<script type="application/json">{spec}</script></figure>'


def _still(data: dict[str, Any], words: str) -> str:
    kind = next((kind for kind in STILLS if kind in data), None)
    if kind is None:
        return f"<p>{words}</p>"
    content = _text(data[kind])
    encoded = base64.b64encode(content.encode()).decode() if kind == "image/svg+xml" else content.replace("\n", "")
    return f'<img src="data:{kind};base64,{encoded}" alt="{words}" loading="lazy">'


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
