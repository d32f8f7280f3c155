"""Kinds of things with their words, many more than the talk is made of; kinds that overlap stand in one group."""

from __future__ import annotations

from model.studio.phrases_words import CATEGORIES

_MORE = {
    "bird": "eagle owl pigeon crow parrot sparrow swan ostrich peacock robin hawk falcon stork raven gull vulture "
    "pelican canary blackbird magpie",
    "fish": "salmon shark trout tuna cod herring carp sardine eel pike haddock goldfish mackerel",
    "insect": "bee ant butterfly fly moth flea ladybird cockroach caterpillar locust",
    "farm animal": "cow pig sheep goat horse donkey rooster hen pony lamb calf piglet",
    "wild animal": "lion tiger bear wolf fox elephant monkey zebra leopard cheetah gorilla rhino hippo buffalo panda "
    "kangaroo moose boar jackal hyena",
    "pet": "cat dog hamster puppy kitten rabbit goldfish canary",
    "sea animal": "whale shark octopus lobster crab walrus jellyfish starfish shrimp oyster squid",
    "reptile": "snake lizard crocodile turtle tortoise alligator gecko cobra python",
    "fruit": "apple banana grape melon pear pineapple raspberry blueberry apricot kiwi fig papaya",
    "vegetable": "potato carrot onion cucumber lettuce spinach cabbage garlic pea celery radish pumpkin leek",
    "drink": "water milk coffee tea juice wine beer lemonade cocoa soda whisky cider",
    "dessert": "cake pudding pie muffin cookie brownie doughnut custard trifle waffle",
    "spice": "salt basil thyme ginger vanilla parsley mint paprika saffron oregano nutmeg",
    "meat": "beef pork bacon sausage steak veal lamb turkey ham",
    "tree": "oak pine palm fir elm ash cedar spruce beech linden redwood",
    "flower": "rose tulip lily daisy daffodil sunflower orchid poppy lavender iris carnation",
    "tool": "hammer saw drill axe spade shovel rake file pickaxe sander clamp",
    "kitchen utensil": "spoon fork knife pan pot kettle sieve tongs peeler bowl",
    "room": "kitchen bathroom bedroom cellar attic garage hall lounge nursery pantry study",
    "building": "church castle school hospital factory library museum theatre hotel tower barn palace temple",
    "container": "box bag bucket basket bottle jar barrel crate sack tin pouch",
    "material": "wood glass plastic stone paper leather rubber concrete wax clay wool",
    "metal": "iron copper steel tin lead zinc brass bronze aluminium nickel platinum",
    "gemstone": "diamond ruby emerald sapphire pearl opal amber jade topaz",
    "fabric": "cotton silk wool linen denim lace nylon satin tweed",
    "shape": "circle square triangle rectangle oval star cube sphere cone hexagon cylinder",
    "planet": "mercury venus earth mars jupiter uranus neptune",
    "relative": "mother father sister brother uncle aunt cousin grandmother grandfather nephew niece",
    "language": "english french german italian russian japanese dutch polish greek turkish arabic chinese",
    "school subject": "history biology physics chemistry geography maths music art latin economics",
    "dance": "waltz ballet salsa polka foxtrot rumba samba",
    "game": "chess poker dominoes checkers hopscotch darts scrabble solitaire",
    "feeling": "anger joy fear love hate envy shame pride grief boredom surprise disgust",
    "landscape": "mountain river lake forest desert island valley beach hill waterfall canyon swamp",
    "toy": "doll ball kite teddy robot puppet marbles balloon slide",
    "shop": "bakery butcher pharmacy supermarket florist bookshop grocer jeweller newsagent",
    "vessel": "boat ship ferry raft yacht kayak barge dinghy",
    "weapon": "sword gun bow spear dagger cannon rifle pistol",
    "season": "spring summer autumn winter",
    "meal": "breakfast lunch dinner supper brunch snack",
    "jewellery": "ring necklace bracelet earring brooch crown watch",
    "illness": "flu cold fever cough measles asthma headache mumps",
    "currency": "dollar euro pound yen peso ruble rupee franc",
    "punctuation": "comma colon dash hyphen bracket apostrophe",
    "part of a house": "roof wall door window floor chimney stairs balcony",
    "part of a car": "wheel engine brake bumper tyre clutch headlight",
    "thing to read": "book newspaper magazine letter poem novel diary",
    "electrical device": "radio computer toaster fridge phone television printer vacuum",
    "direction": "left right up down forward backward north south east west",
    "exercise": "squat lunge plank pushup situp jump crunch burpee",
    "stationery": "pencil pen stapler ruler eraser envelope scissors notebook",
}
_GROUPS = (
    ("animal", "bird", "fish", "insect", "farm animal", "wild animal", "pet", "sea animal", "reptile", "meat"),
    ("food", "fruit", "vegetable", "drink", "dessert", "spice", "meat", "fish", "meal"),
    ("furniture", "tool", "kitchen utensil", "room", "building", "container", "part of a house", "shop", "stationery"),
    ("material", "metal", "gemstone", "colour", "fabric", "jewellery", "clothing", "container", "weapon", "tool"),
    ("city", "country", "language", "landscape"),
    ("job", "relative", "name", "shop"),
    ("vehicle", "vessel", "part of a car", "electrical device"),
    ("day", "month", "season", "meal", "weather"),
    ("sport", "game", "dance", "exercise", "toy", "instrument"),
    ("tree", "flower", "colour", "spice", "landscape", "fruit"),
    ("direction", "body part"),
    ("thing to read", "stationery", "school subject", "language", "punctuation"),
    ("planet", "landscape", "feeling", "illness"),
)
KINDS: dict[str, tuple[str, ...]] = {
    **CATEGORIES,
    **{kind: tuple(some.split()) for kind, some in _MORE.items()},
}


def neighbours(kind: str) -> tuple[str, ...]:
    """All words that are of a kind, or might be taken for it."""
    kinds = {kind, *(other for group in _GROUPS if kind in group for other in group)}
    return tuple(sorted({word for each in kinds for word in KINDS[each]}))
