"""The segment maps that ship, and what to do about each of their segments.

Rules speak of five scores a measure. `late` is late by the customer's own rhythm, `once` is one order only; see `maps`.
The grid of recency by frequency in common use names customers by rank alone; here the names that claim absence go to
customers who are late, and to no others.
"""

# Best to worst is the order in which segments are shown; of rules it is the order in which they are tried.
ELEVEN = (
    "Champions: r 5, f 4-5, late no",
    "Loyal customers: f 4-5, late no",
    "Potential loyalists: r 4-5, late no, once no",
    "Repeat buyers: late no, once no",
    "New customers: r 4-5, late no",
    "One-time buyers: late no",
    "Cannot lose them: f 5, late yes",
    "At risk: f 3-4, late yes",
    "About to sleep: r 3-5, late yes",
    "Hibernating: r 2, late yes",
    "Lost: late yes",
)
EIGHT = (
    "Champions: r 4-5, f 4-5, late no",
    "Loyal customers: f 4-5, late no",
    "Repeat buyers: late no, once no",
    "New customers: r 4-5, late no",
    "One-time buyers: late no",
    "Cannot lose them: f 4-5, late yes",
    "At risk: f 2-3, late yes",
    "Lost: late yes",
)
FIVE = (
    "Loyal customers: f 4-5, late no",
    "Repeat buyers: late no, once no",
    "One-time buyers: late no",
    "At risk: f 3-5, late yes",
    "Lost: late yes",
)
# Where nobody's rhythm is known a name says where customers stand, and no more.
POSITIONS = (
    "More orders, latest: r 4-5, f 4-5",
    "More orders, earlier: f 4-5",
    "Fewer orders, latest: r 4-5, once no",
    "Fewer orders, earlier: once no",
    "One order, latest: r 4-5",
    "One order, earlier:",
)
# Where everybody is on time recency parts nobody.
ON_TIME = (
    "Core customers: f 4-5, m 4-5",
    "Frequent, smaller spend: f 4-5",
    "High spend, fewer orders: m 4-5",
    "Middle customers: f 2-5, m 2-5",
    "Smaller customers:",
)
ON_TIME_WITHOUT_SPEND = ("Most orders: f 4-5", "Middling orders: f 2-3", "Fewest orders:")
BY_NUMBER = {5: FIVE, 8: EIGHT, 11: ELEVEN}
SHIPPED = (FIVE, EIGHT, ELEVEN, POSITIONS, ON_TIME, ON_TIME_WITHOUT_SPEND)

# Segment: objective, action. Whatever channel the client has will do.
_PLANS = {
    "Champions": ("Keep", "Reward them, show them new products first and ask for referrals."),
    "Loyal customers": ("Grow", "Offer the next product up and ask for reviews."),
    "Potential loyalists": ("Grow", "Invite them into a membership and suggest what similar customers buy next."),
    "Repeat buyers": ("Grow", "Suggest what goes with their usual order, at the time they usually order."),
    "New customers": ("Win the second order", "Help them succeed with the first order and set up the second."),
    "One-time buyers": ("Win the second order", "Remind them of that order and suggest what others bought next."),
    "About to sleep": ("Bring back", "Show them popular products and reconnect before the habit is gone."),
    "At risk": ("Bring back", "Write personally, solve what went wrong and offer a way back."),
    "Cannot lose them": ("Bring back", "Call them, learn why they stopped and win them back before a competitor does."),
    "Hibernating": ("Test", "Keep them in low-cost mailings and offer products outside their last category."),
    "Lost": ("Limit the cost", "Try one win-back message, then stop spending on them."),
    "More orders, latest": ("Keep", "Reward them, show them new products first and ask for referrals."),
    "More orders, earlier": ("Keep", "Ask the biggest of them whether something went wrong."),
    "Fewer orders, latest": ("Grow", "Suggest what similar customers buy next."),
    "Fewer orders, earlier": ("Grow", "Remind them of what they bought, and keep the cost of it low."),
    "One order, latest": ("Win the second order", "Help them succeed with the first order and set up the second."),
    "One order, earlier": ("Win the second order", "Try one message about what others bought next."),
    "Core customers": ("Keep", "Give them the best service and one person who answers for it."),
    "Frequent, smaller spend": ("Grow", "Suggest what goes with their usual order, to make it larger."),
    "High spend, fewer orders": ("Grow", "Make ordering again easy: reminders, standing orders, delivery dates."),
    "Middle customers": ("Grow", "Suggest what similar customers buy next."),
    "Smaller customers": ("Serve at low cost", "Serve them well by the cheapest means, and test what makes them grow."),
    "Most orders": ("Keep", "Reward them, show them new products first and ask for referrals."),
    "Middling orders": ("Grow", "Suggest what similar customers buy next."),
    "Fewest orders": ("Grow", "Make ordering again easy: reminders, standing orders, delivery dates."),
}
_LATE, _OTHER = ("Bring back", "Ask the biggest of them what keeps them, and offer a way back."), ("Keep", "")


def propose_segments(customers: int) -> int:
    """How many segments so many customers carry: our own convention, some 100 customers a segment on average."""
    return 11 if customers >= 1_100 else 8 if customers >= 800 else 5


def action_of(segment: str, late: bool = False) -> str:
    """What to do about a segment, as far as the kit knows it by name; for others, whether it is late decides."""
    return _PLANS.get(segment, _LATE if late else _OTHER)[1]


def objective_of(segment: str, late: bool = False) -> str:
    """What a client wants of a segment, in two or three words."""
    return _PLANS.get(segment, _LATE if late else _OTHER)[0]
