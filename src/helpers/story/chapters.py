"""A page's chapter: the folder of `story` named as its notebook without the number, and the modules in it.

What a chapter has to tell the kit stands in its own folder, so that a new one edits no list: its result tables
(`results.py`), and in its `__init__.py` `UNIT`, where it speaks of customers whatever the unit of analysis, and
`AS_SUPPLIED`, where it is about the data as they came, groups of few customers included.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType


def chapter_of(page: str, module: str = "") -> ModuleType | None:
    """The chapter of a page ("02_rfm"), or a module of it; None where there is none, as for an analyst's notebook."""
    chapter = page.partition("_")[2]
    file = Path(__file__).parent / chapter / f"{module or '__init__'}.py"
    if not chapter.isidentifier() or not file.is_file():
        return None
    return import_module(f"helpers.story.{chapter}" + (f".{module}" if module else ""))
