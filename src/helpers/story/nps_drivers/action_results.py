"""The tables of customers that the page on recommendation saves: who said what last, and whom to contact about it."""

from helpers.story.results import ResultTable, count, date, flag, money, number, text

CUSTOMERS_NPS = ResultTable(
    "customers_nps",
    "a customer who answered",
    {
        "customer_id": text(),
        "score": number("0 to 10, of the latest answer"),
        "group": text("detractors, passives or promoters"),
    },
    key=["customer_id"],
    about="Every customer who answered; `nps_actions` lists those to contact now.",
)
NPS_ACTIONS = ResultTable(
    "nps_actions",
    "an answer to follow up: the latest of its customer, given in the last `follow_up_days`",
    {
        "customer_id": text(),
        "account_id": text("blank where not known"),
        "response_id": text("blank where answers are not numbered"),
        "score": number("as given"),
        "category": text("detractors, passives or promoters"),
        "priority": count("place in the category's list, 1 first: by value at stake, then by score"),
        "owner": text("whom the client's data name, else a role by `owners`"),
        "action": text(),
        "due_in_days": count("from `as_of` on"),
        "reason": text(
            "the score, the ratings furthest below their average and the touchpoint; no words of the customer"
        ),
        "value_at_stake": money(
            "spent in the 365 days up to `as_of`, else fees a year; blank where neither is known. With `unit: account` "
            "the account's, on the row of each of its people: do not add these up"
        ),
        "answered_on": date("blank where answers have no date"),
        "wave": text("blank where there are none"),
        "consented": flag("to be contacted; no where the list does not say. Who refused is not listed"),
    },
    key=["customer_id"],
    about="Personal data: for the teams that make the calls, not for sending with the report. Answers without a "
    "customer number, followed by a later one, too old or undated, and those of customers who may not be contacted "
    "are left out; the page counts them.",
    todo=True,
)
RESULTS = (CUSTOMERS_NPS, NPS_ACTIONS)
