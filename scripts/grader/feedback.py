"""What a learner gets back: the points, why, and the notebook as it ran. All text of theirs is text here, never markup."""

from __future__ import annotations

import re

from jinja2 import Environment
from nbformat import NotebookNode

from .submission import Report

BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{{ name }}: {{ points(report.points) }} of {{ points(report.most) }} points</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1f2328 }
pre { font: 13px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; padding: .6rem }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #d0d7de }
td.number { white-space: nowrap } td pre { padding: .1rem 0 }
section { border: 1px solid #d0d7de; border-radius: 6px; margin: 1rem 0 }
section > pre:first-child { background: #f6f8fa }
.right { color: #1a7f37 } .wrong { color: #b32424 }
img { max-width: 100% }
</style>
</head>
<body>
<h1>{{ name }}</h1>
<p>{{ report.exercise or "not graded" }}: <strong>{{ points(report.points) }} of {{ points(report.most) }} points</strong></p>
{% if report.note %}
<p class="wrong">{{ report.note }}</p>
{% endif %}
{% if report.cells %}
<table>
<tr><th>check</th><th>points</th><th></th></tr>
{% for cell in report.cells %}
<tr><td><a href="#{{ cell.id }}">{{ cell.id }}</a></td><td class="number">{{ points(cell.points) }} of {{ points(cell.most) }}</td>
<td><pre class="{{ 'right' if cell.points == cell.most else 'wrong' }}">{{ cell.message }}</pre></td></tr>
{% endfor %}
</table>
{% endif %}
{% for cell in cells %}
<section{% if cell.id %} id="{{ cell.id }}"{% endif %}>
<pre>{{ cell.source }}</pre>
{% for output in cell.outputs %}
{% if output.picture %}<img alt="{{ output.text }}" src="data:image/png;base64,{{ output.picture }}">
{% else %}<pre class="{{ 'wrong' if output.error }}">{{ output.text }}</pre>{% endif %}
{% endfor %}
</section>
{% endfor %}
</body>
</html>
"""


def to_page(name: str, report: Report, cells: list[NotebookNode]) -> str:
    """The feedback as one HTML page, without scripts and without a network."""
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(PAGE)
    page = template.render(name=name, report=report, cells=[_shown(cell) for cell in cells], points=told)
    return page.encode("utf-8", "replace").decode()  # half a surrogate pair, which a submission may print, has no UTF-8


def told(points: float) -> str:
    """Points as people write them: 2, not 2.0."""
    return f"{points:g}"


def _shown(cell: NotebookNode) -> dict[str, object]:
    rules = cell.metadata.get("nbgrader")
    name = rules.get("grade_id", "") if isinstance(rules, dict) else ""
    outputs = [_output(output) for output in cell.get("outputs", [])]
    return {"id": str(name), "source": cell.source, "outputs": outputs}


def _output(output: NotebookNode) -> dict[str, object]:
    if output.output_type == "error":
        return {"text": "\n".join(output.traceback) or f"{output.ename}: {output.evalue}", "error": True}
    if output.output_type == "stream":
        return {"text": output.text}
    picture = str(output.data.get("image/png", ""))
    text = str(output.data.get("text/plain", ""))
    return {"text": text, "picture": picture if BASE64.fullmatch(picture) else ""}
