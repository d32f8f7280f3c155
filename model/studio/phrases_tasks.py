"""Work that is handed on: what is to be found, compared, booked, translated, written, planned or worked out."""

from __future__ import annotations

from model.studio import phrases_rare_words as rare
from model.studio.grammar import lines

_FIND = lines("""
    the (opening hours|entry fee|guided tours|phone number|address|website) of the {sight} in {town}
    the (population|mayor|post code|dialling code|local newspaper|average rent|twin town) of {town}
    the (quickest|cheapest|nicest|safest) (way|route|road|cycle route) (from {town} to {town}|to {town}|round {town})
    the (next|last|first|cheapest|fastest) (train|coach|bus|ferry|flight) (to|from) {town} {day}
    the (departure|arrival|check in) times (for|to) {town}
    (train|bus|ferry|flight) connections between {town} and {town}
    the (water level|pollen count|air quality|tide times|snow report|moonrise|sunset time) (for|in) {town}
    (road works|traffic jams|diversions) (near|around|on the way to) {town}
    the (side effects|right dose|price) of (this cough syrup|hay fever pills|ibuprofen|my antibiotics)
    (a remedy|something|a good exercise) for (hiccups|a stiff neck|sunburn|back pain|insomnia|a sore throat)
    the (symptoms|causes) of (a migraine|hay fever|low blood sugar|heat stroke|tennis arm)
    the (lyrics|chords|words) (of|to) that song (about {town}|by {name} {surname}|from the advert)
    (the cast|the director|reviews|showtimes) of the (new|latest) (spy film|comedy|western|{name} {surname} film)
    a (podcast|book|course|documentary|magazine|club) (about|on|for) {hobby}
    (courses|classes|clubs|lessons|workshops|holidays) (for|in) {hobby} (near {town}|for beginners|at the weekend)
    a (reliable|cheap|good|local|friendly|certified) {job} (in|near|around) {town}
    a (cosy|quiet|cheap|vegan|family friendly|dog friendly) (restaurant|cafe|guest house|campsite|pub) in {town}
    a {job} who (works on Sundays|makes house calls|speaks French|has good reviews|could come {day})
    (a second hand|a good|a cheap|the best) {tool} (for beginners|under {number} pounds|with good reviews|)
    the (manual|warranty|spare parts|test report) for (my|the|our) {tool}
    (recipes|ideas|a recipe|an easy recipe) (for|with) {meal}
    (the exchange rate|the price) of (the Swiss franc|the rupee|silver|a barrel of oil|a first class stamp|copper)
    (the result|the score|the highlights|the line up) of the ({town} game|cup final|cycling race|{hobby} final)
    (the share price|the latest news|job openings|the head office) of (that bank|the airline|my phone company)
    (flats|houses|rooms|jobs|parking spaces|flea markets|concerts|ski resorts) (in|around|near) {town}
    (a job|an internship|evening work) as a {job} (in {town}|)
    the (meaning|origin|history) of the (word serendipity|name {name}|surname {surname}|name {town})
    (my order|the parcel|the delivery|my refund) from (the {tool} shop|the bookshop|the pharmacy|{town})
    (that email|the invoice|the photos|the message|the attachment) from (the {job}|{name}|{name} {surname})
    (a gift|a card|something nice) for (my {job}|{name}'s (birthday|wedding|retirement)|a {hobby} fan)
    (things to do|museums|walks|playgrounds|places to eat) in {town} (with children|on a rainy day|for free|{day}|)
    (a baby name|a dog name|names for a goldfish|a motto|a slogan) (that's unusual|for our {hobby} club|)
""")
_CLAUSE = lines("""
    what (wine|side dish|salad|sauce) goes with {meal}
    how (long|hot) to (bake|roast|cook|steam|reheat) {meal}
    how to (clean|repair|sharpen|store|recycle|get rust off) a {tool}
    how to (get to|move to|drive to|phone) {town}
    how to (remove|get rid of) (red wine stains|moss|wax|limescale|mould|ink|ants|chewing gum)
    how to (prune|plant|overwinter|grow|save|divide) {plant}
    how to (renew a passport|register a car|change a tyre|write a will|claim a refund|appeal a parking fine)
    how (much|many calories|many people|much water) (is in {meal}|live in {town}|does a bath take|do {plant} need)
    how much a {job} (earns|charges|makes in {town})
    when (the clocks change|the bins are collected|the next bank holiday is|the school term starts|Easter is next year)
    when (the {sight} (opens|closes)|the sales start|the market is on|the tickets go on sale|the pool reopens)
    where (the nearest cash machine is|I can park in {town}|they sell {plant}|to watch the final|I can hire a {tool})
    where ({name} {surname} (lives|studied|was born|is buried)|they filmed that series|the next Olympics will be)
    who (runs the {sight}|owns the football club in {town}|won the election in {town}|sang at the ceremony)
    who ({name} {surname} is married to|played the {job} in that series|wrote the {hobby} book)
    whether (the {sight} is open {day}|my train is on time|the ferry to {town} runs {day}|there's a strike {day})
    whether ({town} has an airport|dogs are allowed in the {sight}|I need a visa for {town}|the pool is open)
    whether (it will rain|it'll snow|there will be fog|it's going to be hot) (in {town}|{day}|over the weekend)
""")
_COMPARE = lines("""
    the (prices|reviews|sizes|guarantees) of (a|one) {tool} and (a|one) {tool}
    (flights|hotels|trains|rents|house prices|wages) in {town} and {town}
    (taking the train|flying|driving) and (taking the ferry|taking the coach) to {town}
    (gas|electric|solar) and (oil|coal|wood) heating
    (buying|renting|leasing) a (car|flat|van|piano|{tool})
    the (weather|crime rate|population|cost of living) in {town} and {town}
    (the two|these|three|the cheapest) (phone contracts|bank accounts|mortgages|insurance offers|laptops|strollers)
    {hobby} and {hobby} for (beginners|children|staying fit)
    (the calories|the salt|the sugar) in {meal} and {meal}
    the work of a {job} and a {job}
""")
_BOOK = lines("""
    a (double room|single room|family room|cottage|campsite|hostel bed) in {town} (for {number} nights|{day}|next month)
    a table (for {number}|for two|outside) at (the {nationality} place|the harbour restaurant|{name}'s bistro) {day}
    (two|three|four) (seats|tickets|stalls seats) for (the musical|the opera|the {hobby} show|the match in {town}) {day}
    a (train|coach|ferry|flight) (ticket|) to {town} (for {name}|{day}|and back|with a bike|one way)
    an appointment with the {job} {day}
    a (taxi|minibus|rental car|removal van) (to {town}|to the airport|for {number} people|{day})
    a (haircut|massage|eye test|check up|tyre change|boiler service|piano lesson) {day}
    a (meeting room|tennis court|village hall|squash court|studio) (for {number}|{day}|in {town})
    (a trial lesson|a place|a weekend course) in {hobby} {day}
    (a cake|flowers|a bouquet|a hamper|{meal}) (for {name}|for the office|for {number} people|for delivery {day})
""")
_TRANSLATE = lines("""
    (this letter|my cover letter|the contract|the menu|the {tool} manual|the recipe|his email) into {language}
    (the instructions|the first page|the invitation|my speech|the poem|these notes) (from|into) {language}
    the (email|message|postcard|note) from {name} {surname} into (English|{language})
    the (prescription|leaflet|label|safety sheet|diploma|birth certificate) from {language}
    (my profile|our website|the subtitles|the lyrics|the warning sign) into {language} (and {language}|)
""")
_WRITE = lines("""
    (an email|a letter|a note|a message) to (the {job}|{name} {surname}|my landlord|the council|the school|the airline)
    (a complaint|a letter|an email) about (the noise|the broken {tool}|the late train|my {meal}|the bill|the {job})
    a (speech|toast|poem|rhyme|song|limerick) for {name}'s (wedding|birthday|leaving do|retirement|christening)
    a (cover letter|reference|profile|job advert|contract) for a {job}
    (a review|a report|an article|a short story|a blog post) about (the {sight}|{town}|{hobby}|{meal}|a {job})
    (an apology|a thank you note|a reply|a reminder|condolences) to {name} (and {name}|{surname}|)
    (a poster|a leaflet|an invitation|a notice) for the (street party|{hobby} club|jumble sale|school play|reunion)
    (the minutes|an agenda|an invitation) for (the meeting with {name}|{day}|the {hobby} club)
    (a cancellation|a refund request|a change of address) for (the gym|my phone contract|the {tool} order|the magazine)
    (five|some|three) (questions|headlines|jokes|captions) about (my holiday in {town}|{hobby}|{meal})
""")
_PLAN = lines("""
    a (weekend|week|day|honeymoon|school trip|road trip) (in|to|around) {town}
    a (birthday party|farewell party|picnic|barbecue|quiz night|treasure hunt) (for {name}|for {number} people|{day})
    (my|our) (week|day|move|garden|move to {town}|new kitchen|holiday|retirement)
    (the meals|dinners|a menu|the shopping) for (the week|{number} people|the wedding|{name}'s visit)
    a (training|study|savings|cleaning|watering) schedule (for {hobby}|for the exam|until {month}|)
    a (route|bike tour|hike) from {town} to {town} (over {number} days|with stops|)
    a (budget|timetable|checklist|seating plan) for (the wedding|the {hobby} club|the trip to {town}|the new flat)
""")
_CALCULATE = lines("""
    {large} (times|divided by|multiplied by) {large}
    ({number} percent|three quarters|a third) of {large}
    the (tip|tax|interest|discount|monthly payment) on {large} (pounds|dollars|euros)
    {large} (miles|pounds|gallons|inches|acres|ounces) in (kilometres|kilos|litres|centimetres|hectares|grams)
    (the average of|the sum of) {large}, {large} and {large}
    (my|the) (body mass index|electricity bill|carbon footprint|hourly wage|fuel use)
    (the number of days|the days|the weeks) (until|between now and) (Christmas|my birthday in {month}|{month})
    the (square|cube) root of {large}
    the (area|volume) of a (room|pool|box|garden) {number} by {number} (feet|metres)
""")
_RECKON = lines("""
    how (many|much) (tiles|paint|carpet|wallpaper|gravel) (I|we) need for {number} square metres
    how (much|long) (petrol|it takes|it costs) to (drive|get) (from {town} to {town}|{large} miles)
    what (I owe {name}|{name} owes me|each of us pays) if (dinner|the taxi|the bill) was {large} (pounds|dollars)
""")
_MAKE = lines("""
    a (shopping|packing|guest|wish|reading|to do) list for (the trip to {town}|the party|{meal}|{day}|{hobby})
    a (chart|graph|table) (of|with) (our spending|my running times|the rainfall in {town}|the votes|my weight)
    a (poll|vote|quiz) (about|on) ({hobby}|where to eat|the date of the trip|the team name|{meal} or {meal})
    a (form|sign up sheet|rota) for (the {hobby} class|volunteers|the kitchen|the {day} shift)
    a (map|plan|drawing) of ({town}|the walk|the garden|our new office)
    a (logo|banner|card|certificate) for (the {hobby} club|{name}|our cafe)
    a (family tree|time line|diagram) of (the {surname}s|the project|the history of {town})
""")
_SUMMARY = lines("""
    (the|this|that) (article|report|chapter|podcast|speech) (about|on) ({hobby}|{town}|the {job} shortage)
    (the meeting|our chat|everything) (so far|with {name}|from {day}|about {town}|since we started)
    (my unread emails|the emails from {name}|the news from {town}|the reviews of the {sight}|the minutes)
    what (the {job}|{name}) (said|wrote|wants) (about {hobby}|about the flat|in the letter|)
    the (main points|decisions|arguments|changes) (of the talk|in the contract|of the debate|from {day})
""")
_QUESTIONS = lines("""
    what's on (at the cinema|television|at the {sight}) {day}
    what time does (the {sight}|the last bus to {town}|the post office in {town}|the {hobby} class) (close|start|open)
    how late is (the chemist|the {sight}|the supermarket in {town}) open {day}
    is (the {sight}|the road to {town}|the airport in {town}|the {nationality} place) (open|closed|busy) {day}
    are there (any|still) (seats|rooms|tickets|trains|flights|strikes) (to {town}|in {town}|for the {hobby} show) {day}
    who won (the game in {town}|the {hobby} final|the election in {town}|the prize for best {job}) {past}
    what happened (in {town}|at the {sight}|in the {hobby} final) {past}
    how far is it (from {town} to {town}|to {town} by car|to the {sight})
    how expensive is (a {tool}|a night in {town}|{hobby}|a good {job}|a house in {town})
    what's a good (present for a {job}|hotel in {town}|place for {meal} in {town}|book about {hobby})
    where can I (buy|rent|borrow|repair) a {tool} in {town}
    where's the (nearest|closest|best) ({job}|petrol station|cash machine|{hobby} club) (in {town}|from here|)
    which (train|bus|road|line) do I take (to {town}|to the {sight}|from {town} to {town})
    which (film|phone|car|{tool}|school in {town}) got the best reviews
    will (the trains run|the {sight} be open|it be sunny in {town}|my flight to {town} be late) {day}
    when does (the {hobby} season|the {sight}|the next ferry to {town}|the new series) (start|open|leave)
    when was (the {sight} in {town}|the first {tool}|the {surname} company) (built|made|founded)
    did (the {town} team|{name} {surname}|the {job} on the news) (win|resign|say anything) {past}
    has (my parcel|the {job}|{name}|the bank) (arrived|written|called|replied|sent anything)
    do I (need|have) (a visa for {town}|any meetings {day}|new emails from {name}|an umbrella in {town} {day})
    does (the {sight} have parking|the {town} train have a dining car|the {nationality} place deliver|{name} know)
    can I (take a {tool} on a plane|see the {sight} {day}|park in {town} for free|get tickets for the {hobby} show)
    why is (the {sight} closed|petrol so expensive|there a queue in {town}|my {tool} making that noise)
    how's the (traffic|weather|surf|snow|mood) in {town} {day}
    what does (a {job}|a {tool}|the {sight}|a week in {town}) (cost|charge) (these days|now|)
""")
TASKS: dict[str, tuple[str, ...]] = {
    "find": _FIND, "clause": _CLAUSE, "compare": _COMPARE, "book": _BOOK, "translate": _TRANSLATE, "write": _WRITE,
    "plan": _PLAN, "calculate": _CALCULATE, "reckon": _RECKON,
    "make": _MAKE, "summary": _SUMMARY, "question": _QUESTIONS,
}  # fmt: skip
LABELS = {"question": "find", "clause": "find", "reckon": "calculate"}  # of the tasks of a kind; else the kind
WEIGHTS = {
    "find": 6, "clause": 5, "compare": 2, "book": 3, "translate": 2, "write": 3, "plan": 2, "calculate": 2, "reckon": 1,
    "make": 2, "summary": 2, "question": 5,
}  # fmt: skip
SLOTS: dict[str, tuple[str, ...]] = {
    "town": rare.PLACES, "meal": rare.DISHES, "tool": rare.TOOLS, "hobby": rare.HOBBIES, "plant": rare.PLANTS,
    "name": rare.NAMES, "surname": rare.SURNAMES, "job": rare.JOBS,
    "sight": (
        "castle", "cathedral", "botanical garden", "zoo", "planetarium", "town hall", "aquarium", "swimming pool",
        "flea market", "art gallery", "city library", "science museum", "national park", "ice rink", "stadium",
        "railway museum", "old fort", "palace", "bowling alley", "tourist office", "food court", "toy museum",
    ),
    "nationality": ("Italian", "Thai", "Greek", "Lebanese", "Korean", "Mexican", "Indian", "French", "Turkish"),
    "language": ("Spanish", "French", "German", "Italian", "Polish", "Dutch", "Greek", "Danish", "Korean", "Hindi"),
}  # fmt: skip
