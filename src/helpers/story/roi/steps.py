"""The programme's inputs and the steps to its net gain, as readers call them."""

INPUT_NAMES = {
    "lift": "The lift per customer",
    "margin": "The margin",
    "cost": "What it costs",
    "reach": "How many are reached",
    "duration": "How long the lift lasts",
}
STEP_NAMES = {
    "extra_revenue": "Extra revenue",
    "cost_of_goods": "Cost of goods",
    "contact_cost": "Cost of contacts",
    "one_off_cost": "One-off cost",
    "monthly_cost": "Monthly cost",
    "discounting": "Discounting",
    "net_gain": "Net gain",
}
BASES = {
    "pays": "Repeats what paid",
    "planned": "Follows the plan",
    "tested": "Repeats what was tested",
}
