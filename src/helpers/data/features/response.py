"""Everyone who could have answered a survey, one row a customer: what they have spent, and the groups they are in."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from ibis.expr.types import Table

from helpers.data.client_data import ClientData
from helpers.data.features.answers import NO_PURCHASE, SEGMENT
from helpers.data.features.customers import customer_features, list_summary
from helpers.data.profiling.texts import looks_personal
from helpers.data.schema import UNKNOWN, WITHHELD
from helpers.errors import InputError, nearest

BAND = "spend_band"
BANDS = ("Top fifth by spend", "Second fifth", "Middle fifth", "Fourth fifth", "Bottom fifth")
OTHERS = "(all others)"
MOST_GROUPS = 20
USUAL = ("role",)


def known_customers(data: ClientData, segments: pd.DataFrame, as_of: date, by: Sequence[str] = ()) -> pd.DataFrame:
    """Customers of the list, and buyers who are not on it: customer_id, spend (0 for who has not bought; NaN where no
    spend is known), came_later (after the last answer, so that nobody can have asked them), and the groupings that
    `response_groupings` names, as text.

    `segments` as the page on value segments saves them, or without columns: spend is then taken from the orders or the
    list. `by`: columns of the customer list, by
    default USUAL. No rows where there is neither a list nor a buyer. Groups without a name
    are "(unknown)", those named by what looks like a person's "(withheld)", and beyond MOST_GROUPS "(all others)".
    """
    spend = _spend(data, segments, as_of)
    columns = list(dict.fromkeys(by))
    if "customers" in data.specs:
        table = data.tables["customers"]
        columns = columns or [column for column in USUAL if column in table.columns]
        _check_columns(columns, table.columns)
        days = ["acquired_on"] if "acquired_on" in table.columns else []
        wanted = list(dict.fromkeys([*columns, *days]))
        listed = table.select("customer_id", *wanted).distinct(on="customer_id").order_by("customer_id").execute()
    else:
        _check_columns(columns, [])
        listed = pd.DataFrame({"customer_id": pd.Series(dtype="str")})
    listed = listed.astype({"customer_id": "str"})
    known = listed.merge(spend, on="customer_id", how="outer", validate="one_to_one")
    known = known.sort_values("customer_id", kind="stable", ignore_index=True)
    known["came_later"] = _came_later(known, last_answer_on(data.tables["surveys"]))
    known = known.drop(columns=[c for c in ("acquired_on", "bought_on") if c in known and c not in columns])
    for column in columns:
        known[column] = _tidy(known[column])
    has_spend = spend["spend"].notna().any()
    if SEGMENT in known:
        known[SEGMENT] = known[SEGMENT].fillna(NO_PURCHASE).astype("str")
    if has_spend:
        known["spend"] = known["spend"].fillna(0.0)
        known[BAND] = spend_bands(known["spend"])
    known["spend"] = known["spend"].astype(float)
    return known


def response_groupings(known: pd.DataFrame) -> list[str]:
    """The groupings of `known_customers`, the one to reweight by first: value segment, fifth of spend, then others."""
    others = known.columns.drop(["customer_id", "spend", "came_later"])
    return [*(name for name in (SEGMENT, BAND) if name in others), *others.drop([SEGMENT, BAND], errors="ignore")]


def spend_bands(spend: pd.Series) -> pd.Series:
    """The fifth of the buyers that each customer's spend is in, or "No purchase"; of equal spend the first is higher,
    so that fifths are of one size. The categories are in that order."""
    bought = spend > 0
    place = spend[bought].rank(method="first", ascending=False)
    band = ((place - 1) * len(BANDS) // max(int(bought.sum()), 1)).astype(int)
    named = band.map(dict(enumerate(BANDS))).reindex(spend.index).fillna(NO_PURCHASE)
    return pd.Series(pd.Categorical(named, categories=[*BANDS, NO_PURCHASE], ordered=True), index=spend.index)


def last_answer_on(surveys: Table) -> pd.Timestamp | None:
    """The day of the last answer; None where answers carry no dates."""
    if "answered_at" not in surveys.columns:
        return None
    last = surveys.aggregate(last=surveys.answered_at.max()).execute()["last"].iloc[0]
    return None if pd.isna(last) else pd.Timestamp(last).normalize()


def _came_later(known: pd.DataFrame, last: pd.Timestamp | None) -> pd.Series:
    """Whether a customer is known from a day after the last answer only, by the list or by the first order."""
    since = pd.DataFrame({c: pd.to_datetime(known[c]) for c in ("acquired_on", "bought_on") if c in known})
    if since.empty or last is None:
        return pd.Series(False, known.index)
    return (since.min(axis=1) >= last + pd.Timedelta(days=1)).fillna(False).astype(bool)


def _spend(data: ClientData, segments: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """customer_id, spend, bought_on (first order; NaT where not known) and, where known, the value segment."""
    if not segments.empty:
        found = segments[["customer_id", "spend", "tenure_days", SEGMENT]]
    elif "orders" in data.specs:
        found = customer_features(data.tables["orders"], as_of, with_products=False)
        found = found[["customer_id", "spend", "tenure_days"]]
    elif "customers" in data.specs:
        found = list_summary(data.tables["customers"], as_of)[["customer_id", "spend"]]
    else:
        found = pd.DataFrame({"customer_id": [], "spend": []})
    found = found.astype({"customer_id": "str", "spend": float})
    if "tenure_days" in found:
        found["bought_on"] = pd.Timestamp(as_of) - pd.to_timedelta(found.pop("tenure_days").astype(float), unit="D")
    return found


def _tidy(values: pd.Series) -> pd.Series:
    texts = values.astype("str").where(values.notna(), UNKNOWN)
    if pd.api.types.is_numeric_dtype(values):
        texts = texts.str.replace(r"\.0+$", "", regex=True)
    names = {name: WITHHELD for name in texts.unique() if name != UNKNOWN and looks_personal(name)}
    texts = texts.replace(names)
    counted = texts.value_counts()
    if len(counted) > MOST_GROUPS:
        texts = texts.where(texts.isin(counted.index[: MOST_GROUPS - 1]), OTHERS)
    return texts.astype("str")


def _check_columns(asked: Sequence[str], there: Sequence[str]) -> None:
    hidden = {"customer_id", "name", "email", "phone", "kit_file", "kit_row"}
    allowed = [column for column in there if column not in hidden]
    for name in asked:
        if name not in allowed:
            hint = nearest(name, allowed)
            raise InputError(
                f'nps_sample.response_by names "{name}", which the customer list does not have',
                allowed=", ".join(allowed),
                mend=f'Did you mean "{hint}"?' if hint else "",
            )
