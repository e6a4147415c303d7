"""Names of ratings as surveys have them, in eight languages and in codes: which are outcomes, and near misses."""

import pytest

from helpers.analysis.nps_drivers.outcome_names import name_role

OUTCOMES = """
Q7ALL
Q9All
Q9_ALL
q23_overall
overall
Overall satisfaction
overall_satisfaction
OverallSatisfaction
OVERALLSAT
overall_sat
satisfaction
customer satisfaction
satisfaction_with_us
csat
CSAT_score
ces
customer_effort_score
effort
nps
NPS2018
NETPRO
net_promoter_score
recommend
Would you recommend us?
likelihood_to_recommend
likelihood to recommend us to friends and colleagues
How likely are you to recommend Acme to a friend?
intention_to_return
intention
purchase intention
repurchase
repurchase_intention
would buy again
buy_again
likely_to_renew
likelihood to switch
return_intention
loyalty
overall experience
overall impression
ease of doing business with us
Gesamtzufriedenheit
Zufriedenheit insgesamt
Kundenzufriedenheit
Weiterempfehlung
Wiederkaufabsicht
Weiterempfehlungsbereitschaft
Gesamteindruck
Loyalität
Wahrscheinlichkeit Wiederkauf
Satisfaction globale
satisfaction générale
intention d'achat
intention de revenir
probabilité de recommander
fidélité
Satisfacción general
intención de recompra
probabilidad de recomendar
lealtad
Soddisfazione complessiva
intenzione di tornare
probabilità di consigliare
fedeltà
giudizio complessivo
Algemene tevredenheid
aanbevelingsbereidheid
intentie om terug te komen
totaaloordeel
Satisfação geral
intenção de compra
recomendação
Ogólne zadowolenie
chęć polecenia
ogólna ocena
zamiar zakupu
lojalność
overall satisfaction with the airport
repeat purchase
come back
would come back
satisfaction with the company
Kundenaufwand
customer effort
nps_score
Rate your overall experience with our services
airport_as_a_whole
Flughafen insgesamt
Der Flughafen im Ganzen
l'aéroport en général
l'aéroport dans son ensemble
El aeropuerto en general
L'aeroporto nel complesso
In generale
De luchthaven in het algemeen
O aeroporto como um todo
Lotnisko ogólnie
"""
DRIVERS = """
satisfaction with delivery
delivery_reliability
sat_delivery
ease of ordering
ease of use
overall layout
all_you_can_eat
product recommendations
recommendations
returns
return_policy
ease of return
renewal process
loyalty programme
loyalty card
willingness to help
staff_likeability
order_accuracy
ordering_ease
prices
support
invoicing
product_range
q12
Q7SIGN
Q7ART
Q9Restroom
Q10Safe
Q14FIND
Q13GETRATE
wifi
general_store
total_price
repeat orders handling
effort to order
Zufriedenheit mit der Lieferung
Zufriedenheit_Preis
Gesamtsortiment
Rückgabe
Bestellaufwand
Empfehlungen im Shop
Freundlichkeit
Erreichbarkeit
satisfaction livraison
accueil
programme de fidélité
recommandations produits
facilité de commande
prix
satisfacción con la entrega
programa de fidelidad
facilidad de compra
soddisfazione consegna
carta fedeltà
disponibilità
tevredenheid levering
bestelgemak
vriendelijkheid
satisfação com a entrega
zadowolenie z dostawy
zwroty
program lojalnościowy
obsługa
booking
checkout
delivery satisfaction
response time
service
product
staff
booking_process
csat_delivery
shopping
order
return
visit
satisfaction with service
customer service satisfaction
overall service
general
back_order
retour
hotel stay
overall price satisfaction
shopping experience
general store
would_you
score
Q7
🎉
recommendation engine
order again button
company culture
general information
ensemble
information and signs in general
wholesale service
"""
ARGUABLE = """
trust
value for money
value
image
reputation
Vertrauen
confianza
overall quality
quality
experience
overall value
Sauberkeit insgesamt
prices in general
le personnel en général
Acme as a whole
commitment
"""


@pytest.mark.parametrize("name", OUTCOMES.strip().splitlines())
def test_outcomes_are_known_by_name(name: str) -> None:
    assert name_role(name) == "outcome"


@pytest.mark.parametrize("name", ["", *DRIVERS.strip().splitlines()])
def test_aspects_are_not_taken_for_outcomes(name: str) -> None:
    assert name_role(name) == ""


@pytest.mark.parametrize("name", ARGUABLE.strip().splitlines())
def test_on_some_names_the_field_disagrees(name: str) -> None:
    assert name_role(name) == "arguable"


def test_writing_makes_no_difference() -> None:
    spelt = [
        "overall_satisfaction",
        "Overall Satisfaction",
        "OVERALL-SATISFACTION",
        "OverallSatisfaction",
        "q12 overall sat",
    ]
    assert {name_role(name) for name in spelt} == {"outcome"}
