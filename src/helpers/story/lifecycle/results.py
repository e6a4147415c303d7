"""The tables that the page on the lifecycle saves."""

from helpers.story.lifecycle.plans_results import PLANS_RESULTS
from helpers.story.lifecycle.stages_results import STAGES

RESULTS = (*STAGES, *PLANS_RESULTS)
