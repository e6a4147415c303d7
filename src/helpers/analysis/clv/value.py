"""Lifetime value: what each customer is expected to order and to bring within a horizon, and how sure the total is.

Value is expected orders times the expected value of an order, at margin, discounted to today; the horizon is cut into
quarters, each discounted from its middle. The simple historic value, what a customer has brought so far at the same
margin, stands beside it. The interval of a total holds the uncertainty of the parameters (delta method) and the chance
in who buys and for how much; that the future may not be like the past it cannot hold, which is what the test on later
orders is for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.analysis.clv import bg_nbd, gamma_gamma, pareto_nbd
from helpers.analysis.clv.checks import Model
from helpers.analysis.clv.gamma_gamma import GammaGamma
from helpers.analysis.clv.histories import Floats
from helpers.analysis.clv.order_values import OrderValues, fit_values
from helpers.errors import InputError, ThinDataError

WEEKS_A_MONTH = 365.25 / 12 / 7
_MODULES = {"BG/NBD": bg_nbd, "Pareto/NBD": pareto_nbd}
_MOST_MOVED = 50_000  # customers on whom it is measured how totals move with the parameters
_MOST_COMPARED = 100_000  # customers; of more, only the model used is fitted to all
_Z = 1.959964


@dataclass(frozen=True)
class Total:
    """A total with its 95% interval; NaN where not known."""

    value: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")


@dataclass(frozen=True)
class Worth:
    """customers: the customers given, in their order: customer_id, p_alive (0-1), expected_orders, order_value, clv
        (discounted margin within the horizon), historic_value (margin so far, after returns); NaN for what is not known
    parameters: model, parameter, value, std_error, used (whether customers are valued by it): of every model that can
        be fitted to these customers, also of those that are not trusted
    orders, value: totals of expected_orders and clv
    by_historic: one row a tenth of customers by historic_value, the best first: tenth, customers, historic_value, clv
        and their shares of all (clv NaN where it is not known); no rows with fewer than ten customers or without money
    model: "BG/NBD", "Pareto/NBD" or ""; value_reason: why orders have no value, as in OrderValues
    historic_value: of all customers; months, margin, discount_rate: as given
    """

    customers: pd.DataFrame
    parameters: pd.DataFrame
    orders: Total
    value: Total
    by_historic: pd.DataFrame
    model: str
    value_reason: str
    link: float
    historic_value: float
    months: int
    margin: float
    discount_rate: float


def value_customers(
    customers: pd.DataFrame,
    model: str,
    value_reason: str = "",
    *,
    months: int = 12,
    margin: float = 1.0,
    discount_rate: float = 0.1,
) -> Worth:
    """Value every buyer by the model named; "" where none may be trusted, which leaves the historic value alone. A
    value_reason says why orders are to be left without a value; "" where they may have one.

    customers: one row a buyer: customer_id, repeat_orders, last_weeks, age_weeks, mean_value, spend, returned.
    margin: share of revenue that is kept, 0-1; discount_rate: a year, 0.1 is 10%. Raises InputError on a customer twice
    and on figures outside their bounds.
    """
    _check(customers, months, margin, discount_rate)
    kept = (customers["spend"] - customers["returned"]) * margin
    empty = customers[["customer_id"]].reset_index(drop=True)
    empty = empty.assign(**dict.fromkeys(["p_alive", "expected_orders", "order_value", "clv"], np.nan))
    empty["historic_value"] = kept.to_numpy(float)
    given: dict[str, Any] = {"months": months, "margin": margin, "discount_rate": discount_rate}
    historic = float(kept.sum(min_count=1)) if len(kept) else float("nan")
    columns = [customers[c].to_numpy(float) for c in ("repeat_orders", "last_weeks", "age_weeks")]
    models = _fit_models(customers, columns, model)
    buying = models.get(model)
    if buying is None:
        listed = _list_parameters([*models.values()], ())
        return Worth(empty, listed, Total(), Total(), _by_historic(empty), "", "", np.nan, historic, **given)
    values = OrderValues(None, value_reason) if value_reason else fit_values(customers)
    alive = buying.p_alive(*columns)
    orders, counted = _orders(buying, buying.parameters, alive, columns, months, discount_rate)
    each = values.expected(customers)
    told = empty.assign(p_alive=alive, expected_orders=orders, order_value=each, clv=counted * each * margin)
    return Worth(
        customers=told,
        parameters=_list_parameters([*models.values()], (model, "Gamma-Gamma" if values.model else "")),
        orders=_total(customers, buying, None, told, months, discount_rate, 1.0),
        value=_total(customers, buying, values, told, months, discount_rate, margin) if values.known else Total(),
        by_historic=_by_historic(told),
        model=model,
        value_reason=values.reason,
        link=values.link,
        historic_value=historic,
        **given,
    )


def join_values(orders: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """One row a customer of either: customer_id, p_alive, expected_orders, clv, historic_value and told_by ("orders" or
    "subscriptions").

    Who has both is told by the orders, unless only the subscriptions tell what to expect: adding both up would count
    fees twice where they are among the orders.
    """
    columns = ["customer_id", "p_alive", "expected_orders", "clv", "historic_value", "told_by"]
    both = pd.concat(
        [orders.assign(told_by="orders").astype({"customer_id": "str"})[columns],
         contracts.assign(told_by="subscriptions").astype({"customer_id": "str"})[columns]],
        ignore_index=True,
    )  # fmt: skip
    untold = both["expected_orders"].isna()
    first = both.assign(untold=untold).sort_values(["customer_id", "untold"], kind="stable")
    return first.drop_duplicates("customer_id")[columns].reset_index(drop=True)


def join_parameters(orders: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """The parameters of all models: model, parameter, value, std_error, used."""
    given = [frame for frame in (orders, contracts) if len(frame)]
    return pd.concat(given, ignore_index=True) if given else orders


def _orders(
    buying: Model, at: Floats, alive: Floats, columns: list[Floats], months: int, discount_rate: float
) -> tuple[Floats, Floats]:
    """Expected orders of each customer within the horizon, and the same discounted."""
    module = _MODULES[buying.name]
    x, _, age = columns
    ends = np.append(np.arange(3, months, 3), months)
    past, past_end, discounted = np.zeros(len(x)), 0, np.zeros(len(x))
    for end in ends:
        so_far = module.orders_if_alive(at, x, age, float(end * WEEKS_A_MONTH))
        discounted += (so_far - past) * (1 + discount_rate) ** (-(past_end + end) / 24)
        past, past_end = so_far, int(end)
    return alive * past, alive * discounted


def _total(
    customers: pd.DataFrame,
    buying: Model,
    values: OrderValues | None,
    told: pd.DataFrame,
    months: int,
    discount_rate: float,
    margin: float,
) -> Total:
    """The total of orders, or with `values` of clv: its uncertainty by the parameters, measured on every so many
    customers, and the chance in who buys."""
    total = float((told["clv"] if values else told["expected_orders"]).sum())
    every = -(-len(customers) // _MOST_MOVED)
    some = customers.iloc[::every]
    columns = [some[c].to_numpy(float) for c in ("repeat_orders", "last_weeks", "age_weeks")]
    module, own = _MODULES[buying.name], len(buying.parameters)

    def at(parameters: Floats) -> float:
        alive = module.alive(parameters[:own], *columns)
        orders, counted = _orders(buying, parameters[:own], alive, columns, months, discount_rate)
        if values is None:
            return float(orders.sum()) * every
        each = values.expected(some, parameters[own:] if values.model else None)
        return float((counted * each).sum() * margin) * every

    models = [buying, *([values.model] if values and values.model else [])]
    moved = sum(_moved(at, [m.parameters for m in models], [m.covariance for m in models]))
    chance = _chance(customers, buying, values, told, months) * (1 if values is None else margin**2)
    spread = _Z * float(np.sqrt(moved + chance))
    return Total(total, max(total - spread, 0.0), total + spread)


def _moved(at: Callable[[Floats], float], parameters: list[Floats], covariances: list[Floats]) -> list[float]:
    """Variance of a total by each model's parameters (delta method, in relative steps)."""
    whole = np.concatenate(parameters)
    steps = 1e-4 * np.diag(whole)
    gradient = np.array([(at(whole + step) - at(whole - step)) / (2 * step.sum()) for step in steps])
    parts = np.split(gradient, np.cumsum([len(p) for p in parameters])[:-1])
    return [float(part @ covariance @ part) for part, covariance in zip(parts, covariances, strict=True)]


def _chance(
    customers: pd.DataFrame, buying: Model, values: OrderValues | None, told: pd.DataFrame, months: int
) -> float:
    """Variance of the total by who buys how often, and for how much.

    Orders of a customer who is alive count as Poisson with a gamma rate (shape r + x) for as long as he stays. The
    share of the horizon that he stays is s on average, its square between s squared and s: the middle is taken. The
    value of an order varies with shape p, a customer's mean with p x + q - 2.
    """
    alive, orders = told["p_alive"].to_numpy(), told["expected_orders"].to_numpy()
    x = customers["repeat_orders"].to_numpy(float)
    if_alive = np.divide(orders, alive, out=np.zeros_like(orders), where=alive > 0)
    if_stays = (buying.r + x) / (buying.alpha + customers["age_weeks"].to_numpy(float)) * months * WEEKS_A_MONTH
    stays = np.minimum(if_alive / if_stays, 1)
    squared = orders + alive * if_stays**2 * (1 + 1 / (buying.r + x)) * (stays + stays**2) / 2
    varied = squared - orders**2
    if values is None:
        return float(varied.sum())
    each = told["order_value"].to_numpy()
    unsure = np.zeros_like(each)
    if values.model:
        unsure = each**2 / np.maximum(values.model.p * x + values.model.q - 2, 0.5)
    return float((each**2 * varied + (each**2 + unsure) * orders / values.shape + unsure * squared).sum())


def _fit_models(customers: pd.DataFrame, columns: list[Floats], model: str) -> dict[str, Any]:
    """Every model that can be fitted, by name; of very many customers only the one used, as the others take long."""
    found: dict[str, Any] = {}
    back = customers[(customers["repeat_orders"] > 0) & (customers["mean_value"] > 0)]
    tried: dict[str, Callable[[], Any]] = {
        **{name: partial(module.fit, *columns) for name, module in _MODULES.items()},
        "Gamma-Gamma": partial(gamma_gamma.fit, back["repeat_orders"], back["mean_value"]),
    }
    for name, fit in tried.items():
        if name not in (model, "Gamma-Gamma") and len(customers) > _MOST_COMPARED:
            continue
        try:
            found[name] = fit()
        except ThinDataError:
            continue  # what is not there is not listed, and the page says why nothing is forecast
    return found


def _list_parameters(models: Sequence[Model | GammaGamma], used: Sequence[str]) -> pd.DataFrame:
    rows = [
        (model.name, letter, value, error, model.name in used)
        for model in models
        for letter, value, error in zip(model.letters, model.parameters, model.std_errors, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["model", "parameter", "value", "std_error", "used"])
    return frame.astype({"model": "str", "parameter": "str", "value": float, "std_error": float, "used": bool})


def _by_historic(told: pd.DataFrame) -> pd.DataFrame:
    columns = ["tenth", "customers", "historic_value", "clv", "historic_share", "clv_share"]
    known = told.dropna(subset=["historic_value"])
    if len(known) < 10 or not known["historic_value"].sum() > 0:
        return pd.DataFrame(columns=columns)
    ranked = known["historic_value"].rank(method="first", ascending=False).to_numpy()
    tenth = np.ceil(10 * ranked / len(known)).astype(int)
    found = known.groupby(tenth).agg(
        customers=("clv", "size"), historic_value=("historic_value", "sum"), clv=("clv", _known_sum)
    )
    found = found.rename_axis("tenth").reset_index()
    for value, share in (("historic_value", "historic_share"), ("clv", "clv_share")):
        total = found[value].sum()
        found[share] = found[value] / total if total > 0 else np.nan
    return found[columns]


def _known_sum(values: pd.Series) -> float:
    """NaN where nothing is known."""
    return float(values.sum(min_count=1))


def _check(customers: pd.DataFrame, months: int, margin: float, discount_rate: float) -> None:
    twice = int(customers["customer_id"].duplicated().sum())
    if twice:
        raise InputError(f"{twice} rows repeat a customer_id", where="lifetime value", mend="Give one row a customer.")
    check_value_knobs(months, margin, discount_rate)


def check_value_knobs(months: int, margin: float, discount_rate: float) -> None:
    """Raises InputError on a horizon, margin or discount rate outside its bounds."""
    for name, given, low, high in (
        ("months", months, 1, 120),
        ("margin", margin, 0, 1),
        ("discount_rate", discount_rate, 0, 1),
    ):
        if not low <= given <= high:
            raise InputError(f"{name} is {given!r}", where="lifetime value", allowed=f"{low} to {high}")
