"""How a stretch of a customer's time is named."""


def stage_name(start: float, stop: float) -> str:
    """Months of tenure: (0, 1) -> "the first month"; (3, 6) -> "months 4 to 6"."""
    first, last = int(start) + 1, int(stop)
    if first == last:
        return "the first month" if first == 1 else f"month {first}"
    return f"months {first} to {last}"
