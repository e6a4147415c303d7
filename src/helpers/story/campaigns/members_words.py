"""Sentences about campaigns whose members are compared with everyone else."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from helpers.analysis.campaigns.balance import NEGLIGIBLE
from helpers.analysis.campaigns.members import CLAIMS, ENTANGLED, LEAST, LEAST_DAYS, of_largest
from helpers.story import fmt, verdicts
from helpers.story.campaigns.members_labels import form_of, inside_label, shown_metric
from helpers.story.fmt import Money
from helpers.story.phrases import quoted, some
from helpers.story.statement import Statement, Verdict

if TYPE_CHECKING:
    from helpers.analysis.campaigns.members import Members

Row = dict[str, Any]
_NEEDS = "orders, and a list of a campaign's members with the day of each contact"
_HOLD_OUT = "Hold a random tenth out of the next one: only that can prove what it adds."
_WHY = {
    "broken": "members already bought {way} than others alike in the weeks before",
    "unbalanced": "nobody else had bought as members had",
    "few": f"there are fewer than {LEAST} members, or others like them",
    "rare": "hardly anybody has ordered since",
    "nobody else": "every customer was in it",
    "no history": "nothing is known of what customers bought before",
    "early": f"it began less than {fmt.days(LEAST_DAYS)} before the report's date",
    "spread": "members were contacted over so long that many orders came first",
    "entangled": "most members were in {other} too",
}


def members_answer(result: "Members", outcome: str, money: Money) -> Statement:
    """What members have bought more than customers otherwise alike, of the clearest campaign."""
    metric, rows = _shown(result, outcome)
    key, form = "members_answer", form_of(metric, money)
    if not rows:
        text = "No list of a campaign's members can be compared with everyone else."
        return Statement(key, text, "few", needs=_NEEDS)
    claimed = [row for row in rows if row["verdict"] in CLAIMS]
    values: dict[str, Any] = {"metric": metric, "campaigns": [_record(row) for row in rows]}
    if not claimed:
        few = all(row["verdict"] in ("few", "rare", "nobody else", "early", "no history") for row in rows)
        text = f"We cannot tell what {_who(rows[0], rows)} changed: {_why(rows[0], result)}."
        if few:
            return Statement(key, text, "few", values=values)
        return Statement(key, text, "unclear", _HOLD_OUT, headline=True, values=values)
    clear = [row for row in claimed if _side(row, form) != "unclear"]
    if not clear:
        who = some([_who(row, rows) for row in claimed])
        text = f"Members of {who} have not clearly {_did(metric)} more or less than customers who were alike before."
        return Statement(key, text, "unclear", _HOLD_OUT, values=values)
    top = max(clear, key=lambda row: abs(row["adjusted_lift"]) / (row["adjusted_high"] - row["adjusted_low"]))
    up = top["adjusted_lift"] > 0
    amount = form(abs(top["adjusted_lift"]))
    text = (
        f"Members of {_who(top, rows)} have since {_more(metric, amount, up)} than customers who were alike before: "
        f"consistent with {'success' if up else 'harm'}, not proof."
    )
    verdict: Verdict = "neutral" if up else "bad"
    action = _HOLD_OUT if up else "Find out why before repeating it, and hold a random tenth out next time."
    return Statement(key, text, verdict, action, headline=True, values=values)


def members_plain(result: "Members", outcome: str, money: Money) -> Statement:
    """How far the plain difference of members and everyone else misleads; of the campaign where it does most."""
    metric, rows = _shown(result, outcome)
    key, form = "members_plain", form_of(metric, money)
    claimed = [row for row in rows if row["verdict"] in CLAIMS]
    if not claimed:
        return Statement(key, "", values={})
    top = max(claimed, key=lambda row: abs(row["naive_lift"] - row["adjusted_lift"]))
    naive, gap = top["naive_lift"], top["naive_lift"] - top["adjusted_lift"]
    values = {"metric": metric, "gap": gap, **_record(top)}
    inside = top["adjusted_low"] <= top["naive_lift"] <= top["adjusted_high"]
    if inside or fmt.is_zero(form(gap)):
        text = f"In a plain comparison, members of {_who(top, rows)} differ from everyone else by about as much."
        return Statement(key, text, values=values)
    better = "better" if gap > 0 else "weaker"
    better, weaker = ("better", "weaker") if gap > 0 else ("weaker", "better")
    more = _more(metric, form(abs(top["naive_lift"])), naive > 0)
    said = f"In a plain comparison, members of {_who(top, rows)} {more}"
    mostly = naive * gap > 0 and abs(gap) > abs(naive) / 2
    text = (
        f"{said} than everyone else; most of that was there before, as they were {better} customers."
        if mostly
        else f"{said} than everyone else, who were {weaker} customers before."
    )
    return Statement(key, text, values=values)


def members_unclaimed(result: "Members", outcome: str) -> Statement:
    """Campaigns of which nothing is claimed, and why, but for the one that the answer tells of; nothing without any."""
    _, rows = _shown(result, outcome)
    left = [row for row in rows if row["verdict"] not in CLAIMS]
    left = left if len(left) < len(rows) else left[1:]
    if not left:
        return Statement("members_unclaimed", "", values={})
    alike: dict[str, list[str]] = {}
    for row in left[:3]:
        alike.setdefault(_why(row, result), []).append(_who(row, rows))
    said = [f"about {fmt.listing(who)}, as {why}" for why, who in alike.items()]
    if len(left) > 3:
        said.append(f"about {fmt.many(len(left) - 3, 'more campaign')}")
    values = {"left": len(left), "more": len(left) - 3, "campaigns": [_record(row) for row in left]}
    text = f"We claim nothing {'; '.join(said)}."
    return Statement("members_unclaimed", text, aside=True, values=values)


def members_comparable(result: "Members") -> Statement:
    """How far members were like others before, as they are and once weighted; of the campaign with most members."""
    key, balanced = "members_comparable", of_largest(result, result.balance)
    if balanced.empty:
        text = "No campaign has enough members, and customers like them, to be compared."
        needs = f"a campaign with {fmt.count(LEAST)} members or more, and as many customers like them"
        return Statement(key, text, "few", needs=needs)
    first = balanced.iloc[balanced["difference"].abs().argmax()]
    worst = balanced.iloc[balanced["weighted_difference"].abs().argmax()]
    left = int((balanced["weighted_difference"].abs().round(2) >= NEGLIGIBLE).sum())
    values = {
        "traits": len(balanced),
        "left": left,
        "before": float(abs(first["difference"])),
        "after": float(abs(worst["weighted_difference"])),
    }
    if round(values["before"], 2) < NEGLIGIBLE:
        text = "Members and others were alike even before weighting."
        return Statement(key, text, values=values)
    differed = fmt.number(values["before"])
    trait = inside_label(first["covariate"], first["level"])
    start = f"Before weighting, members and others differed most in {trait}, by {differed} standard deviations"
    if not left:
        return Statement(key, f"{start}; after it, in nothing that matters.", values=values)
    what = "one trait still differs" if left == 1 else f"{fmt.words(left)} traits still differ"
    text = f"{start}; after it, {what}, most {inside_label(worst['covariate'], worst['level'])}."
    return Statement(key, text, "unclear", values=values)


def members_placebo(result: "Members", outcome: str, money: Money) -> Statement:
    """Whether members and others alike also bought alike before the campaign, as they should; of all campaigns."""
    metric, rows = _shown(result, outcome)
    key, form = "members_placebo", form_of(metric, money)
    tried = [row for row in rows if row["placebo"] == row["placebo"]]
    values = {"metric": metric, "tried": len(tried), "campaigns": [_record(row) for row in tried]}
    if not any(row["adjusted_lift"] == row["adjusted_lift"] for row in rows):
        return Statement(key, "", values={})
    if not tried:
        text = "The comparison could not be tried on the weeks before: orders do not go back far enough."
        needs = "orders that go back twice as long before the campaign as it is followed"
        return Statement(key, text, "few", needs=needs, values=values)
    failed = [row for row in tried if row["verdict"] == "broken"]
    if failed:
        who = some([_who(row, rows) for row in failed])
        amount = form(abs(failed[0]["placebo"]))
        text = (
            f"In the weeks before {who}, members already {_more(metric, amount, failed[0]['placebo'] > 0)} than others "
            "alike, so no difference since is credited to the campaign."
        )
        return Statement(key, text, "unclear", values=values)
    text = "Tried on the weeks before, when there was nothing to find, the comparison finds no clear difference."
    return Statement(key, text, values=values)


def members_unseen(result: "Members", outcome: str) -> Statement:
    """How strong something unseen would have to be to make up the difference; nothing where there is none."""
    metric, rows = _shown(result, outcome)
    clear = [row for row in rows if row["verdict"] in ("more", "less") and row["e_value"] == row["e_value"]]
    if not clear:
        return Statement("members_unseen", "", values={})
    least = min(clear, key=lambda row: row["e_value"])
    values = {"metric": metric, **_record(least), "e_value": least["e_value"], "e_value_limit": least["e_value_limit"]}
    text = (
        f"To explain {_who(least, rows)} away, something unseen would have to make both joining and buying about "
        f"{fmt.number(least['e_value'])} times as likely, beyond all that was held equal."
    )
    return Statement("members_unseen", text, aside=True, values=values)


def _shown(result: "Members", outcome: str) -> tuple[str, list[Row]]:
    metric = shown_metric(result.effects, outcome)
    shown = result.effects[result.effects["metric"] == metric]
    return metric, [{str(k): v for k, v in row.items()} for row in shown.to_dict("records")]


def _record(row: Row) -> Row:
    told = ("campaign", "arm", "members", "others", "naive_lift", "adjusted_lift", "adjusted_low", "adjusted_high")
    return {name: row[name] for name in (*told, "placebo", "verdict")}


def _who(row: Row, rows: Sequence[Row]) -> str:
    """A campaign by its name, with the arm where it has several."""
    arms = {r["arm"] for r in rows if r["campaign"] == row["campaign"]}
    return quoted(f"{row['campaign']}, {row['arm']}") if len(arms) > 1 else quoted(row["campaign"])


def _side(row: Row, form: Any) -> str:
    return verdicts.side_of_zero(row["adjusted_low"], row["adjusted_high"], form)


def _why(row: Row, result: "Members") -> str:
    near = result.shared[result.shared["campaign"] == row["campaign"]]
    both = near[near["member_share"] >= ENTANGLED]["other"]
    other = some([quoted(name) for name in both]) if len(both) else "another campaign"
    return _WHY[row["verdict"]].format(way="more" if row["placebo"] > 0 else "less", other=other)


def _did(metric: str) -> str:
    return "spent" if metric.startswith("spend") else "ordered"


def _more(metric: str, amount: str, up: bool) -> str:
    """spent £240 more each; ordered .46 times more; ordered at least once more often, by 15.4 points."""
    way = "more" if up else "less"
    if metric.startswith("spend"):
        return f"spent {amount} {way} each"
    if metric == "orders":
        return f"placed {amount} {'more' if up else 'fewer'} orders each"
    return f"ordered {way} often, by {amount},"
