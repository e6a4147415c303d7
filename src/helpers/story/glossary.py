"""The field's words that a report uses, each explained once: the one list behind the page `glossary.html`.

A term is explained in two sentences of at most 25 words, what it is and how to read it here; pages point to it by the
spellings listed. A word that no page uses is no entry. How a report finds its terms is `runs/glossary.py`'s matter.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word of the field. spellings: what of a page's text counts as the word, also with a capital in front."""

    id: str  # of its entry on the page: "own-rhythm"
    name: str
    spellings: tuple[str, ...]
    what: str
    reading: str


TERMS = (
    Term(
        "arm", "Arm", ("arm", "arms"),
        "One of the groups of customers in a test, each treated in its own way.",
        "Where chance formed the arms, a clear difference between them is the campaign's doing.",
    ),
    Term(
        "at-random", "At random", ("at random",),
        "Chance alone decides, for instance who is contacted and who is left out.",
        "Only then does the difference between the two groups prove what the campaign did.",
    ),
    Term(
        "bg-nbd", "BG/NBD and Pareto/NBD", ("BG/NBD", "Pareto/NBD"),
        "Two models that forecast how often customers will order, from how often and how recently they did so far.",
        "The one that fits the earlier orders better is used, and tested on orders it has not seen.",
    ),
    Term(
        "churn", "Churn", ("churn",),
        "The share of customers, or of their revenue, that is lost in a period.",
        "Lower is better; the page says which customers are counted, and over which time.",
    ),
    Term(
        "cohort", "Cohort", ("cohorts",),
        "Customers who first came in the same period, followed together from then on.",
        "Compare cohorts at the same age, since older ones have had more time to buy.",
    ),
    Term(
        "control-group", "Control group", ("control group", "held out"),
        "Customers who are left out of a campaign on purpose, to see what happens without it.",
        "If chance chose them, what the others bought beyond them is what the campaign brought.",
    ),
    Term(
        "detractor", "Detractor", ("detractor", "detractors"),
        "A customer who answers the recommendation question low, as a rule with 0 to 6 out of 10.",
        "Each detractor takes from the Net Promoter Score.",
    ),
    Term(
        "discounting", "Discounting", ("discounted", "discounting"),
        "Counting money that comes later for less than money today.",
        "At a rate of 8% a year, 108 received next year counts as 100.",
    ),
    Term(
        "dormant", "Dormant", ("dormant",),
        "Said of a customer who is late with the next order, judged by the usual time between orders.",
        "It is likely, not certain, that such a customer has gone: some come back, and the page says how many.",
    ),
    Term(
        "driver", "Driver", ("driver", "drivers"),
        "A rated aspect of the experience, such as delivery, that goes with a higher or lower score.",
        "It shows where to look first, not what causes the score.",
    ),
    Term(
        "frequency", "Frequency", ("frequency",),
        "How many times a customer has ordered in the time looked at.",
        "The best score means more orders than nearly all other customers placed.",
    ),
    Term(
        "interval", "Interval", ("95% interval", "interval", "intervals", "margin of error"),
        "The range in which the true figure very likely lies, as every figure rests on a limited number of customers.",
        "The wider it is, the less is known; where it crosses zero, there may be no difference at all.",
    ),
    Term(
        "kaplan-meier", "Kaplan-Meier", ("Kaplan-Meier",),
        "A way to tell how long customers stay that also counts those who have not left yet.",
        "Each point of the curve is the share who are still customers after so many months.",
    ),
    Term(
        "lifecycle", "Lifecycle", ("lifecycle",),
        "A customer's way from first contact to regular orders and, one day, to the last one.",
        "Every customer stands at exactly one stage of it.",
    ),
    Term(
        "lifetime-value", "Lifetime value", ("customer lifetime value", "lifetime value"),
        "The margin that a customer brings over a set time, later money counted for less.",
        "Compare it with what it costs to win, or to keep, such a customer.",
    ),
    Term(
        "lift", "Lift", ("lift", "lifts"),
        "What a campaign added per customer, beyond what customers left out of it did anyway.",
        "A campaign pays only where the margin on its lift exceeds the cost of a contact.",
    ),
    Term(
        "margin", "Margin", ("gross margin", "margin"),
        "What is left of revenue once the goods sold are paid for.",
        "Only margin, not revenue, can pay for a campaign.",
    ),
    Term(
        "net-promoter-score", "Net Promoter Score (NPS)", ("Net Promoter Score", "NPS"),
        "The share of promoters less the share of detractors, from −100 to +100.",
        "Above zero promoters outnumber detractors; compare it only with scores asked in the same way.",
    ),
    Term(
        "net-revenue-retention", "Net revenue retention", ("net revenue retention",),
        "What the customers of a period ago pay now, as a share of what they paid then.",
        "Above 100%, those who stayed added more than those who left took away.",
    ),
    Term(
        "own-rhythm", "Own rhythm", ("own rhythm",),
        "The usual time between two orders of the same customer.",
        "A customer who has been silent for much longer than that counts as late.",
    ),
    Term(
        "passive", "Passive", ("passives",),
        "A customer who answers the recommendation question between promoters and detractors, as a rule with 7 or 8.",
        "Passives count among the answers, but neither add to the Net Promoter Score nor take from it.",
    ),
    Term(
        "promoter", "Promoter", ("promoter", "promoters"),
        "A customer who answers the recommendation question high, as a rule with 9 or 10 out of 10.",
        "Each promoter adds to the Net Promoter Score.",
    ),
    Term(
        "recency", "Recency", ("recency",),
        "How long ago a customer last ordered.",
        "The best score means a more recent order than that of nearly all other customers.",
    ),
    Term(
        "recurring-revenue", "Recurring revenue", ("recurring revenue",),
        "The fees of all running subscriptions, added up for one month.",
        "Its course shows whether new subscriptions make up for those that end.",
    ),
    Term(
        "retention", "Retention", ("retention",),
        "The share of customers, or of their revenue, that is kept from one period to the next.",
        "Higher is better; the page says which customers are counted, and over which time.",
    ),
    Term(
        "segment", "Segment", ("segment", "segments"),
        "A group of customers who are alike in something that matters, such as how often they buy.",
        "Within one way of grouping every customer is in one segment only, so shares add up to 100%.",
    ),
    Term(
        "touchpoint", "Touchpoint", ("touchpoint", "touchpoints"),
        "An occasion on which a customer deals with us, such as a delivery or a call.",
        "A low score shows where the experience disappoints, and many customers there show that it matters.",
    ),
    Term(
        "wave", "Wave", ("wave", "waves"),
        "One round of a survey that is repeated from time to time.",
        "A step between two waves counts only where it is larger than chance would make it.",
    ),
    Term(
        "weighting", "Weighting", ("survey weights", "weighted", "weighting"),
        "Letting some customers or answers count for more, so that together they resemble all customers.",
        "A weighted figure speaks for all customers, the plain one only for those who were seen.",
    ),
)  # fmt: skip
