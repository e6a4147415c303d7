"""Headers: in eight languages and many styles, each is read as the column it names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data.guess.names import (
    attribute_kind,
    is_personal,
    name_fit,
    name_fits,
    question_block,
    read_header,
    short_name,
)
from helpers.data.guess.patterns import PATTERNS
from helpers.data.schema import TABLES

HEADERS = {
    "orders": {
        "order_id": "InvoiceNo order_id ORDERNUMBER Bestellnr. Auftragsnummer Rechnungsnummer Numéro_de_commande "
        "id_pedido numero_ordine Ordernummer nr_zamówienia NumeroEncomenda transaction_id",
        "customer_id": "CustomerID CUSTNO customer_id Kundennummer KundenNr KdNr Kunden-ID N°_client code_client "
        "id_cliente CodiceCliente Klantnummer nr_klienta user_id ClientRef DEBITORNR",
        "ordered_at": "InvoiceDate OrderDate order_date Ordered_On Bestelldatum Rechnungsdatum Date_de_commande "
        "fecha_pedido FechaCompra data_ordine Orderdatum data_zamówienia DataEncomenda PURCHASE_TS",
        "amount": "amount Total Betrag Umsatz Gesamtpreis Montant Importe importo Bedrag Omzet kwota wartość Valor "
        "LineTotal Nettobetrag revenue",
        "quantity": "Qty Quantity Menge Stückzahl Quantité cantidad quantità Aantal ilość Quantidade",
        "unit_price": "UnitPrice unit_price Einzelpreis Stückpreis Prix_unitaire PrecioUnitario prezzo_unitario "
        "Stuksprijs cena_jednostkowa",
        "product_id": "StockCode SKU ArtikelNr Artikelnummer product_id EAN CodArticulo ITEMNO",
        "category": "Category Warengruppe Catégorie categoría kategoria Produktgruppe",
        "discount": "Discount Rabatt Remise descuento sconto Korting",
        "promotion": "PromoCode Gutscheincode Kortingscode Voucher",
        "channel": "SalesChannel Vertriebskanal Canal Kanaal kanał",
    },
    "customers": {
        "customer_id": "customer_id Kundennr CustNo id_client",
        "account_id": "AccountNo FirmenID account_id Firma",
        "name": "ContactName Name Nom Nombre CustomerName Naam",
        "email": "Email E-Mail Courriel correo e_mail_address Mailadresse",
        "acquired_on": "CustomerSince Kunde_seit signup_date created_at Registrierungsdatum klant_sinds",
        "consent": "MarketingConsent Opt-in Newsletter Einwilligung toestemming",
        "role": "JobRole Position Funktion job_title",
    },
    "surveys": {
        "score": "NPS NETPRO Q1_Recommend nps_score Weiterempfehlung LTR aanbeveling",
        "response_id": "ResponseID RESPNUM respondent_id",
        "answered_at": "Completed response_date Datum fecha survey_date",
        "comment": "Comment Kommentar Commentaires comentario Freitext verbatim",
        "weight": "WEIGHT Gewicht poids peso",
        "wave": "Wave Welle vague Jahr",
        "csat": "CSAT OverallSatisfaction Gesamtzufriedenheit",
    },
    "subscriptions": {
        "started_on": "Started StartDate Vertragsbeginn date_début fecha_inicio Startdatum",
        "cancelled_on": "Cancelled EndDate Kündigungsdatum date_fin fecha_baja Einddatum Opzegdatum",
        "monthly_fee": "MonthlyFee MRR Monatsbeitrag Maandbedrag cuota_mensual",
        "plan": "Plan Tarif Abonnement Abo subscription_plan",
        "trial_started_on": "TrialStart trial_start_date Probezeitbeginn",
    },
    "events": {"kind": "Event event_type EventName Ereignis", "occurred_at": "Time timestamp event_time Zeitstempel"},
    "exposures": {
        "arm": "Group variant Testgruppe treatment arm",
        "campaign": "Campaign Kampagne campaña",
        "exposed_on": "SentOn send_date Versanddatum",
    },
}  # fmt: skip
CASES = [(t, c, h.replace("_de_", " de ")) for t, cs in HEADERS.items() for c, hs in cs.items() for h in hs.split()]
CASES += [
    ("surveys", "score", "How likely are you to recommend us to a friend or colleague?"),
    ("surveys", "score", "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?"),
    ("surveys", "score", "Recommanderiez-vous notre magasin à un ami ?"),
    ("surveys", "score", "¿Qué probabilidad hay de que nos recomiende?"),
    ("surveys", "score", "NETPRO  "),
    ("orders", "ordered_at", "Date de la commande"),
    ("customers", "acquired_on", "Date d'inscription"),
]


@pytest.mark.parametrize(("table", "column", "header"), CASES)
def test_a_header_names_its_column(table: str, column: str, header: str) -> None:
    fits = name_fits(read_header(header), table)
    assert fits, "nothing fits"
    best = max(fits.values())
    assert fits.get(column, 0) == best >= 0.5, fits
    assert [c for c, fit in fits.items() if fit == best] == [column], "two columns fit alike"


@pytest.mark.parametrize(
    ("table", "column", "header"),
    [
        ("orders", "customer_id", "CustomerName"),
        ("orders", "order_id", "OrderDate"),
        ("orders", "amount", "tax_amount"),
        ("customers", "acquired_on", "Geburtsdatum"),
        ("customers", "name", "Vorname"),
        ("surveys", "score", "Q7SIGN"),
        ("surveys", "csat", "How satisfied are you with the opening hours of our shop?"),
        ("orders", "quantity", "humidity"),
    ],
)
def test_a_header_that_says_something_else_is_below_sure(table: str, column: str, header: str) -> None:
    assert name_fit(read_header(header), table, column) < 0.7


def test_every_pattern_is_of_a_table_and_its_column() -> None:
    assert PATTERNS.keys() == TABLES.keys()
    for table, patterns in PATTERNS.items():
        assert set(TABLES[table].column_names) - patterns.keys() <= {"phone"}  # personal: never proposed
        assert patterns.keys() <= set(TABLES[table].column_names)


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("demographic", ["Age", "Geschlecht", "Sexe", "Edad", "Q19AGE", "Household income", "LANG"]),
        ("firmographic", ["Industry", "CompanySize", "Branche", "Mitarbeiterzahl"]),
        ("geographic", ["Region", "PLZ", "Ville", "Q17COUNTRY", "Bundesland", "zip_code"]),
        ("technographic", ["Device", "Browser", "Betriebssystem"]),
        ("behavioural", ["recency", "loyalty points"]),
        ("", ["Color", "Q7SIGN", "Description"]),
    ],
)
def test_kinds_of_traits(kind: str, headers: list[str]) -> None:
    assert {attribute_kind(read_header(h)) for h in headers} == {kind}


@pytest.mark.parametrize("header", ["Phone", "Telefonnummer", "Straße", "Date de naissance", "date_of_birth", "IBAN",
                                    "Vorname", "First Name", "Geburtsdatum", "Mobile"])  # fmt: skip
def test_personal_columns_are_known(header: str) -> None:
    assert is_personal(read_header(header))


def test_what_is_needed_is_not_called_personal() -> None:
    assert not any(is_personal(read_header(h)) for h in ("Email address", "Name", "Kundennummer", "City", "Nachname"))


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Q2_Delivery", "delivery"),
        ("Q7SIGN", "sign"),
        ("Q7INFODOWN", "infodown"),
        ("Atención al cliente", "atencion_al_cliente"),
        ("Value for money", "value_money"),
        ("How satisfied are you with the delivery speed?", "satisfied_delivery_speed"),
        ("Übersicht", "ubersicht"),
        ("2024", "2024_rating"),
    ],
)
def test_short_names(header: str, name: str) -> None:
    assert short_name(header) == name


def test_short_names_are_not_given_twice() -> None:
    taken: list[str] = ["comment"]
    for _ in range(4):
        taken.append(short_name("Q4 Comment", taken))
    assert taken == ["comment", "comment_rating", "comment_rating_2", "comment_rating_3", "comment_rating_4"]


def test_blocks_of_questions() -> None:
    blocks = ["Q7", "Q7", "SAT", "", ""]
    assert [question_block(h) for h in ("Q7SIGN", "q7_wifi", "sat_price", "Delivery", "7")] == blocks


@given(st.text(max_size=60))
def test_any_header_is_read(text: str) -> None:
    header = read_header(text)
    for table in TABLES:
        assert all(0 <= fit <= 1 for fit in name_fits(header, table).values())
    assert short_name(text)
    question_block(text)
