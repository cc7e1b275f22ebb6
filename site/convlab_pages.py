"""What Sphinx and MyST-NB do not know by themselves: our figures, our exercises, formulas without a script.

A Sphinx extension. Notebooks are changed when they are read, before MyST-NB parses them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from lesson_runner.formulas import formula
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from plotly_figures import PLOTLY, to_html
from sphinx.application import Sphinx

GATE = "application/vnd.convlab.gate+json"
SOLUTION = ("// BEGIN SOLUTION", "// END SOLUTION")
HIDDEN = "// BEGIN HIDDEN TESTS"


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("source-read", read_source)
    app.connect("html-page-context", mend_page)
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def read_source(app: Sphinx, name: str, content: list[str]) -> None:
    """Prepares a page: a notebook's cells, or the template in a page of text."""
    if app.env.doc2path(name).suffix == ".ipynb":
        notebook = json.loads(content[0])
        notebook["cells"] = [prepare(cell) for cell in notebook["cells"] if not is_hidden(cell)]
        content[0] = json.dumps(notebook)
    else:
        lessons = json.loads((Path(app.srcdir) / "lessons.json").read_text(encoding="utf-8"))
        content[0] = app.builder.templates.render_string(content[0], {"lessons": lessons, "inline": inline})


def mend_page(app: Sphinx, name: str, template: str, context: dict[str, Any], tree: nodes.document | None) -> None:
    """Takes off MyST-NB's label of what is folded away: it hides the words that stand there from screen readers."""
    if "body" in context:
        context["body"] = context["body"].replace('<summary aria-label="Toggle hidden content">', "<summary>")


def inline(markdown: str) -> str:
    """A line of Markdown as HTML, for what stands within HTML: code, emphasis, formulas."""
    return str(MarkdownIt().use(dollarmath_plugin, renderer=lambda tex, _: formula(tex, "inline")).renderInline(markdown))


def is_hidden(cell: dict[str, Any]) -> bool:
    """True for a check that learners do not see."""
    return HIDDEN in text(cell["source"])


def prepare(cell: dict[str, Any]) -> dict[str, Any]:
    """A cell as the page shows it: solutions folded away, figures as HTML, pictures with words for who cannot see them."""
    if cell["cell_type"] != "code":
        return cell
    lines = text(cell["source"]).split("\n")
    if any(line.strip() == SOLUTION[0] for line in lines):
        cell["source"] = "\n".join(line for line in lines if line.strip() not in SOLUTION)
        cell["metadata"].setdefault("tags", []).append("hide-input")
    for output in cell["outputs"]:
        data = output.get("data", {})
        data.pop(GATE, None)  # for machines; the same stands beside it in words
        if PLOTLY in data:
            output["data"] = {"text/html": to_html(data)}
        elif any(kind.startswith("image/") for kind in data):
            cell["metadata"]["mystnb"] = {"image": {"alt": text(data.get("text/plain", "a picture"))}}
    return cell


def text(source: str | list[str]) -> str:
    """Notebooks keep texts whole or as lines."""
    return source if isinstance(source, str) else "".join(source)


def inline_math(translator: Any, node: nodes.math) -> None:
    """Writes a formula within a line."""
    translator.body.append(formula(node.astext(), "inline"))
    raise nodes.SkipNode


def block_math(translator: Any, node: nodes.math_block) -> None:
    """Writes a formula on lines of its own; a wide one scrolls by itself."""
    translator.body.append(f'<div class="formula">{formula(node.astext(), "block")}</div>')
    raise nodes.SkipNode
