"""`python -m helpers` is `kit`."""

from helpers.runs.cli import main

main()
