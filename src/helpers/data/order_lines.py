"""What order lines hold besides sales of products: charges, article numbers with several names, returns kept.

Reduced in the engine; what comes back is a row a product, or a count.
"""

import ibis
import pandas as pd
from ibis.expr.types import Table

# Written so that DuckDB's and Java's regular expressions take it alike; texts are held against it in lower case.
_CHARGES = (
    r"(^|[\s/-])(postage|p&p|carriage|shipping|freight|delivery|handling|packing|bank charges?|charges?|fees?|surcharge"
    r"|commissions?|discounts?|rebate|bad debt|deposit|tip|gratuity|versand|porto|gebühr|rabatt|frais de port|remise"
    r"|verzendkosten|korting|gastos de envío|descuento|spese di spedizione|sconto)( (cost|costs|charge|charges|fee))?$"
    r"|(versand|fracht|liefer)kosten$"
    r"|^(manual|samples?|test|adjust(ment)?( .*)?|write[- ]?off|gift (card|voucher)s?|gutschein|bon cadeau)$"
)
_MOST = 50


def charge_lines(orders: Table) -> pd.DataFrame:
    """The products whose name is that of a charge, a correction or a sample: product, rows, amount; most rows first."""
    if "product" not in orders.columns:
        return pd.DataFrame(columns=["product", "rows", "amount"])
    named = orders.filter(orders["product"].strip().lower().re_search(_CHARGES))
    counted = named.group_by("product").aggregate(rows=named.count(), amount=named.amount.sum())
    return counted.order_by(ibis.desc("rows"), "product").limit(_MOST).execute()


def renamed_products(orders: Table) -> dict[str, int]:
    """Article numbers with several names: products (how many such numbers), rows (of theirs), most (names of one).
    Names that differ in case or blanks are one."""
    if not {"product", "product_id"} <= set(orders.columns):
        return {"products": 0, "rows": 0, "most": 0}
    name = orders["product"].re_replace(r"\s+", " ").strip().lower()
    named = orders.select("product_id", name=name).filter(lambda t: t.product_id.notnull())
    each = named.group_by("product_id").aggregate(names=named.name.nunique(), rows=named.count())
    several = each.filter(each.names > 1)
    found = several.aggregate(products=several.count(), rows=several.rows.sum(), most=several.names.max()).execute()
    return {str(fact): int(value) if pd.notna(value) else 0 for fact, value in found.iloc[0].items()}


def with_returns_kept(quality: pd.DataFrame, orders: Table) -> pd.DataFrame:
    """`quality` as in ClientData, its row of returns saying how many were kept where some were set aside."""
    is_return = (quality["table"] == "orders") & (quality["check"] == "return")
    if not is_return.any():
        return quality
    kept = int(orders.filter(orders.amount < 0).count().execute())
    aside = int(quality.loc[is_return, "rows_found"].iloc[0]) - kept
    said = f"{kept:,} kept, as negative amounts; {aside:,} set aside under another fault"
    return quality.assign(handling=quality["handling"].mask(is_return & (aside > 0), said))
