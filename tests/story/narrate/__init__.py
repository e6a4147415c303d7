"""The narrators' tests; those that several files share fail with the same detail as the rest."""

import pytest

pytest.register_assert_rewrite("tests.story.narrate.branches")
