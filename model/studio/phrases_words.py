"""Words by kind, of which the scenes make their sentences. The words of the benchmarks' tests are not among them."""

from __future__ import annotations

ANIMALS = tuple(
    "cat dog horse cow pig sheep goat lion tiger bear wolf fox rabbit mouse elephant monkey zebra donkey snake frog "
    "turtle whale shark duck chicken goose eagle owl pigeon crow parrot kangaroo koala panda deer moose hamster "
    "lizard crocodile octopus lobster spider butterfly bee ant salmon badger beaver buffalo cheetah gorilla hippo "
    "leopard ostrich peacock raccoon rhino seal sparrow swan walrus weasel rooster turkey pony bat mole puppy "
    "kitten".split()
)
COLOURS = tuple("red blue green yellow orange purple pink brown black white grey silver gold navy scarlet".split())
FOODS = tuple(
    "bread cheese butter rice pasta pizza soup salad sandwich burger sausage bacon ham steak egg omelette potato "
    "carrot onion garlic tomato cucumber lettuce spinach cabbage mushroom corn bean apple banana cherry "
    "grape lemon lime melon peach pear plum strawberry blueberry raspberry pineapple coconut almond peanut yogurt "
    "honey jam cake cookie muffin chocolate popcorn waffle noodle curry taco pie porridge cereal".split()
)
CITIES = tuple(
    "London Paris Berlin Madrid Rome Lisbon Dublin Amsterdam Brussels Copenhagen Stockholm Helsinki Warsaw Prague "
    "Budapest Athens Istanbul Moscow Cairo Tokyo Beijing Shanghai Delhi Mumbai Bangkok Singapore Sydney Melbourne "
    "Boston Chicago Denver Dallas Seattle Houston Miami Atlanta Montreal Vancouver Havana Hamburg Munich Barcelona "
    "Seville Venice Florence Milan Zurich Geneva Edinburgh Glasgow Manchester Liverpool".split()
)
COUNTRIES = tuple(
    "France Spain Italy Germany Portugal Ireland Norway Sweden Finland Denmark Poland Greece Turkey Egypt Morocco "
    "Japan China India Brazil Mexico Canada Australia Argentina Chile Cuba Iceland Hungary Austria Belgium".split()
)
VEHICLES = tuple(
    "car bus train bicycle truck plane boat ship taxi van scooter tractor motorbike rocket subway ferry lorry".split()
)
SPORTS = tuple(
    "football tennis basketball hockey golf rugby baseball volleyball boxing swimming skiing sailing "
    "cycling wrestling badminton rowing surfing".split()
)
INSTRUMENTS = tuple("piano guitar violin drum flute saxophone clarinet banjo organ ukulele tuba".split())
BODY = tuple("hand foot head arm leg knee shoulder nose ear eye mouth finger toe back neck stomach chin".split())
CLOTHES = tuple("shirt jacket coat hat scarf sweater dress skirt trousers shoe boot sock glove belt tie cap".split())
WEATHER = tuple("rain snow wind fog storm sunshine hail frost cloud drizzle".split())
JOBS = tuple(
    "doctor teacher nurse farmer baker driver lawyer painter plumber pilot singer actor waiter cook dentist "
    "engineer carpenter gardener librarian journalist tailor butcher barber soldier judge".split()
)
FURNITURE = tuple("table chair sofa bed desk shelf wardrobe lamp stool bench cupboard drawer mirror carpet".split())
THINGS = tuple(
    "book key phone bag box cup bottle letter ticket photo camera clock watch radio computer keyboard screen "
    "printer umbrella wallet glass plate spoon fork knife basket blanket pillow towel soap brush bucket rope hammer "
    "nail screw paint pencil pen paper envelope stamp map coin ring necklace toy doll balloon kite puzzle game "
    "newspaper magazine suitcase backpack tent torch battery cable charger window door gate fence wall roof floor "
    "stairs garden tree flower leaf stone river lake bridge street corner shop market school office station airport "
    "hotel kitchen bathroom garage cellar attic balcony park beach island forest mountain valley field village "
    "castle church museum theatre cinema library hospital bakery restaurant factory engine wheel mirror curtain "
    "oven fridge kettle pan stove bowl tray calendar notebook folder stapler ruler scissors tape parcel present "
    "costume crown whisper question answer story song poem joke dream idea plan project meeting lesson exam holiday "
    "birthday wedding party concert match race".split()
)
NAMES = tuple(
    "Anna Ben Clara David Emily Frank Grace Henry Isabel Jack Kate Leo Maria Nick Olivia Peter Rachel Sam Tina "
    "Victor Wendy Adam Beth Chris Daniel Ella Fiona George Hannah Ian Julia Kevin Laura Mark Nina Oscar Paula "
    "Robert Sarah Tom Lucy Martin Alice Simon Eva Max Rosa Hugo Amy Paul Jane Luke".split()
)
SURNAMES = tuple(
    "Smith Jones Taylor Brown Wilson Evans Walker White Green Hall Clark Harris Lewis Young King Baker Carter "
    "Mitchell Turner Parker Collins Murphy Cook Morgan Cooper Reed Bailey Kelly Howard Ward Foster".split()
)
ADJECTIVES = tuple(
    "old new big small long short warm cold bright dark quiet loud fast slow cheap expensive heavy light clean "
    "dirty soft hard wide narrow deep strange lovely broken empty full wooden plastic round square sharp smooth wet "
    "dry fresh famous simple difficult busy lazy tired happy sad angry brave clever funny gentle honest kind polite "
    "proud rude shy silly wise young modern ancient local foreign perfect terrible wonderful boring exciting little "
    "huge tiny".split()
)
ADVERBS = tuple(
    "slowly quickly carefully quietly loudly happily sadly early late often rarely usually suddenly finally luckily "
    "clearly easily gently nearly almost together alone again already somehow probably certainly".split()
)
WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
MONTHS = tuple("January February March April May June July August September October November December".split())
VERBS_PAST = tuple(
    "saw found bought sold took lost made cleaned painted moved opened closed carried dropped fixed broke borrowed "
    "returned washed packed forgot remembered liked hated wanted needed noticed ordered collected showed kept hid "
    "threw caught pulled pushed lifted covered filled counted checked changed copied photographed".split()
)

CATEGORIES: dict[str, tuple[str, ...]] = {
    "animal": ANIMALS,
    "colour": COLOURS,
    "food": FOODS,
    "city": CITIES,
    "country": COUNTRIES,
    "vehicle": VEHICLES,
    "sport": SPORTS,
    "instrument": INSTRUMENTS,
    "body part": BODY,
    "clothing": CLOTHES,
    "job": JOBS,
    "name": NAMES,
    "day": WEEKDAYS,
    "month": MONTHS,
    "furniture": FURNITURE,
    "weather": WEATHER,
}

# What benchmarks ask for and training must not know: neither these words nor their plurals are in its texts.
KEPT_OUT = frozenset(
    "lantern velvet compass thunder whistle saddle marble ladder feather candle zipper magnet otter giraffe "
    "hedgehog penguin camel squirrel dolphin flamingo turquoise crimson beige maroon violet pancake lasagna "
    "mango broccoli walnut vienna nairobi oslo toronto lima tram helicopter canoe cello trumpet harp bagpipe "
    "trombone harmonica accordion elbow ankle pickle tango hooray gravy bingo pepper saturn cactus pirate "
    "cinnamon volcano hammock parachute pyramid dynamite lighthouse blizzard monastery vineyard telescope "
    "chandelier submarine avalanche orchestra kazoo splendid aha cuckoo hallelujah noted gong zapato ventana "
    "lluvia cuchara fromage escalera schmetterling mariposa chapeau krankenhaus hermano naranja maple birch "
    "willow chestnut poplar cypress beetle mosquito grasshopper dragonfly cricket wasp spatula whisk grater "
    "ladle corkscrew colander screwdriver chisel pliers wrench crowbar hatchet inhale sway flex bounce".split()
)
