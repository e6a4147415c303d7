"""Parameter files, execution of the notebooks, rendering and publishing of a client's report."""
