"""Tables of members and everyone else."""

from typing import TYPE_CHECKING, Any

from helpers.analysis.campaigns.members import CLAIMS
from helpers.story import fmt
from helpers.story.campaigns.members_labels import METRICS, arm_name, form_of, is_amount, trait_label
from helpers.story.fmt import Money
from helpers.story.table import Form, Table, bracketed, frame_table, rows_of
from helpers.story.terms import plain

if TYPE_CHECKING:
    from helpers.analysis.campaigns.members import Members

_MOST = 15
_NONE = "no campaign without a group held out could be compared"
_VERDICTS = {
    "more": "More",
    "less": "Less",
    "unclear": "Not clear",
    "broken": "Not claimed: they differed before",
    "unbalanced": "Not claimed: nobody is like them",
    "few": "Too few",
    "rare": "Too few orders since",
    "nobody else": "Nobody else to compare with",
    "no history": "Nothing known of before",
    "early": "Too early",
    "spread": "Not claimed: contacted over too long",
    "entangled": "Not claimed: in another campaign too",
}


def members_lifts(result: "Members", money: Money) -> Table:
    """Every campaign and metric: the plain difference, and that among customers alike before."""
    rows = rows_of(result.effects)
    shown = result.effects.assign(
        name=[METRICS.get(r.metric) or plain(r.metric) for r in rows],
        heading=[_heading(r) for r in rows],
        plainly=[_of(r, "naive_lift", "naive", money) for r in rows],
        alike=[_of(r, "adjusted_lift", "adjusted", money) if r.verdict in CLAIMS else fmt.MISSING for r in rows],
        said=[_VERDICTS[r.verdict] for r in rows],
    )
    labels = {
        "name": "A member",
        "plainly": "Against everyone else (95% interval)",
        "alike": "Against customers alike before",
        "said": "Verdict",
    }
    note = (
        "Since the campaign's first day. Alike before: others are weighted and modelled to match members on what was "
        "known the day before (doubly robust). Capped: the top 1% of spends count no more than the one below them."
    )
    title = "Campaigns without a group held out"
    right = ["plainly", "alike"]
    return frame_table(shown, labels, {}, title, note, group="heading", right=right, nothing=_NONE)


def members_checks(result: "Members", money: Money) -> Table:
    """How far each comparison can be believed: the placebo, what is left of the differences, and the E-value."""
    frame = result.effects[result.effects["adjusted_lift"].notna()]
    rows = rows_of(frame)
    shown = frame.assign(
        name=[METRICS.get(r.metric) or plain(r.metric) for r in rows],
        heading=[_heading(r) for r in rows],
        before=[_of(r, "placebo", "placebo", money) for r in rows],
        unseen=[_unseen(r) for r in rows],
        said=[_VERDICTS[r.verdict] for r in rows],
    )
    labels = {
        "name": "A member",
        "before": "The same in the weeks before (95% interval)",
        "largest_difference": "Largest difference left",
        "unseen": "E-value (of the interval)",
        "said": "Verdict",
    }
    formats: dict[str, Form] = {"largest_difference": lambda x: fmt.number(x, 2)}
    note = (
        "In the weeks before there should be no difference. Largest difference left: among all that was known before, "
        "in standard deviations. E-value: how strongly something unseen would have to drive both joining and buying "
        "(times as likely) to explain the result away."
    )
    title = "How far the comparison can be believed"
    right = ["before", "unseen"]
    return frame_table(shown, labels, formats, title, note, group="heading", right=right, nothing=_NONE)


def members_traits(result: "Members", money: Money) -> Table:
    """What was known before, of members and of others as they are and weighted; the largest differences first."""
    frame = result.balance.groupby(["campaign", "arm"], sort=False).head(_MOST)
    rows = rows_of(frame)
    forms = [_trait_form(r, money) for r in rows]
    pairs = list(zip(rows, forms, strict=True))
    shown = frame.assign(
        name=[trait_label(r.covariate, r.level) for r in rows],
        heading=[arm_name(r) for r in rows],
        of_members=[f(r.members_mean) for r, f in pairs],
        of_others=[f(r.others_mean) for r, f in pairs],
        weighted=[f(r.weighted_mean) for r, f in pairs],
    )
    labels = {
        "name": "On average",
        "of_members": "Members",
        "of_others": "Others",
        "weighted": "Others, weighted",
        "difference": "Difference",
        "weighted_difference": "Weighted",
    }
    formats: dict[str, Form] = dict.fromkeys(("difference", "weighted_difference"), _signed)
    note = (
        "Differences in standard deviations; of amounts and counts, of their logarithms. Up to "
        f"{fmt.number(0.1)} is negligible "
        "(Austin 2009)."
    )
    title = "What was known before the campaign"
    right = ["of_members", "of_others", "weighted"]
    return frame_table(shown, labels, formats, title, note, group="heading", right=right, nothing=_NONE)


def _heading(row: Any) -> str:
    aside = int(row.members_aside + row.not_compared)
    left = f", {fmt.many(aside, 'member')} set aside" if aside else ""
    return f"{arm_name(row)}: {fmt.many(row.members, 'member')}, {fmt.many(row.others, 'other')}{left}"


def _of(row: Any, name: str, ends: str, money: Money) -> str:
    """A difference with its interval; of points, the unit is written once."""
    value = getattr(row, name)
    if value != value:
        return fmt.MISSING
    form = form_of(row.metric, money)
    inside: Form = (lambda x: fmt.number(100 * x)) if row.metric == "conversion" else form
    return bracketed(
        fmt.signed(value, form), fmt.interval(getattr(row, f"{ends}_low"), getattr(row, f"{ends}_high"), inside)
    )


def _unseen(row: Any) -> str:
    if row.e_value != row.e_value or row.verdict not in ("more", "less"):
        return fmt.MISSING
    return bracketed(fmt.number(row.e_value), fmt.number(row.e_value_limit))


def _trait_form(row: Any, money: Money) -> Form:
    if row.level or str(row.covariate).endswith("_share"):
        return fmt.share
    if is_amount(row.covariate):
        return form_of("spend", money)
    return lambda x: fmt.number(x, 0 if abs(x) >= 100 else 1)


def _signed(x: float) -> str:
    return fmt.signed(x, lambda v: fmt.number(v, 2))
