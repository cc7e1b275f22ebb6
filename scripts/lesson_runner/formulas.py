"""Formulas as MathML, which browsers draw themselves: no page needs a script or a network for them."""

from __future__ import annotations

import html

from latex2mathml.converter import convert as to_mathml

# environments that the converter does not know, and the ones that look the same ('' leaves the content alone)
ENVIRONMENTS = {"aligned": "align*", "gathered": "align*", "equation*": "", "equation": ""}


def formula(tex: str, display: str) -> str:
    """A formula as MathML; `display` is "block" or "inline"."""
    for name, known in ENVIRONMENTS.items():
        tex = tex.replace(rf"\begin{{{name}}}", known and rf"\begin{{{known}}}").replace(rf"\end{{{name}}}", known and rf"\end{{{known}}}")
    try:
        return str(to_mathml(tex, display=display))
    except Exception:  # the converter's errors have no common base; the formula stays readable as TeX
        return f"<code>{html.escape(tex)}</code>"
