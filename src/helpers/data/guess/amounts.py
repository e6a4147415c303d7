"""Which column of order lines is the line's value: by arithmetic, where several are called so."""

from dataclasses import replace

import pandas as pd

from helpers.data.guess.matches import SURE, Match
from helpers.data.guess.tables import TableFit
from helpers.data.guess.values import FileLook, to_number

_MOSTLY = 0.8  # of the rows


def with_right_amount(frame: pd.DataFrame, look: FileLook, fit: TableFit, columns: list[Match]) -> list[Match]:
    """Of several columns that may be the amount the one that is quantity times price; none where none is."""
    source = {m.column: m for m in columns}
    if not {"quantity", "unit_price", "amount"} <= source.keys() or not source["amount"].runner_up:
        return columns
    quantity, price = (_numbers(frame, look, source[c].source) for c in ("quantity", "unit_price"))
    used = {m.source for m in columns if m.column != "amount"}
    candidates = [e.source for e in fit.evidence if e.column == "amount" and e.fit >= SURE and e.source not in used]
    for name in sorted(candidates, key=lambda name: name != source["amount"].source):
        off = (_numbers(frame, look, name) - quantity * price).abs()
        if (off <= 0.01 * price.abs() + 0.01).mean() > _MOSTLY:
            return [replace(m, source=name, doubt="", runner_up="") if m.column == "amount" else m for m in columns]
    return [m for m in columns if m.column != "amount"]


def without_order_totals(frame: pd.DataFrame, columns: list[Match]) -> tuple[list[Match], list[str]]:
    """Tell an amount that is the whole order's, repeated on each of its lines, from a line's value."""
    source = {m.column: m.source for m in columns}
    if not {"order_id", "amount"} <= source.keys() or source["order_id"] == source["amount"]:
        return columns, []
    lines = frame[[source["order_id"], source["amount"]]].dropna()
    lines.columns = ["order", "amount"]
    per_order = lines.groupby("order")["amount"].agg(["size", "nunique"])
    several = per_order[per_order["size"] > 1]
    if len(several) < 5 or (several["nunique"] == 1).mean() < 0.95 or lines["amount"].nunique() < 5:
        return columns, []
    what = f'"{source["amount"]}" is the same on every line of an order'
    if {"quantity", "unit_price"} <= source.keys():
        kept = [m for m in columns if m.column != "amount"]
        return kept, [f"{what}: it is the order's total, so the line's value is quantity x unit_price"]
    doubt = f"{what}, as if it were the order's total: lines would be counted more than once"
    return [replace(m, doubt=doubt) if m.column == "amount" else m for m in columns], []


def _numbers(frame: pd.DataFrame, look: FileLook, name: str) -> pd.Series:
    texts = frame.iloc[:, [str(c) for c in frame.columns].index(name)]
    return texts.map({text: to_number(str(text), look.decimal) for text in texts.dropna().unique()}).astype(float)
