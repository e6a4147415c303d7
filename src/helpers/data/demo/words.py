"""The words of the fictional client: people, products and what customers write in a survey.

Every name is invented by combination; e-mail addresses end in example.com, which is reserved for examples.
"""

from typing import Final

# Lists of single words, kept as text: split() where used.
FIRST_NAMES: Final = (
    "Aisha Alan Amara Ana Arjun Beth Bruno Callum Carys Chloe Craig Daniel Dara Dawn Ebony Eleri Ewan "
    "Farah Fiona George Grace Hamish Hana Harriet Idris Imogen Ines Isla Jack Jasmin Joanne Jonas Kasia "
    "Keira Kofi Laura Leo Lowri Maeve Marcus Megan Mina Nadia Neil Niamh Oliver Olu Omar Paula Petra "
    "Priya Rhys Rosa Ruth Sanjay Sian Sofia Tariq Tessa Tomasz Una Victor Wren Yusuf Zoe"
)
LAST_NAMES: Final = (
    "Abbott Adeyemi Ainsworth Appleby Bains Barlow Beckett Bhatt Blackwood Boyle Bramley Byrne Cairns "
    "Calder Chandra Clegg Cole Corrigan Dalby Davies Dhillon Duffy Eaves Ellery Evans Farrow Fenwick "
    "Finch Fraser Garside Gill Gosling Griffiths Hale Hargreave Hughes Hussain Ingham Jarvis Kaur Keane "
    "Kendrick Khan Kowalski Lacey Larkin Lister Lowe Mackay Marsh Mensah Moran Morgan Nair Newell Novak "
    "Okafor Oldroyd Osei Parry Patel Penrose Pike Pritchard Quigley Rahman Redfern Rees Rowan Sayer "
    "Sharma Silva Sinclair Stott Sykes Tait Tennant Thorne Tully Unwin Vaughan Wadsworth Walsh Whitby "
    "Wragg Yates"
)
COMPANY_WORDS: Final = (
    "Alder Amber Ashdale Beacon Birch Bluebell Bracken Bramble Bridge Brook Cedar Clover Coppice Copper "
    "Corner Cove Dale Elm Fern Field Foxglove Glen Harbour Hawthorn Hazel Heath Heron Hill Holly Ivy "
    "Juniper Lantern Larch Lavender Linden Maple Meadow Mill Moor Moss Oak Orchard Otter Primrose Quarry "
    "Rowan Sage Sorrel Stone Swallow Thistle Thorn Valley Willow Yarrow"
)

# Category: (price of the cheapest and of the dearest product, kinds, things, months of high season)
CATEGORIES: Final[dict[str, tuple[float, float, str, str, tuple[int, ...]]]] = {
    "Planters and pots": (
        3.2,
        38.0,
        "Terracotta Glazed Slate Zinc",
        "planter|pot 20 cm|pot 30 cm|trough|bowl|hanging basket",
        (2, 3, 4, 5),
    ),
    "Garden tools": (
        4.5,
        29.0,
        "Ash-handled Steel Forged Compact",
        "trowel|hand fork|secateurs|dibber|hoe|watering can",
        (2, 3, 4, 5, 6),
    ),
    "Seeds and bulbs": (
        1.1,
        9.5,
        "Wildflower Heritage Cottage Bee-friendly",
        "seed mix|bulb pack|seed tin|herb kit|sunflower kit",
        (1, 2, 3, 9),
    ),
    "Outdoor lighting": (
        5.5,
        44.0,
        "Solar Copper Festoon Glass",
        "lantern|string lights|stake light|wall light|candle holder",
        (5, 6, 7, 11),
    ),
    "Candles and fragrance": (
        2.6,
        18.0,
        "Fig Cedarwood Linen Rhubarb",
        "candle|diffuser|wax melts|room spray|soap bar",
        (10, 11, 12),
    ),
    "Kitchen textiles": (
        2.2,
        16.0,
        "Striped Herringbone Linen Floral",
        "tea towel|apron|oven glove|napkin set|table runner",
        (10, 11, 12),
    ),
    "Baskets and storage": (
        4.0,
        34.0,
        "Willow Seagrass Jute Rattan",
        "log basket|tray|storage box|trug|laundry basket",
        (1, 9, 10),
    ),
    "Gift packaging": (
        0.9,
        7.5,
        "Kraft Botanical Plain Foil",
        "gift bag|tissue pack|ribbon reel|gift box|tag set",
        (10, 11, 12),
    ),
}

INDUSTRIES: Final = [
    "Garden centre",
    "Gift shop",
    "Florist",
    "Homeware shop",
    "Online retailer",
    "Hospitality",
]
COMPANY_SIZES: Final = ["1-9", "10-49", "50-249", "250+"]
REGIONS: Final = [
    "North England",
    "Midlands",
    "South East",
    "South West",
    "Scotland",
    "Wales",
    "Northern Ireland",
]
ROLES: Final = ["Buyer", "Decision maker", "Influencer", "User", "Finance"]

# Driver: (what pleases, what annoys, what leaves people in two minds)
COMMENTS: Final[dict[str, tuple[list[str], list[str], list[str]]]] = {
    "delivery_reliability": (
        [
            "Deliveries turn up when you say they will.",
            "Never let us down on a delivery date yet.",
            "Next-day pallets arrive intact, every time.",
            "The two-hour delivery window makes staffing easy.",
            "Even the pre-Christmas orders came on time.",
        ],
        [
            "Third late delivery this season.",
            "Half the pallet arrived broken and a week late.",
            "The promised date means nothing, we wait in for no one.",
            "Part deliveries again, and nobody told us.",
            "Lost Easter sales because the pots came after the holiday.",
        ],
        ["Delivery is fine most weeks, poor at peak.", "Usually on time, but no warning when it slips."],
    ),
    "product_range": (
        [
            "Best range of planters in the trade.",
            "Always something new our customers ask for.",
            "Good depth in every category, we rarely shop elsewhere.",
            "The bee-friendly seeds fly off the shelf.",
            "You stock the sizes others do not.",
        ],
        [
            "The range has hardly changed in two years.",
            "Too many lines out of stock when it matters.",
            "Nothing for the smaller shop, only bulk packs.",
            "Quality of the willow baskets has dropped.",
            "Our bestsellers were dropped without notice.",
        ],
        ["Good core range, thin on gifts.", "Nice products, but I would like more in outdoor lighting."],
    ),
    "ordering_ease": (
        [
            "Reordering takes two minutes on the web shop.",
            "The saved baskets are a real time saver.",
            "Easy to order from my phone on the shop floor.",
            "Clear stock levels before I order, at last.",
            "The EDI link just works.",
        ],
        [
            "The web shop logs me out halfway through an order.",
            "Finding a SKU is painful, search gives nothing useful.",
            "Minimum order rules keep changing.",
            "I still have to phone to change an order.",
            "Entering forty lines by hand takes all morning.",
        ],
        [
            "Ordering is all right once you know the codes.",
            "The site works, but it is slow in the afternoon.",
        ],
    ),
    "prices": (
        [
            "Fair prices and honest pack sizes.",
            "Margins hold up well on your lines.",
            "The volume discount makes a difference to us.",
            "Price held for the season as promised.",
            "Good value against the other wholesalers.",
        ],
        [
            "Two price rises in one year is too much.",
            "I can buy the same candle cheaper elsewhere.",
            "Carriage charges eat the margin.",
            "Discounts only for the big accounts.",
            "Price list and invoice do not match.",
        ],
        ["Not the cheapest, but fair.", "Prices are fine, carriage is not."],
    ),
    "support": (
        [
            "Kath in customer service sorts anything in minutes.",
            "Our rep knows the shop and it shows.",
            "Quick, friendly answers on the phone.",
            "Breakages credited the same day, no fuss.",
            "The team called back when they said they would.",
        ],
        [
            "Four emails and still no answer.",
            "Nobody seems to own a complaint.",
            "On hold for half an hour, twice.",
            "Our rep left and nobody told us who took over.",
            "Support promised a credit that never came.",
        ],
        ["Support is kind but slow.", "Helpful people, too few of them."],
    ),
    "invoicing": (
        [
            "Invoices are clear and always right.",
            "Statements come on the first, very handy.",
            "Online invoices save our bookkeeper hours.",
            "Credit notes match to the penny.",
            "Simple terms, no surprises.",
        ],
        [
            "Invoices need correcting every month.",
            "Credit notes take six weeks to appear.",
            "Chased for a bill we had already paid.",
            "No purchase order number on the invoice again.",
            "The statement is impossible to reconcile.",
        ],
        ["Invoicing is fine, credits are slow.", "Paper invoices still, why?"],
    ),
}
# For answers in which no single rating stands out.
GENERAL: Final[tuple[list[str], list[str], list[str]]] = (
    ["Happy all round.", "A pleasure to deal with.", "Would recommend to any shop."],
    [
        "Not what it used to be.",
        "Looking at other suppliers.",
        "Hard to say why, it does not feel like a partnership.",
    ],
    ["It does the job.", "No strong feelings either way.", "Fine overall."],
)
