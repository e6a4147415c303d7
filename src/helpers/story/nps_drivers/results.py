"""The tables that the page on recommendation saves."""

from helpers.story.nps_drivers import (
    action_results,
    depth_results,
    driver_results,
    group_results,
    theme_results,
    wave_results,
)

RESULTS = (
    *wave_results.RESULTS,
    *group_results.RESULTS,
    *driver_results.RESULTS,
    *depth_results.RESULTS,
    *theme_results.RESULTS,
    *action_results.RESULTS,
)
