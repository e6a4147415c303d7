"""The story's tests; the checks that chapters share fail with the same detail as the rest."""

import pytest

pytest.register_assert_rewrite("tests.story.chart_checks", "tests.story.table_checks", "tests.story.word_checks")
