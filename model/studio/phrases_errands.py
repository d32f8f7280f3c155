"""Things people have to do, and things they do again and again: what they ask to be reminded of."""

from __future__ import annotations

from model.studio import phrases_rare_words as rare
from model.studio.grammar import lines

_HOUSE = lines("""
    water the {plant}
    (repot|prune|feed|mist|deadhead) the {plant}
    bring the {plant} (in before it freezes|inside|back in)
    (hoover|vacuum|mop|sweep) (the stairs|the hallway|upstairs|under the bed|the living room|the landing)
    (dust|wipe down|polish) (the shelves|the blinds|the piano|the counter|the mirrors|the bannister)
    (defrost|clean out) the (freezer|fridge|ice box)
    descale the (kettle|coffee machine|shower head)
    (bleed|turn down|turn up) the radiators
    (strip|make|change) the (bed|beds|spare bed)
    change the (bed sheets|light bulb in the porch|vacuum bag|cat litter|water in the vase)
    (put|hang|bring) the (washing|laundry|towels|sheets) (out|in)
    move the laundry (over|to the dryer)
    take the (clothes out of the dryer|washing off the line|bed linen down)
    (iron|mend|dry clean) my (blouse|uniform|good shirt|black trousers|school shirts)
    sew the button (back on|on my coat)
    soak the (beans|chickpeas|stained tablecloth|lentils)
    (take|wheel|bring) the (bins|recycling|garden waste|compost) (out|to the kerb|back in)
    (unblock|plunge|rinse) the (sink|drain|shower)
    (load|empty|unload|run) the dishwasher
    scrub the (bathtub|oven|roasting tin|barbecue)
    (lock|bolt|close) the (shed|back gate|conservatory|chicken coop)
    (switch|turn) the (porch light|immersion heater|boiler|electric blanket|sprinkler|humidifier) (on|off)
    (turn|switch) off the (sprinkler|hose|slow cooker|iron|electric blanket|grill|extractor fan)
    unplug the (hair dryer|straighteners|toaster|soldering iron|fairy lights)
    (wind|put forward|set) the (grandfather clock|kitchen clock)
    open the (blinds|curtains|skylight|oven door a little)
    draw the curtains
    light the (fire|stove|barbecue|oil lamp)
    put (another log on the fire|more coal on|the heating on)
    (fill|refill|top up) the (bird bath|kettle|salt shaker|soap dispenser|windscreen washer|ice tray)
    check the (gas meter|smoke alarm|fuse box|letter box|mousetraps|water pressure|tyre pressure|boiler)
    read the (gas|water|electricity) meter
    bring in the (milk|deck chairs|cushions|firewood|washing)
    (order|collect) more (firewood|heating oil|printer ink|cat food|coffee beans)
    find the (spare key|warranty|passport|instruction manual|insurance papers|tape measure)
    put the {tool} (away|back|in the shed|back in the drawer)
    (charge|clean|oil|return|look for|borrow|sharpen) the {tool}
    give the {tool} back to {name}
    (tidy|clear out) the (garage|attic|cupboard under the stairs|medicine cabinet|junk drawer)
    hang the picture (up|straight)
    (paint|sand|varnish) the (skirting board|fence panels|garden bench)
    mow the lawn (before it rains|)
    (rake|sweep up) the leaves
    (sow|plant|thin|pick) the (carrots|broad beans|peas|radishes|spinach)
    cover the (seedlings|strawberries|barbecue|sandpit)
    turn the compost
    (tie up|stake) the (tomatoes|sweet peas|runner beans)
""")
_COOKING = lines("""
    take the {meal} out of the (oven|freezer|fridge|microwave)
    (stir|taste|check|season) the {meal}
    (turn|flip|baste) the (burgers|sausages|roast potatoes|fish fingers|turkey|joint)
    (drain|rinse) the (pasta|rice|noodles|potatoes)
    lower the heat (under the {meal}|)
    turn the (gas|hob|heat|oven) (down|off|up a little)
    (preheat|switch on) the oven
    (fold|knead|punch down|shape) the dough
    let the dough (rest|rise)
    (put|pop) the {meal} in the (oven|fridge|microwave)
    (take|get) the (ice cream|butter|pastry|mince) out to soften
    marinate the (chicken|tofu|steaks|prawns)
    (whip|beat) the (cream|egg whites)
    (boil|peel|poach) the eggs
    take the eggs off
    take the (tea bag|tea leaves|bay leaf) out
    pour the (tea|batter|custard)
    set the table (for {few}|)
    (slice|carve) the (ham|bread|roast)
    sift the flour
    (cool|ice|frost|glaze) the cake
    feed the sourdough starter
    (unwrap|slice) the meat
    add the (cream|herbs|stock|garlic|coconut milk|salt)
    put the lid (on|back on)
    lift the lid
    (defrost|warm up) the {meal}
    make {meal} for the (party|school fair|picnic|potluck)
    (buy|order) (some|more) {meal}
    pack my lunch
    eat (something|a piece of fruit|my yogurt|a proper meal)
    drink (a glass of water|my smoothie|some ginger tea)
""")
_PEOPLE = lines("""
    (call|ring|phone) {name} (back|about the {thing}|before lunch|)
    (ring|call) the {job} (back|about the leak|to cancel|again|about my appointment|)
    (text|message|email) {name} (back|about {hobby}|the address|my new number|)
    (thank|congratulate) {name} (for the flowers|on the new job|for the lift|on the baby|)
    wish {name} (a happy birthday|good luck|a safe journey)
    (book|confirm|cancel|move) my (appointment with the {job}|dental check up|eye test|haircut|massage)
    (pay|tip|email) the {job}
    (ask|tell) the {job} about the (invoice|contract|estimate|rash|noise|parking)
    (meet|join) {name} (outside|at the station|downstairs|for a walk|)
    pick {name} up from (nursery|the airport|{hobby}|the bus stop|band practice)
    drop {name} off at (school|the station|ballet|swimming)
    send {name} (the photos|the link|a postcard|the recipe|the minutes)
    (write|post) a (thank you note|birthday card|postcard|letter) to {name}
    (buy|wrap|hide) {name}'s (present|birthday cake|surprise)
    (check on|look in on|sit with) (grandma|grandad|the baby|old Mrs {surname}|the twins)
    wake (the kids|{name}|my grandfather|the baby)
    let (the plumber|the cleaner|the dog|the cat|{name}) in
    invite (the {surname}s|{name}|the neighbours|my cousins) (to dinner|for tea|)
    apologise to {name}
    forgive {name}
    ask {name} (for the keys|about the rent|how the interview went|to babysit)
    remind {name} (about the tickets|of the deadline|to bring the {thing})
    say goodbye to (everyone|{name}|the guests)
    introduce {name} to the {job}
    read the (kids|twins|little ones) a story
    (help|talk to) {name} (with the homework|with the luggage|about the move)
    give the (kids|children|baby) (a bath|their supper|their vitamins)
    put the (baby|children|twins) to bed
    check the baby's (nappy|temperature|bottle)
    say hello to {name} from me
    tell my (landlord|boss|mother|flatmate|coach) about the (boiler|holiday|cracked window|results)
    let {name} know (I'm running late|about the meeting|that I got home|the score)
""")
_WORK = lines("""
    (submit|finish|print|proofread|upload) (the|my) (essay|expenses|timesheet|grant proposal|slides|homework)
    (reply|respond) to (the {job}|that email|head office|{name} {surname}|the auditors|the landlord)
    (file|do|send off) my (taxes|tax return|expense claim|insurance claim)
    (renew|update) my (passport|driving licence|library card|travel insurance|gym membership|bus pass)
    (back up|defragment|lock|shut down|restart) my (computer|laptop|work machine)
    (save|back up|rename|delete) the (file|recording|backup|old photos|draft)
    mute (myself|the microphone|my phone)
    (start|stop|save) the recording
    share (my screen|the document|the minutes)
    (join|leave|open|wrap up|start) the (video call|stand up|budget meeting|webinar|interview|lecture)
    (dial in|log in|log off|clock out|clock in)
    (approve|check|reject) the (timesheets|holiday requests|purchase order|pull request)
    (rehearse|practise|shorten) my (speech|lines|presentation|solo|toast)
    (revise|study|look over) my (vocabulary|chemistry notes|times tables|lines|notes)
    (pay|dispute|look at) the (parking fine|phone bill|rent|council tax|gas bill|credit card bill)
    (move|transfer) money (into savings|to {name}|to the joint account)
    (check|look at) my (calendar|bank balance|inbox|blood pressure|posture|voicemail)
    (scan|sign|shred|laminate|photocopy) the (contract|receipts|consent form|visa papers|certificate)
    (order|collect) the (business cards|new chairs|toner|name badges|prescription)
    (ring|email) the (bank|council|school|surgery|tax office|box office|garage|vet's)
    charge my (phone|watch|headphones|hearing aid|toothbrush|camera battery|e-reader)
    change (my password|the passcode|the printer cartridge|the hoover bag)
    (take|collect) minutes
    water the office plants
    turn off the projector
    open the polls
    close the till
    count the (till|takings|stock)
    (label|pack|post) the (parcels|samples|orders)
    (hand out|collect|mark) the (worksheets|tests|exercise books)
    ring the school about {name}
    (look over|rewrite) the first (page|chapter|paragraph)
    ask for a (raise|refund|receipt|second opinion|window seat)
    (cancel|extend) the (subscription|free trial|hotel booking|car hire|milk order)
""")
_BODY = lines("""
    take my (antibiotics|vitamins|blood pressure tablets|hay fever pill|iron tablets|cough syrup)
    (put|use) (my eye drops in|some sun cream on|the heating pad|hand cream)
    (ice|raise|massage) my (foot|knee|shoulder|wrist|calf)
    change (the bandage|my contact lenses|the dressing|out of these wet socks)
    (brush|floss) my teeth
    (wash|rinse) (my hands|my face|the dye out of my hair|off the face mask)
    take off (the face mask|my retainer|the plaster|my make-up|the ice pack)
    (check|measure) my (pulse|sugar|temperature|heart rate|blood pressure)
    (stretch|loosen) my (hamstrings|neck|calves|wrists|lower back)
    (do|finish) my (physio exercises|breathing exercises|sit-ups|stretches)
    (stand up and walk about|get some fresh air|close my eyes for a bit|lie down)
    (put my feet up|take a nap|go to bed|get some sleep|have a shower)
    (drink|sip) (some|more) (water|herbal tea|squash)
    (meditate|do some yoga|go for a run|walk round the block|go outside)
    (get dressed|put my coat on|find my glasses|wear my scarf|put on a hat)
    (breathe|slow down|calm down|relax my jaw|relax my shoulders|straighten my back)
    book my (flu jab|check up|spin class)
    put my (contact lenses|night guard|splint|seat belt) (in|on)
""")
_OUT = lines("""
    (leave|set off) for (the airport|{town}|the hospital|my lesson|church|choir|the ferry|{hobby})
    (catch|board|run for) the (bus|train|ferry|shuttle|night bus|last train)
    (check in|collect the tickets|go through security|find the gate)
    (feed|move) the (parking meter|car)
    (fill up|wash|service|move|unlock) the (car|van|camper|motorbike)
    (return|renew|collect) (my library books|the rental car|the skis|the wedding dress|the hired suit)
    pick up (my prescription|the dry cleaning|some stamps|the cake|a paper|the tickets|my bike)
    (buy|get|fetch) (some|more) (stamps|nappies|batteries|cat litter|light bulbs|milk|washing powder|wrapping paper)
    (go to|stop at|swing by) (the chemist|the butcher's|the bank|the tip|the post office|the allotment|{name}'s)
    (walk|feed|groom|worm|let out) (the dog|the {surname}s' dog|Rex|our spaniel|the puppies)
    (muck out|feed) the (horses|ponies|donkeys)
    feed the (goldfish|budgie|rabbits|chickens|tortoise|neighbour's cat|stray cat|koi)
    (collect|count) the eggs
    clean (out|) the (hutch|fish tank|budgie's cage|stable|litter tray)
    (milk|bring in|count) the (cows|goats|sheep)
    (book|look for) (a table at the {nationality} place|train tickets to {town}|a hotel in {town}|seats)
    pack (my suitcase|the first aid kit|my swimming things|the car|a picnic|my passport)
    (apply|reapply) the sun cream
    (turn|switch) (round|sides) (so I don't burn|on the sunbed)
    (reel in|bait|check) the (line|fishing line|lobster pots)
    (pitch|take down) the tent
    (swap|rotate) the (tyres|goalkeepers|players)
    (blow|sound) the (final signal|half time horn)
    (swap|change) (partners|places|ends|drivers|lanes)
    tee off
    post the (letter|parcel|ballot|keys back)
    vote
    (validate|show) my ticket
    get off (at {town}|the bus|the motorway)
    turn (left|right) (at the church|after the bridge|at the lights)
    look up at the (sky|departure board|clock)
    (take|shoot) a (photo|picture) of the (sunset|moon|castle|cake)
""")
_HOBBY = lines("""
    (practise|do some|go to|get ready for|sign up for|read about) {hobby}
    (tune|restring|practise) my (guitar|violin|ukulele|bass)
    (learn|run through|practise) my (scales|lines|dance steps|part)
    (finish|start|carry on with) my (knitting|jigsaw|crossword|painting|model ship|novel|scarf)
    (rinse|soak|clean) my (brushes|palette|paint rollers)
    (fire|glaze|check) the (kiln|pots|bowls)
    (bid on|watch|look at) the (auction|vase|old clock)
    (watch|record|switch over to) the (match|news|cookery show|final|documentary|quiz)
    (turn|flip) the (record|tape|page) (over|)
    (change|load) the film
    (roll|throw) the dice
    move (my piece|a card|the pawn|the queen|the clock hands)
    (swap|deal|shuffle) the cards
    (switch|turn) off the (game|console|television|cartoons)
    (stop|give up) (playing|gaming|scrolling|reading) (and go to bed|)
    take the (clay out|photos down|canvas off the easel|glue off)
    (oil|clean|wax) my (bike|bike chain|skates|surfboard)
    (check|reset) the (score|lap counter|metronome|bread machine)
    (spin|card|dye) the wool
    (cast on|turn the heel|count my stitches|change the needle)
""")
_PLAIN = lines("""
    (get going|get moving|wrap it up|come inside|sit down|go home|go upstairs|come down|be quiet|listen|wait|hurry)
    (say thank you|say please|smile|wave|bow|clap|sing|look happy|blow out the lights)
    (look at the {thing}|hide the {thing}|open the {thing}|bring the {thing}|find the {thing}|wrap the {thing})
    (turn over the {thing}|put down the {thing}|pick up the {thing}|leave the {thing} alone|fix the {thing})
    (ask about the {thing}|pay for the {thing}|show {name} the {thing}|forget about the {thing})
    (start again|swap over|try again|switch hands|change gear|keep still|hold on|let go|push harder)
    (lower|raise|adjust|tighten|loosen) the (rope|sail|seat|straps|screw|handlebars|blinds)
    (press|hold|release) the (button|switch|pedal|trigger|brake)
    (open|close|shake|squeeze) the (bottle|jar|valve|tap|tube)
    (test|taste|smell) the (water|soup|paint|milk|mixture)
    (lift|lower|drop|pull) the (anchor|bucket|net|curtain|lever)
    (write|note) down the (score|time|temperature|number|reading)
    (take|note) the (reading|temperature|time)
    swap the (filters|tanks|bottles|lights)
""")
_AGAIN = lines("""
    (take a sip|drink some water|have a sip of tea|sip my coffee)
    (change|switch|swap) (sides|arms|legs|hands|feet|partners|lanes|direction)
    (stir|check|baste|shake|turn) the (pot|pan|sauce|roast|skewers|jam|rice)
    (breathe out|breathe in|breathe slowly|hold it|let it go)
    (lift|lower|drop|raise|roll|loosen) my (shoulders|arms|heels|chin|hips|wrists)
    (tighten|relax) my (stomach|core|jaw|legs|fists)
    (press|turn|lower|raise) the (handle|pedal|key|lever|rope)
    (look away|look into the distance|look out of the window|close my eyes|open my eyes|blink a few times)
    (stand up and stretch|walk to the door|march on the spot|step aside|step back|step forward)
    (change the picture|next slide|next card|turn the card|flip the card|move the marker|move one place)
    (check the mirror|check my speed|check the map|check the clock|check the dough|check my form)
    (push|pull|row|kick|punch|squeeze|reach up|reach down|twist|lunge|hop|skip|tap my foot)
    (do a sit-up|do a lunge|do a plank|do a press-up|do a star jump|touch the wall|touch the floor)
    (say thank you|say the alphabet|sing a line|hum a note|play a chord|play a scale|pluck the string)
    (spray|mist|water) the {plant}
    (save|save the file|press save|take a screenshot|take a photo|write a line|write a number down)
    (speed up|slow down|sprint|walk|jog|rest|recover|go faster|take it easy)
    (pass the ball|pass the parcel|throw the ball|swap seats|change places|roll the dice|draw a card)
    (add a spoonful|add a drop|add some stock|pour a little|sprinkle some flour)
    (rinse|spit|gargle|swallow|chew slowly|put the fork down|take a bite)
    (listen to his heart|count the pulse|count my breaths|read the dial|note the temperature|write down the score)
    (straighten my back|relax my jaw|shake out my hands|roll my neck)
    (turn the wheel|turn the crank|turn the page|turn around|tilt my head|nod|wave|smile at the camera)
    (pick up the {thing}|put down the {thing}|move the {thing}|lift the {thing}|push the {thing}|pass the {thing})
    (think of {name}|look at {name}|call {name}|wave at {name}|smile at {name})
    (drop|raise|swing|circle) my (left arm|right arm|left leg|right leg)
    (do|practise) some {hobby}
    (cast|reel|pull|let out) the line
    (prod the dough|poke the fire|fan the flames|rock the cradle|push the swing|stroke the cat)
    (thank somebody|praise {name}|be grateful|tell a joke|think of something nice)
""")
RULES: dict[str, tuple[str, ...]] = {
    "chore": (*_HOUSE, *_COOKING, *_PEOPLE, *_WORK, *_BODY, *_OUT, *_HOBBY, *_PLAIN),
    "exercise": _AGAIN,
    "plant": rare.PLANTS,
    "meal": rare.DISHES,
    "tool": rare.TOOLS,
    "hobby": rare.HOBBIES,
    "job": rare.JOBS,
    "name": rare.NAMES,
    "surname": rare.SURNAMES,
    "town": rare.PLACES,
    "few": ("two", "three", "four", "five", "six", "eight", "ten"),
    "nationality": ("Italian", "Thai", "Greek", "Lebanese", "Korean", "Mexican", "Indian", "French", "Turkish"),
}
