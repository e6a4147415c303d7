"""The chapters of the story, and what a page may call of each of their modules."""

import inspect
from pathlib import Path
from types import ModuleType

STORY = Path(__file__).parents[2] / "src" / "helpers" / "story"
TESTS = Path(__file__).parent


def chapters() -> list[str]:
    """Every folder of the story is a chapter, named as its page."""
    return sorted(p.name for p in STORY.iterdir() if p.is_dir() and any(p.glob("*.py")))


def modules_of(chapter: str) -> list[str]:
    return sorted(p.stem for p in (STORY / chapter).glob("*.py") if p.stem != "__init__")


def functions_of(module: ModuleType) -> set[str]:
    """The public functions of a module: those it defines itself, without an underscore."""
    found = inspect.getmembers(module, inspect.isfunction)
    return {name for name, f in found if f.__module__ == module.__name__ and not name.startswith("_")}
