"""The words that headers are made of, by what they mean, in the languages that exports come in.

English, German, French, Spanish, Italian, Dutch, Portuguese and Polish. A word may mean several things ("data"
is Italian for a date). Patterns say which meanings together name a canonical column, and how strongly.
"""

from helpers.data.answer_words import fold as fold
from helpers.data.answer_words import plain as plain

_LEXICON = {
    "LINE": "line lines zeile ligne linea riga pos positions",
    "SERVICE": "service contract relationship",
    "CARD": "card karte carte tarjeta kaart karta loyaltycard kundenkarte clubcard membercard",
    "CUSTOMER": """caller patron kunag msisdn assure relatie relation relations constituent donor donors lead
        leads player pax geschaftspartner gp requester profile policyholder holder insured versicherungsnehmer
        kunnr visitor besucher visiteur ansprechpartner mbr customer customers cust kd client clients kunde kunden
        kund cliente clientes clienti klant klanten klient klienta klienci kontrahent acheteur kaufer comprador
        acquirente koper buyer shopper nabywca debitor debitoren debiteur guest gast user users benutzer nutzer
        utilisateur usuario utente gebruiker uzytkownik member mitglied membre miembro membro lid socio subscriber
        abonnent abonne suscriptor abbonato assinante contact contacts kontakt contacto contatto person persona
        personne besteller recipient empfanger patient""",
    "HOUSEHOLD": "household haushalt menage hogar famiglia foyer huishouden hh",
    "CHURN": "resilie disdettato churn churned exited attrition attrited lapsed abgewandert abgang",
    "TENURE": "tenure laufzeit vertragslaufzeit anciennete antiguedad anzianita looptijd vertragsdauer ",
    "RECENCY": "recency",
    "DAYS": "days tage jours dias giorni dagen dni day",
    "COUNT": """number no num nr count counts total anzahl nombre nb numero aantal liczba cnt trx txn times freq
        frequency haufigkeit""",
    "SUMMED": "total lifetime ltd sum all gesamt historical cumulative overall todate kumuliert cumul cumulado",
    "SPEND": "spend spent monetary depense gasto expenditure wydatki spesa ausgaben revenue umsatz sales turnover",
    "MONETARY": "monetary monetario monetaire",
    "FREQUENCY": "frequency frequence frecuencia frequenza frequenz haufigkeit",
    "NETGROSS": "net netto gross brutto ht ttc excl incl",
    "YEARS": "years year annees ans jahre jahren anos anni jaren lat yrs",
    "DUE": "due deadline fallig faellig echeance scadenza vencimiento renewal renew next verlangerung",
    "AVERAGE": """average avg mean median max min highest lowest predicted forecast durchschnitt moyenne promedio
        media""",
    "REFUND": "refund refunded refunds return returned chargeback erstattung remboursement reembolso rimborso",
    "DURATION": "duration dauer duree duracion durata duur minutes seconds hours secs mins hrs elapsed resolution",
    "TICKET": """ticket tickets case cases incident incidents complaint complaints claim claims sinistre sinistres
        schaden siniestro siniestros conversation conversations chat call calls message messages support helpdesk
        beschwerde anfrage""",
    "USAGE": "usage use nutzung feature features utilisation utilization consumption uso verbrauch",
    "STAFF": """employee staff student students passenger player teacher pupil driver drivers mitarbeiter worker
        candidate applicant voter athlete artist actor seller vendor supplier lieferant fournisseur merchant host
        agent author""",
    "COORDINATE": "latitude longitude lat lon lng geo coordinates",
    "RESPONSE": """response responses respondent resp reponse repondant antwort befragter respuesta encuestado
        risposta resposta odpowiedz antwoord answer submission interview fragebogen questionnaire""",
    "ID": """kunnr belnr vbeln matnr id ids no nr num nbr number nummer numero numer nro ref reference referenz
        referencia key schlussel code kod codigo codice cod username login kennung kennzeichen identifier
        identifiant identificador identificativo identyfikator uid guid uuid pk n""",
    "ORDER": """belnr vbeln fkdat audat bldat order orders ordered bestell bestellung bestellungs auftrag auftrags
        commande commandes pedido pedidos ordine ordini encomenda zamowienie zamowienia bestelling bestel
        transaction transactions transaktion transaktions txn trans transaccion transazione transacao transakcja
        transakcji transactie purchase purchased kauf achat compra acquisto aankoop zakup zakupu sale sales vente
        venta vendita venda verkauf verkaufs verkoop sprzedaz sprzedazy invoice inv rechnung rechnungs facture
        factura fattura fatura faktura faktury factuur receipt beleg recibo ricevuta paragon basket warenkorb
        checkout rental rentals rent gift gifts donation donations recharge recharges topup lieferschein document
        dokument belegs booking bookings booked reservation reservations confirmation piece""",
    "DATE": """intdate horodateur budat bldat fkdat audat erdat date dates datum fecha data day tag jour dia
        giorno dag dzien time zeit zeitpunkt heure hora ora tijd czas timestamp timestamps ts datetime zeitstempel
        at on when dt horodatage momento moment""",
    "AMOUNT": """val wrbtr dmbtr netwr mnt imponible imponibile amount amt betrag summe umsatz wert montant total
        totale gesamt gesamtbetrag importe import importo valor value valore bedrag omzet kwota wartosc revenue
        revenues sales net netto netbetrag gross brutto monto turnover sum subtotal gesamtpreis montante spend
        spent chiffre suma totaal gesamtsumme linetotal ca""",
    "QUANTITY": """fkimg quantity quantities qty quant menge anzahl stuck stuckzahl units quantite qte cantidad
        cant quantita qta quantidade qtd qtde aantal hoeveelheid ilosc pieces pcs stk unidades""",
    "UNIT": """vk unit unitario unitaria unitaire einzel stuck eenheid eenheids stuks jednostkowa jednostkowy jedn
        per each item pu ep""",
    "PRICE": "vk pvp price preis prix precio prezzo preco prijs cena preise einzelpreis pu ep",
    "PRODUCT": """matnr maktx product products produkt produit produits producto prodotto produto artikel article
        articulo articolo artigo towar towaru item items material ware produktu stock sku asin ean gtin upc
        variant lineitem""",
    "ARTICLE": "sku asin ean gtin upc",
    "DESCRIPTION": """concepto causale libelle description desc bezeichnung beschreibung designation descripcion
        descrizione descricao omschrijving opis title titel titulo titre titolo""",
    "NAME": "maktx name names namen nom nombre nome naam nazwa label libelle fullname",
    "CATEGORY": """category categories kategorie categorie categoria kategoria warengruppe produktgruppe
        artikelgruppe famille familia famiglia department dept abteilung sortiment rubrik collection sparte genre""",
    "GROUP": "group groups gruppe groupe grupo gruppo groep grupa gruppen",
    "DISCOUNT": """disc discount discounts rabatt rabat remise descuento sconto desconto korting znizka upust
        reduction nachlass skonto ermassigung""",
    "PROMOTION": """promotion promotions promo coupon gutschein voucher aktion cupon kupon promocion promozione
        promocao actie promocja kortingscode aktionscode gutscheincode offer oferta angebot""",
    "COST": """cost costs kosten cout couts coste costo custo custos koszt cogs einstand einstandspreis
        wareneinsatz einkaufspreis""",
    "CHANNEL": """channel kanal canal canale kanaal source quelle bron zrodlo store shop filiale boutique tienda
        negozio loja winkel sklep medium platform plattform outlet vertriebsweg vertriebskanal referral""",
    "STORE": "store shop filiale boutique tienda negozio loja winkel sklep",
    "ACCOUNT": """ragione account accounts acct konto compte cuenta conto conta rekening company firma firmen
        unternehmen entreprise empresa azienda bedrijf bedrijfs organisation organization organizacja organizacion
        societe business compania""",
    "EMAIL": "email emails mail mails correo courriel emailadresse mailadresse",
    "ROLE": """role rolle position funktion fonction cargo ruolo funcion functie job stanowisko rola poste puesto
        jobtitle""",
    "SINCE": """added since seit depuis desde dal sinds signup registered registration registriert registrierung
        anmelde anmeldung inscription inscrit registro registrazione inscricao aanmelding aanmeld rejestracji
        rejestracja joined join created create creation opened alta erstellt angelegt anlage acquired acquisition
        erstkontakt eintritt erfasst aangemaakt cree onboarded aufnahme""",
    "FIRST": "first premier premiere primer primera primo prima erst erste erster primeiro primeira eerste pierwszy",
    "LAST": """last letzte letzter letztes dernier derniere ultimo ultima laatste ostatni latest recent updated
        upd update modified changed geandert modifie""",
    "CONSENT": """confirm confirmed accepts consent einwilligung optin zustimmung consentement consentimiento
        consenso consentimento toestemming zgoda zgody newsletter dsgvo gdpr rgpd permission werbeerlaubnis
        erlaubnis opted opt contactable subscribed werbung akceptuje""",
    "SCORE": """aanbeveelt nps netpro ltr recommend recommendation recommends empfehlen empfehlung
        weiterempfehlung weiterempfehlen weiterempfehlungsbereitschaft recommander recommandation recommanderiez
        recommanderais recommanderait recommandez recomendar recomendacion recomienda recomendaria recomendarias
        raccomandare raccomandazione consiglierebbe consiglieresti raccomanderesti raccomandereste recomendacao
        aanbevelen aanbeveling aanraden polecic polecil polecilbys polecenie poleca polecania promoter netpromoter
        likelihood likely wahrscheinlichkeit probabilite probabilidad""",
    "MARK": """score scores note punktzahl puntuacion punteggio pontuacao wynik punkte bewertung rating ratings
        nota voto cijfer ocena calificacion valoracion""",
    "CSAT": """csat satisfaction satisfied satisfy zufriedenheit zufrieden satisfaccion satisfecho satisfecha
        soddisfazione soddisfatto satisfacao satisfeito tevredenheid tevreden zadowolenie zadowolony satisfait
        satisf""",
    "OVERALL": """overall all gesamt insgesamt global globale general generale allgemein totaal ogolnie ogolna
        geral algemeen gesamturteil gesamteindruck complessiva complessivo""",
    "EFFORT": "ces effort aufwand facilite esfuerzo sforzo esforco moeite wysilek ease einfachheit easy",
    "COMMENT": """text comment comments kommentar kommentare commentaire commentaires comentario comentarios
        commento commenti opmerking opmerkingen komentarz uwagi verbatim verbatims feedback freitext remarks
        remark bemerkung bemerkungen anmerkung anmerkungen freetext review remarque remarques reason grund warum
        pourquoi why toelichting begrundung opinion sugerencias""",
    "TOUCHPOINT": "touchpoint kontaktpunkt place ort lieu lugar luogo plaats miejsce anlass contactpoint",
    "JOURNEY": "journey stage phase etappe etapa fase etap",
    "WAVE": """wave welle vague oleada ola ondata onda golf fala period periode periodo quarter quartal year jahr
        annee ano anno jaar rok round runde""",
    "WEIGHT": "weight weights gewicht gewichtung poids ponderation peso waga wgt weging gewichtungsfaktor weighting",
    "PLAN": """policy policies police polizza poliza tariff plan plans tarif abo abonnement abonnements
        subscription suscripcion abbonamento assinatura abonament paket package pakiet pakket tier vertrag
        contract contrat contrato contratto membership edition formule piano plano""",
    "TRIAL": "trial test probe essai prueba prova proef proefperiode proefstart probny probezeit testphase teste",
    "START": """einzug inception start started starts begin beginn debut inicio inizio poczatek rozpoczecia
        activated activation aktivierung ab from von gestart ingang ingangs anfang abschluss commencement
        souscription effective since vertragsbeginn startdatum valid gueltig begindatum""",
    "END": """auszug tot end ended ends cancelled canceled cancel cancellation kundigung kundigungs gekundigt ende
        fin resiliation resilie baja cancelacion cancelado fine disdetta cancelamento einde eind opzegging
        opgezegd opzeg rezygnacja rezygnacji zakonczenia koniec churn churned until bis termination terminated
        expired closed close resolved geschlossen ferme cerrado expires expiry ablauf vertragsende beendet stop
        stopped einddatum""",
    "FEE": """abschlag rate arpu dues premium pramie fee fees gebuhr beitrag mrr cuota canone mensalidade
        contributie oplata""",
    "MONTH": """months mths mth mtl month monthly monat monats monatlich mensuel mensuelle mois mensual mes
        mensile mese mensal maand maandelijks maandelijkse miesieczna miesieczny miesiac recurring""",
    "ADDON": "addon addons add ons extra extras zusatz option options optionen opciones opzioni opcoes opties opcje",
    "EVENT": """session sitzung event events ereignis evenement evenements evento gebeurtenis zdarzenie zdarzenia
        action aktion aktivitat activity actividad activite activiteit attivita interaction interaktion vorgang""",
    "TYPE": "type typ tipo kind art soort rodzaj typen",
    "SEGMENT": "segment segments segmento klantsegment kundensegment",
    "CAMPAIGN": """campaign campaigns kampagne campagne campana campagna campanha kampania mailing experiment
        aktionsname""",
    "ARM": """version versions variation arm arms variant variante varianta treatment treated behandlung
        traitement tratamiento trattamento cell zelle cohort bucket testgroup testgruppe testzelle""",
    "SENT": """sent send versand versendet envoi envoye enviado envio inviato invio verzonden verstuurd wyslano
        wyslania exposed contacted exposure angeschrieben mailed assigned zugeteilt delivered kontaktiert""",
    "DONE": """submit answered completed complete submitted submission abgeschlossen beantwortet termine
        completado respondida completato ingevuld ausgefullt eingegangen end enddate recorded""",
    "OCCURRED": "occurred happened zeitpunkt occured",
    "CURRENCY": "waers currency wahrung devise moneda valuta moeda waluta curr ccy munteenheid",
    "OUTCOME": """retention visit visited visits besuch visite visita click clicked clicks klick clic open opened
        converted conversion conversions konversion konvertiert purchase purchased purchases bought kauf gekauft
        ordered orders revenue umsatz spend spent responded reagiert donated donation bestellt retained ventas
        achat""",
    "SIZE": "size grosse taille tamano dimensione tamanho grootte omvang wielkosc klasse class",
    "DEMOGRAPHIC": """senior partner age ages agegroup altersgruppe alter alters edad eta idade leeftijd
        leeftijdsgroep wiek gender sex geschlecht sexe sexo sesso genero genere geslacht plec income einkommen
        ingreso ingresos reddito renda inkomen dochod education bildung occupation beruf profession marital
        familienstand household haushalt children child kids kinder family familie dependents dependants
        employment married graduate graduated education_level race ethnicity religion citizenship home language
        sprache langue idioma lingua taal jezyk lang nationality generation""",
    "FIRMOGRAPHIC": """industry industries branche secteur sector settore setor branza employees employee
        mitarbeiter mitarbeiterzahl employes effectif empleados dipendenti funcionarios medewerkers pracownicy
        pracownikow headcount rechtsform legalform naics nace bedrijfstak bedrijfsgrootte companysize""",
    "GEOGRAPHIC": """region regio country land pays pais paese kraj city stadt ville ciudad citta cidade stad
        miasto state bundesland province provincia provincie wojewodztwo zip zipcode postcode plz postal county
        canton kanton ort territory gebiet nation continent postleitzahl cp cap woonplaats wohnort pocztowy area
        market""",
    "TECHNOGRAPHIC": """device gerat appareil dispositivo apparaat urzadzenie browser os betriebssystem app
        version operating crm software""",
    "PSYCHOGRAPHIC": """lifestyle lebensstil attitude einstellung interests interest interessen interesse
        motivation personality milieu""",
    "MONEY": """income balance loan credit limit salary premium spending savings mortgage wealth insurance points
        cashback wallet deposit payments charges expenditure bill""",
    "BEHAVIOURAL": """visits besuche logins login recency history frequency haufigkeit tenure loyalty treue points
        punkte newbie rfm status vip clv ltv usage nutzung purpose churn active aktiv segment""",
    "ASIDE": """shipped taxes freight shipping porto frais fracht spedizione envios tax vat mwst ust iva tva btw
        steuersatz rep representative vendedor status""",
    "PERSONAL": """phone telefon telefonnummer telephone telefono telefone telefoon mobile handy movil tel mobil
        gsm street strasse rue calle rua straat ulica address adresse anschrift direccion indirizzo endereco adres
        birth birthday birthdate geburtsdatum geburtstag geburts naissance nacimiento nascita nascimento geboorte
        geboortedatum urodzenia dob iban bic kreditkarte ssn passport fax ip password hausnummer zivilstand steuer
        taxid nif dni pesel creditcard straatnaam""",
    "FIRSTNAME": "vorname prenom firstname givenname voornaam imie forename",
    "SURNAME": "nachname surname lastname cognome apellido apellidos sobrenome achternaam nazwisko familyname",
}  # fmt: skip

_NOISE = """
    am op czy record flag indicator yn amt
    a an the of and or to for in is are was were you your we our us how what would do did does be it with by from de
    du des la le les l d et der die das dem den und von vom zum zur im mit fur wie sie ihr uns unser wir es sind el
    los las del y con por para su como un una il lo gli di della dello e i per con che sua os as do dos da het een
    van en voor met uw ons w z na i do jak q qu question frage pregunta e kit my this that friend colleague col
    field
"""


LEXEMES: dict[str, frozenset[str]] = {}
for _concept, _words in _LEXICON.items():
    for _word in _words.split():
        LEXEMES[fold(_word)] = LEXEMES.get(fold(_word), frozenset()) | {_concept}
NOISE = frozenset(fold(word) for word in _NOISE.split())
