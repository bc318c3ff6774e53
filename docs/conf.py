"""How the documentation is built: offline, from the installed package, warnings as errors."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "heygen_async"
author = "the heygen_async authors"
project_copyright = author
version = release = installed("heygen-async")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "printed",
    "drawn",
    "mapped",
    "compared",
]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"heygen_async {release}"
html_copy_source = False

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# Docstrings mark code with one backtick or with two.
default_role = "code"
maximum_signature_line_length = 88
add_module_names = False
python_use_unqualified_type_names = True
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_use_ivar = True
napoleon_use_rtype = False
napoleon_numpy_docstring = False
