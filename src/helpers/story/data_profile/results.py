"""The tables that the page on the data saves."""

from helpers.story.results import Chart, ResultTable, count, date, flag, money, number, share, text

QUANTILES = (1, 5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 95, 99)

DATA_RECEIVED = ResultTable(
    "data_received",
    "a table supplied",
    {
        "table": text(),
        "files": text("files, tables or queries read"),
        "rows_in": count(),
        "rows_kept": count(),
        "rows_set_aside": count(),
        "first_on": date(),
        "last_on": date(),
    },
    key=["table"],
    about="Kept and set aside always add up to in.",
)
DATA_QUALITY = ResultTable(
    "data_quality",
    "a trait found in a table",
    {
        "table": text(),
        "check": text("the trait"),
        "rows_found": count("every row that shows it"),
        "rows_set_aside": count("each row once, under its first fault"),
        "handling": text("what was done"),
    },
    key=["table", "check"],
)
DATA_TABLES = ResultTable(
    "data_tables",
    "a table supplied, of the rows kept",
    {
        "table": text(),
        "rows": count(),
        "columns": count(),
        "grain": text("what a row is"),
        "date_column": text("the date that dates it"),
        "first_on": date(),
        "last_on": date(),
        "keys": text("columns that tell every row apart, by comma"),
        "repeated_rows": count("the same in every column; blank where a key tells all apart"),
    },
    key=["table"],
)
DATA_COLUMNS = ResultTable(
    "data_columns",
    "a column of the cleaned tables",
    {
        "table": text(),
        "column": text(),
        "kind": text("text, number, date, yes/no"),
        "role": text("identifier, category, free text, measure, date, flag"),
        "rows": count(),
        "missing": count(),
        "missing_share": share(),
        "distinct": count("different values"),
        "distinct_exact": flag(
            "no for times, and fractions with about 10,000 values or more, in more than 500,000 rows"
        ),
        "minimum": text("written out"),
        "maximum": text("written out"),
        "mean": number(),
        "sparse": flag("a blank is an answer too"),
        "zeros": count(),
        "negatives": count(),
        "infinite": count(),
        "sd": number(),
        "skewness": number(),
        "kurtosis": number("excess"),
        **{
            f"q{q:02d}": number(
                f"quantile {q}%"
                + (
                    ""
                    if q > 1
                    else "; of numbers with thousands of values from a "
                    "fixed sample of about 500,000 rows or more in a table of a million or more"
                )
            )
            for q in QUANTILES
        },
        "far_out": count("values beyond Tukey's outer fences"),
        "top_rows": count("of the most frequent value"),
        "length_min": count("characters"),
        "length_max": count("characters"),
        "length_mean": number("characters"),
        "number_like_share": share(),
        "date_like_share": share(),
        "padded_share": share("blanks around"),
        "mention_share": share("texts that hold an e-mail address, phone or card number"),
        "personal": text("what kind of personal data the column looks like"),
        "personal_share": share("of the values looked at"),
        "spelling_rows": count("rows that spell a category otherwise than most"),
        "spelling_example": text(),
    },
    key=["table", "column"],
    about="Blank where a fact does not apply.",
)
DATA_VALUES = ResultTable(
    "data_values",
    "a value, a bin or a quantile of a column, for comparing extracts",
    {
        "table": text(),
        "column": text(),
        "measure": text(
            "value (one of the 50 most frequent), bin (of the histogram, from `low` up to `high`; the outermost hold "
            "the tails), quantile (the number `high` has the share `low` of all numbers below it), smallest or largest "
            "(the three different values at either end, outermost first)"
        ),
        "value": text("as text; numbers stand in `low` and `high` too, bins of dates give their first day"),
        "low": number("dates in days since 1970"),
        "high": number("dates in days since 1970"),
        "rows": count("blank where there may be more than were looked at"),
    },
    about="Values of identifiers, free texts and personal data are not listed.",
)
DATA_CORRELATIONS = ResultTable(
    "data_correlations",
    "a pair of measures of one table",
    {
        "table": text(),
        "left": text(),
        "right": text(),
        "correlation": number("Pearson"),
        "n": count("rows with both; where both have blanks and surely share 1,000 rows, the fewest there can be"),
    },
    key=["table", "left", "right"],
)
DATA_BY_SOURCE = ResultTable(
    "data_by_source",
    "a column with blanks and a wave or file of its table, where there are several",
    {
        "table": text(),
        "grouping": text("wave or file"),
        "group": text(),
        "column": text(),
        "rows": count(),
        "filled": count(),
    },
    key=["table", "grouping", "group", "column"],
)
DATA_CHARGES = ResultTable(
    "data_charges",
    "a product whose name is that of a charge, a correction or a sample (up to 50)",
    {"product": text(), "rows": count(), "amount": money()},
    key=["product"],
)
DATA_UNUSED = ResultTable(
    "data_unused",
    "a column that came and that no mapping names",
    {
        "table": text(),
        "column": text(),
        "columns_received": count("different columns in the table's files"),
        "files": count("that have it unused"),
        "filled_share": share("of the rows looked at"),
        "distinct": count("different values, of the rows looked at"),
        "looked_at": count(
            "rows looked at: about 1,000 of the first file of each source; 0 for databases and object storage, of "
            "which no sample is taken"
        ),
    },
    key=["table", "column"],
)
DATA_ALERTS = ResultTable(
    "data_alerts",
    "an oddity, worst first",
    {
        "table": text(),
        "column": text("empty for the table as a whole"),
        "alert": text(
            "empty, gaps, constant, nearly constant, imbalance, high cardinality, unique, repeated key, "
            "constant length, zeros, infinite, skew, outliers, mixed types, numbers as text, dirty categories, coded, "
            "personal data, charges, several names, high correlation, duplicates, sudden change, gaps in dates, "
            "closed weekdays"
        ),
        "severity": text("act, look, note"),
        "figure": number("its size: a share, a count, a skewness, a correlation, a relative change"),
        "other": text(
            "another column, an example, a kind of personal data, what changed (rows, mean, filled), or the waves or "
            "files that leave a column blank, of which `figure` is then the share blank elsewhere"
        ),
        "on": date("of a change or gap"),
        "n": count("rows concerned"),
    },
)
DATA_COVERAGE = ResultTable(
    "data_coverage",
    "a combination of sources",
    {"customers_known": count("customers whom just these tables name")},
    others="a yes or no for each table with customers",
)
DATA_MATCHES = ResultTable(
    "data_matches",
    "a table with customers, where a customer list was supplied",
    {
        "table": text(),
        "customers": count(),
        "in_customers": count("how many of them the list knows"),
        "listed": count("customers in the list"),
    },
    key=["table"],
)
ORDERS_BY_MONTH = ResultTable(
    "orders_by_month",
    "a calendar month",
    {
        "month": date("its first day"),
        "order_count": count(),
        "customers": count(),
        "spend": money("purchases, returns not taken off"),
        "partial": flag("the orders cover it in part"),
    },
    key=["month"],
    chart=Chart("line", "month", ["order_count", "customers"]),
)
READINESS = ResultTable(
    "readiness",
    "a gate",
    {
        "analysis": text(),
        "gate": text(),
        "needed": number(),
        "found": number(),
        "unit": text(),
        "passed": flag(),
        "source": text("why this much"),
    },
    key=["analysis", "gate"],
)
RESULTS = (
    DATA_RECEIVED,
    DATA_QUALITY,
    DATA_TABLES,
    DATA_COLUMNS,
    DATA_VALUES,
    DATA_CORRELATIONS,
    DATA_BY_SOURCE,
    DATA_CHARGES,
    DATA_UNUSED,
    DATA_ALERTS,
    DATA_COVERAGE,
    DATA_MATCHES,
    ORDERS_BY_MONTH,
    READINESS,
)
