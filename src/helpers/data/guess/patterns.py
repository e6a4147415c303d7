"""Which meanings of words together name a canonical column, and what else a header may not say."""

# Which meanings together name a column, and how strongly. The first that fits best counts.
PATTERNS: dict[str, dict[str, tuple[tuple[float, str], ...]]] = {
    "orders": {
        "order_id": ((1.0, "ORDER ID"), (0.8, "ORDER")),
        "customer_id": (
            (1.0, "CUSTOMER ID"), (1.0, "HOUSEHOLD ID"), (0.75, "CUSTOMER"), (0.7, "ACCOUNT ID"), (0.7, "CARD ID"),
            (0.5, "EMAIL"),
        ),
        "ordered_at": ((1.0, "ORDER DATE"), (0.85, "DATE"), (0.8, "SINCE DATE"), (0.65, "SINCE")),
        "amount": (
            (1.0, "AMOUNT"), (0.95, "AMOUNT ORDER"), (1.0, "SUMMED PRICE"), (0.7, "ORDER PRICE"), (0.5, "PRICE"),
        ),
        "quantity": (
            (1.0, "QUANTITY"), (0.95, "QUANTITY ORDER"), (0.95, "QUANTITY PRODUCT"), (0.85, "COUNT PRODUCT"),
            (0.6, "COUNT"),
        ),
        "unit_price": (
            (1.0, "UNIT PRICE"), (0.95, "PRODUCT PRICE"), (0.9, "PRICE NETGROSS"), (0.8, "PRICE"),
            (0.8, "UNIT AMOUNT"), (0.8, "ORDER PRICE"),
        ),
        "product_id": ((1.0, "PRODUCT ID"), (1.0, "ARTICLE"), (0.55, "PRODUCT")),
        "product": (
            (1.0, "PRODUCT NAME"), (1.0, "PRODUCT DESCRIPTION"), (0.85, "PRODUCT"), (0.85, "DESCRIPTION"),
            (0.5, "NAME"),
        ),
        "category": (
            (1.0, "CATEGORY"), (1.0, "PRODUCT CATEGORY"), (0.9, "PRODUCT GROUP"), (0.8, "PRODUCT TYPE"),
            (0.9, "PRODUCT LINE"),
        ),
        "discount": ((1.0, "DISCOUNT"), (1.0, "DISCOUNT AMOUNT")),
        "promotion": ((1.0, "PROMOTION"), (1.0, "PROMOTION ID"), (1.0, "DISCOUNT ID"), (0.75, "CAMPAIGN")),
        "cost": ((1.0, "COST"), (0.95, "COST PRODUCT")),
        "channel": ((1.0, "CHANNEL"), (0.95, "CHANNEL ORDER")),
        "currency": ((1.0, "CURRENCY"), (1.0, "CURRENCY ID")),
    },
    "customers": {
        "customer_id": (
            (1.0, "CUSTOMER ID"), (1.0, "HOUSEHOLD ID"), (0.7, "CUSTOMER"), (0.55, "ACCOUNT ID"), (0.6, "ID"),
        ),
        "account_id": ((1.0, "ACCOUNT ID"), (0.75, "ACCOUNT"), (0.7, "ACCOUNT NAME")),
        "name": (
            (1.0, "CUSTOMER NAME"), (0.85, "NAME"), (0.6, "SURNAME"), (0.6, "LAST NAME"), (0.5, "CUSTOMER"),
            (0.8, "SURNAME CUSTOMER"), (0.55, "ACCOUNT NAME"), (0.8, "SURNAME NAME"),
        ),
        "email": ((1.0, "EMAIL"), (1.0, "EMAIL PERSONAL"), (0.95, "EMAIL CUSTOMER")),
        "role": ((1.0, "ROLE"), (1.0, "ROLE DESCRIPTION"), (0.9, "ROLE CUSTOMER")),
        "acquired_on": (
            (1.0, "SINCE DATE"), (1.0, "CUSTOMER SINCE"), (0.9, "CUSTOMER DATE"), (0.9, "SINCE"),
            (0.9, "FIRST ORDER DATE"), (0.5, "DATE"), (0.75, "FIRST ORDER"),
        ),
        "channel": ((1.0, "CHANNEL"), (0.95, "CHANNEL SINCE"), (0.9, "CHANNEL CUSTOMER")),
        "acquisition_cost": ((1.0, "SINCE COST"), (0.6, "COST")),
        "consent": ((1.0, "CONSENT"), (1.0, "CONSENT EMAIL"), (0.9, "CONSENT CUSTOMER")),
        "last_order_on": ((1.0, "LAST ORDER DATE"), (0.95, "LAST ORDER"), (0.6, "LAST DATE")),
        "recency_days": (
            (1.0, "RECENCY"), (1.0, "RECENCY DAYS"), (1.0, "DAYS SINCE LAST ORDER"), (0.9, "DAYS LAST ORDER"),
        ),
        "order_count": ((1.0, "ORDER COUNT"), (0.85, "FREQUENCY"), (1.0, "FREQUENCY ORDER"), (0.75, "ORDER")),
        "spend": (
            (1.0, "SPEND SUMMED"), (1.0, "MONETARY"), (1.0, "MONETARY AMOUNT"), (0.6, "SPEND"),
            (0.95, "SPEND CUSTOMER"), (0.6, "AMOUNT"),
        ),
        "tenure_months": (
            (1.0, "TENURE"), (1.0, "TENURE MONTH"), (0.6, "MONTH CUSTOMER"), (0.85, "MONTH SERVICE"),
            (0.85, "MONTH SINCE"), (0.9, "MONTH SINCE PLAN"), (1.0, "MONTH SINCE PLAN START"),
        ),
        "churned": ((1.0, "CHURN"), (0.9, "CHURN CUSTOMER")),
    },
    "surveys": {
        "response_id": ((1.0, "RESPONSE ID"), (0.6, "RESPONSE"), (0.7, "ID")),
        "customer_id": ((1.0, "CUSTOMER ID"), (0.75, "CUSTOMER"), (0.6, "ACCOUNT ID"), (0.5, "EMAIL")),
        "answered_at": (
            (1.0, "RESPONSE DATE"), (1.0, "DONE DATE"), (0.85, "DATE"), (0.8, "DONE"), (0.75, "SINCE DATE"),
            (0.5, "SINCE"), (0.5, "START DATE"),
        ),
        "score": ((1.0, "SCORE"), (1.0, "SCORE MARK"), (0.6, "RESPONSE"), (0.45, "MARK")),
        "csat": ((1.0, "CSAT OVERALL"), (0.85, "CSAT"), (0.85, "CSAT MARK"), (0.55, "OVERALL")),
        "ces": ((0.9, "EFFORT"), (1.0, "EFFORT MARK")),
        "comment": ((1.0, "COMMENT"), (0.95, "COMMENT SCORE"), (0.9, "COMMENT CUSTOMER")),
        "touchpoint": ((0.9, "TOUCHPOINT"), (0.7, "CHANNEL")),
        "journey_stage": ((1.0, "JOURNEY"),),
        "wave": ((1.0, "WAVE"), (0.9, "WAVE RESPONSE")),
        "weight": ((1.0, "WEIGHT"),),
    },
    "subscriptions": {
        "customer_id": ((1.0, "CUSTOMER ID"), (0.75, "CUSTOMER"), (0.7, "ACCOUNT ID"), (0.5, "EMAIL")),
        "plan": ((1.0, "PLAN"), (1.0, "PLAN NAME"), (0.9, "PLAN TYPE"), (0.7, "PRODUCT"), (0.65, "PRODUCT NAME")),
        "trial_started_on": ((1.0, "TRIAL START"), (1.0, "TRIAL DATE"), (0.95, "TRIAL START DATE"), (0.7, "TRIAL")),
        "started_on": (
            (1.0, "START DATE"), (0.95, "START"), (0.95, "PLAN START"), (0.95, "PLAN START DATE"),
            (0.7, "PLAN DATE"), (0.45, "SINCE"), (0.45, "SINCE DATE"), (0.4, "DATE"),
        ),
        "cancelled_on": ((1.0, "END DATE"), (0.95, "END"), (0.95, "PLAN END"), (0.95, "PLAN END DATE")),
        "monthly_fee": (
            (1.0, "FEE"), (1.0, "MONTH FEE"), (1.0, "MONTH PRICE"), (1.0, "MONTH AMOUNT"), (0.95, "MONTH MONEY"),
            (0.8, "PRICE"), (0.95, "PLAN PRICE"), (0.8, "AMOUNT"), (0.95, "MONTH COST"),
        ),
        "addons": ((1.0, "ADDON"), (0.9, "ADDON PLAN")),
        "tenure_months": (
            (1.0, "TENURE"), (1.0, "TENURE MONTH"), (0.95, "TENURE PLAN"), (0.6, "MONTH CUSTOMER"),
            (0.85, "MONTH SERVICE"), (0.85, "MONTH SINCE"), (0.9, "MONTH SINCE PLAN"),
            (1.0, "MONTH SINCE PLAN START"),
        ),
        "churned": ((1.0, "CHURN"), (0.9, "CHURN CUSTOMER"), (0.9, "CHURN PLAN")),
    },
    "events": {
        "customer_id": (
            (1.0, "CUSTOMER ID"), (1.0, "HOUSEHOLD ID"), (0.75, "CUSTOMER"), (0.7, "ACCOUNT ID"), (0.5, "EMAIL"),
        ),
        "occurred_at": (
            (1.0, "EVENT DATE"), (0.9, "DATE"), (0.9, "OCCURRED"), (1.0, "OCCURRED DATE"), (0.95, "SINCE DATE"),
            (0.9, "SINCE"), (1.0, "USAGE DATE"), (0.9, "START DATE"), (0.85, "START"), (0.95, "REFUND DATE"),
            (0.9, "DONE DATE"), (0.8, "SENT DATE"),
        ),
        "kind": (
            (1.0, "EVENT TYPE"), (1.0, "EVENT NAME"), (0.95, "EVENT"), (0.45, "TYPE"), (0.9, "TICKET TYPE"),
            (0.9, "TICKET CATEGORY"), (0.9, "USAGE NAME"),
        ),
        "touchpoint": ((0.9, "TOUCHPOINT"), (0.8, "CHANNEL")),
        "value": ((0.7, "AMOUNT"), (0.7, "USAGE COUNT")),
        "ended_at": ((1.0, "END DATE"), (0.95, "END")),
        "duration_minutes": ((0.9, "DURATION"), (0.9, "DURATION USAGE")),
    },
    "exposures": {
        "campaign": ((1.0, "CAMPAIGN"), (1.0, "CAMPAIGN NAME"), (0.95, "CAMPAIGN ID"), (0.6, "PROMOTION")),
        "arm": (
            (1.0, "ARM"), (1.0, "TRIAL GROUP"), (1.0, "ARM GROUP"), (0.9, "GROUP"), (0.9, "CAMPAIGN GROUP"),
            (0.8, "TRIAL"), (0.65, "SEGMENT"),
        ),
        "customer_id": (
            (1.0, "CUSTOMER ID"), (1.0, "HOUSEHOLD ID"), (0.75, "CUSTOMER"), (0.7, "ACCOUNT ID"), (0.5, "EMAIL"),
            (0.6, "ID"),
        ),
        "exposed_on": (
            (1.0, "SENT DATE"), (0.9, "SENT"), (0.85, "CAMPAIGN DATE"), (0.8, "CUSTOMER DATE"),
            (0.7, "DATE"), (0.5, "START DATE"),
        ),
        "cost": ((1.0, "COST"), (0.95, "COST CAMPAIGN"), (0.95, "COST SENT")),
    },
}  # fmt: skip

_OF_OTHERS = frozenset(
    {
        "GEOGRAPHIC", "DATE", "NAME", "AMOUNT", "COST", "COUNT", "DEMOGRAPHIC", "MARK", "TYPE", "CSAT", "COMMENT",
        "MONEY", "BEHAVIOURAL", "PRICE", "DISCOUNT", "CONSENT", "FIRST", "LAST", "SURNAME", "FIRSTNAME", "SINCE",
        "ROLE", "CATEGORY", "OUTCOME", "QUANTITY", "FIRMOGRAPHIC", "SIZE",
        "MONTH", "TENURE", "DAYS", "YEARS", "SCORE", "CHURN", "SPEND", "AVERAGE", "RECENCY", "FREQUENCY",
    }
)  # fmt: skip
# The contrary of consent.
REFUSES = frozenset({"out", "optout", "optedout", "unsubscribed", "unsubscribe", "abgemeldet"})
_NO_MEASURE = frozenset({"ID", "DATE", "GROUP", "TYPE"})
# Said of customers without a number, these count them: "active users".
MANY = frozenset(
    {
        "users", "customers", "clients", "patients", "members", "visitors", "guests", "kunden", "clientes", "besucher",
        "subscribers", "donors", "contacts", "leads", "persons", "households", "accounts", "shoppers", "buyers",
    }
)  # fmt: skip
STRICT: dict[str, frozenset[str]] = {  # what a header may not say beside its column's own words
    "customer_id": _OF_OTHERS, "account_id": _OF_OTHERS - {"NAME", "FIRMOGRAPHIC"},
    "name": frozenset({"GROUP", "PRODUCT", "CATEGORY", "CAMPAIGN", "PLAN", "GEOGRAPHIC", "TYPE"}),
    "channel": frozenset({"MONEY", "COUNT", "DATE", "AMOUNT"}),
    "campaign": _OF_OTHERS - {"NAME", "TYPE"}, "arm": _OF_OTHERS - {"NAME", "TYPE", "COUNT"},
    **dict.fromkeys(("amount", "unit_price", "cost", "spend", "monthly_fee", "value", "discount"), _NO_MEASURE),
}  # fmt: skip
