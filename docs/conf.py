"""How the documentation is built; `make docs` does it, with warnings as errors."""

import os
import sys
from pathlib import Path

import chainrule

EXTENSIONS = str(Path(__file__).parent / "_ext")
sys.path.insert(0, EXTENSIONS)
# Pages run in kernels of their own: they find the command and the plots of this build.
os.environ["PYTHONPATH"] = os.pathsep.join([EXTENSIONS, os.environ.get("PYTHONPATH", "")])
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
os.environ.update(NO_COLOR="1", COLUMNS="100")
os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"

project = "chainrule"
author = "the chainrule authors"
version = release = chainrule.__version__

extensions = ["myst_nb", "mathml", "op_pages", "api_pages", "exercises", "drawings"]
exclude_patterns = ["_build", "_ext", "**/jupyter_execute"]
source_suffix = {".md": "myst-nb"}
root_doc = "index"

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_in_temp = True
nb_merge_streams = True
nb_render_markdown_format = "myst"  # derivations show themselves as Markdown with formulas

html_theme = "furo"
html_title = "chainrule"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_math_renderer = "mathml"  # formulas show without a network, and without JavaScript
html_show_copyright = False
html_copy_source = False
