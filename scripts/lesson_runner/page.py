"""An executed notebook as one HTML page that opens without a network: figures interactive, formulas as MathML."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, pass_context
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from .formulas import formula
from .read import NotebookError

PLOTLY = "application/vnd.plotly.v1+json"
TEMPLATE = "lesson.html.j2"
# what these blocks hold would be fetched from elsewhere: require.js, MathJax and Mermaid
BLOCKS = """{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{{ resources.lesson_scripts }}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
"""


class PlotlyFigures(Preprocessor):
    """Turns Plotly figures into elements that plotly.js draws, with the still picture for readers without scripts."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict[str, Any], index: int) -> tuple[NotebookNode, dict[str, Any]]:
        """Adds HTML to each output that holds a figure."""
        for number, output in enumerate(cell.get("outputs", [])):
            data = output.get("data", {})
            if PLOTLY in data:
                data["text/html"] = _figure(data, f"figure-{index}-{number}")
                resources["has_figures"] = True
        return cell, resources


class MathRenderer(IPythonRenderer):
    """Writes formulas as MathML, which browsers draw themselves."""

    def block_math(self, body: str) -> str:
        return formula(body, "block")

    def multiline_math(self, text: str) -> str:
        return formula(text, "block")

    def latex_environment(self, name: str, body: str) -> str:
        return formula(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")

    def inline_math(self, body: str) -> str:
        return formula(body, "inline")


class LessonExporter(HTMLExporter):
    """nbconvert's JupyterLab look, self-contained."""

    def __init__(self, **options: Any) -> None:
        loaders = [DictLoader({TEMPLATE: BLOCKS})]
        super().__init__(extra_loaders=loaders, template_file=TEMPLATE, **options)

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Markdown as HTML, formulas included."""
        attachments = context.get("cell", {}).get("attachments", {})
        renderer = MathRenderer(escape=False, attachments=attachments, **self.lexer_options)
        return MarkdownWithMath(renderer=renderer).render(source)


def to_html(notebook: NotebookNode, title: str, plotly: Path | None) -> str:
    """The page of an executed notebook; `plotly` is the file put into it where it has figures."""
    page_notebook = NotebookNode(json.loads(json.dumps(notebook), object_hook=NotebookNode))
    resources: dict[str, Any] = {"metadata": {"name": title}}
    page_notebook, resources = PlotlyFigures(enabled=True).preprocess(page_notebook, resources)
    script = plotly.read_text(encoding="utf-8") if plotly and resources.get("has_figures") else ""
    resources["lesson_scripts"] = f"<script>{script}</script>" if script else ""
    try:
        page, _ = LessonExporter().from_notebook_node(page_notebook, resources=resources)
    except Exception as error:  # nbconvert's errors have no common base
        raise NotebookError(f"{title}.ipynb: no page can be made of it ({type(error).__name__}: {error})") from error
    return str(page)


def _figure(data: NotebookNode, identifier: str) -> str:
    figure = data[PLOTLY]
    # a text in the figure may hold "</script>", which would end the script, or "<!--<script>", after which nothing would
    spec = json.dumps({key: figure.get(key) for key in ("data", "layout", "config", "frames") if figure.get(key)}).replace("<", "\\u003c")
    return f'<div id="{identifier}"></div><noscript>{_still(data)}</noscript><script>Plotly.newPlot("{identifier}", {spec});</script>'


def _still(data: NotebookNode) -> str:
    if "image/svg+xml" in data:
        return str(data["image/svg+xml"])
    if "image/png" in data:
        return f'<img src="data:image/png;base64,{data["image/png"]}" alt="{html.escape(data.get("text/plain", ""))}">'
    return html.escape(data.get("text/plain", "an interactive figure"))
