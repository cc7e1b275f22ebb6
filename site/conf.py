"""Sphinx' settings for the site of the lessons; `npm run site` collects the pages beside a copy of this file."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "convlab"
author = "convlab"
language = "en"

extensions = ["myst_nb", "convlab_pages"]
# the outputs are those that are stored in the notebooks
nb_execution_mode = "off"
nb_ipywidgets_js = {}
nb_merge_streams = True
nb_code_prompt_show = "Show the solution"
nb_code_prompt_hide = "Hide the solution"
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
myst_heading_anchors = 3

html_math_renderer = "mathml"
html_theme = "sphinx_book_theme"
html_title = "convlab"
exclude_patterns = ["_extra"]
templates_path = ["_templates"]
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_extra_path = ["_extra"]
html_css_files = ["site.css"]
html_js_files = [("figures.js", {"defer": "defer"})]
html_show_copyright = False
html_copy_source = True
html_theme_options = {
    "show_toc_level": 2,
    "use_download_button": True,
    "use_fullscreen_button": False,
    "home_page_in_toc": False,
    "navbar_persistent": [],
    "footer_content_items": [],
    "show_navbar_depth": 1,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
