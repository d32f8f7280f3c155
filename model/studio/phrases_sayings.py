"""Words people want to hear said: at a time, at a cue."""

from __future__ import annotations

from model.studio import phrases_rare_words as rare
from model.studio.grammar import lines

_SAYINGS = lines("""
    (all aboard|all clear|all done|all hands on deck|all set|almost done|and now|and rest|and relax|anchors away)
    (any questions|as you were|at ease|at last|attention|away we go|back to work|back to bed|back in business)
    (bedtime|best of luck|big smile|bless you|bon appetit|bottoms up|brace yourself|break time|bullseye)
    (checkmate|cheese|chin up|class dismissed|clean up time|close your books|close your eyes|coast is clear)
    (coffee break|coffee is ready|come in|come on|come on in|congratulations|contact|copy that|curtain up)
    (deep breath|dig in|dinner time|do not panic|door is open|double time|down tools|drinks are on me|drop it)
    (easy does it|encore|end of round|enjoy|eyes closed|eyes open|eyes on the ball|eyes on the road)
    (feet up|fifteen love|final answer|final call|fingers crossed|fire away|first base|flat white|focus|food is served)
    (fore|forward march|freeze|fresh bread|full house|full speed ahead|full stop|game on|game over|game set and match)
    (get ready|get set|give it up|go team|go home|go to sleep|good evening|good game|good luck|good night)
    (guess what|hands up|hands down|happy birthday|happy new year|have a nice day|heads up|heads or tails|heave ho)
    (hello world|here we go|here I am|hip hip|home time|home run|hold still|hot potato|house lights down|how lovely)
    (in position|incoming|it is on|it is time|it's a goal|it's alive|it's done|it's over|it's your move|jackpot)
    (keep breathing|keep it up|keep left|keep smiling|kettle's boiled|kick off|kitchen is closed|knock knock)
    (last chance|last orders|last one|last round|leave it|left foot|left turn|let's dance|let's eat|let's go)
    (lights on|lights please|line up|listen up|long live the king|look alive|look out|look up|love it|lunch is served)
    (magic|man overboard|mayday|merry christmas|mind the gap|mind your head|move along|move it|my turn)
    (new day|next card|next contestant|next in line|next lap|next page|next please|next question|next slide)
    (nice one|night night|no way|nobody move|not bad|now or never|nothing to see here|off we go|oh dear|on air)
    (on stage|on your marks|on the double|once again|one love|one step closer|open sesame|open wide|order|order up)
    (out of bounds|out of time|over and out|over to you|pass the parcel|pause|pencils down|phones away|pick a card)
    (places please|play ball|please be seated|point taken|present|prost|pull|pull over|push it|quiet please)
    (reach for the stars|ready or not|ready set|reset|rest|right foot|right turn|rise and shine|roger that|rotate)
    (rock and roll|roll call|roll the dice|round one|round two|salute|school's out|score|second half|see you soon)
    (shake it|shoes off|show time|show me|shuffle|silence|simmer down|sing it|sit|sit back|sit tight|slow down)
    (smile please|snack time|so long|soup is on|speed up|spin|spin the wheel|stand by|stand clear|stand easy)
    (start your engines|steady|steady on|step away|sticks down|story time|straight ahead|stretch it out|strike)
    (sunny side up|supper's ready|surf's up|swap partners|swap seats|sweet dreams|swing|switch sides|take aim)
    (take a bow|take a seat|take five|take off|take two|tea is ready|tea time|that's a wrap|that's all folks)
    (the bus is here|the bread is done|the coast is clear|the end|the floor is yours|the game is up|the show must go on)
    (the tide is turning|the water is boiling|there you go|think fast|third time lucky|this is it|tick tock|tidy up)
    (time for bed|time for school|time for tea|time out|time to go|time to shine|timber|to the left)
    (to the right|toast is ready|together now|touchdown|trick or treat|try harder|turn around|two more|under the bridge)
    (up and at them|up you get|victory|wait for it|wake up|wakey wakey|walk this way|wash your hands|watch out)
    (water break|welcome|welcome home|welcome back|well played|what a day|what a shot|wheels up)
    (winner|wonderful|wrap it up|yes chef|yes indeed|you can do it|you did it|you got this|you're it)
    (you're late|you're on|you're up|your call|your move|your table is ready|your tea is getting cold|zero|zip it)
    (good luck|happy birthday|well done|wake up|hurry up|nice try|welcome|sit down|dinner's ready|thank you) {name}
    {name}, (it's your turn|you're next|wake up|sit down|we're leaving|come here|the phone|breathe|look up|well played)
    ({town}|greetings from {town}|next stop {town}|this is {town}|all change for {town}|welcome to {town})
    ({meal}|{meal} is served|fresh {meal}|more {meal}|{meal} please|who wants {meal})
    ({tool}|pass the {tool}|where is the {tool}|put down the {tool}|mind the {tool})
    ({hobby}|time for {hobby}|{hobby} begins|{hobby} is over|off to {hobby})
    (the {job} is here|ask the {job}|call the {job}|{job}|thank the {job})
    (water the {plant}|{plant}|smell the {plant})
    (doctor|professor|captain|mister|missus|uncle|auntie|nurse) {surname}
    {name} {surname}
    {name} and {name}
    (red|blue|green|yellow|white|black|pink|purple) (team|light|flag|corner|door|alert|card|side)
    ({colour} {animal}|{animal} in the {thing}|{adjective} {animal}|{thing} and {thing}|{adjective} {thing} {thing})
    (once more|one more time|again|again please|and again|repeat|another one|same again|from the top)
    (half way|half way there|half time|nearly there|not long now|time's nearly up|last few seconds|time's up)
""")
_REPLIES = lines("""
    (there|there you go|there it is again|that's one|that's the word|that one|gotcha|got one|found it|found one)
    (hear hear|oh my|oh boy|oh yes|oh really|my word|my goodness|good grief|good heavens|well well|you don't say)
    (zing|zap|zoom|whoosh|splash|plop|plonk|clang|clunk|clack|click|crash|bang|bam|wham|thud|thump|honk|toot|beep beep)
    (ring ring|ring a ding|tick|tock|ticktock|snap|crackle|puff|poof|blip|bleep|boing|boop|bop|woof|moo|oink|ribbit)
    (caught it|caught you|I heard it|I heard that|heard you|I'm here|present|roger|copy|check|affirmative|confirmed)
    (jackpot|bullseye|touchdown|goal|score|point|one point|ten points|winner|correct|true|exactly|precisely|indeed)
    (careful|watch it|language|objection|order|red card|penalty|foul|out|offside|not again|here we go|here we go again)
    (sugar|salt|vinegar|mustard|ketchup|butter|toast|peanuts|popcorn|noodles|lemon|onion|garlic|spinach|sausage)
    (super|great|lovely|fantastic|marvellous|brilliant|fabulous|terrific|magic|sweet|smashing|perfect|delicious|neat)
    (amen|salute|cheers|prost|bless you|gesundheit|ole|ahoy|aye aye|yeehaw|yippee|yay|hip hip|woohoo|phew|ugh|yuck)
    ({name}|{town}|{colour}|{adjective}|{tool}|{hobby}|the {thing}|{surname}|{animal})
    (thank you|no thanks|yes please|pardon|after you|never mind|not me|me too|same here|why not|who knows|whatever)
""")
RULES: dict[str, tuple[str, ...]] = {
    "saying": _SAYINGS,
    "reply": _REPLIES,
    "name": rare.NAMES,
    "surname": rare.SURNAMES,
    "town": rare.PLACES,
    "meal": rare.DISHES,
    "tool": rare.TOOLS,
    "hobby": rare.HOBBIES,
    "plant": rare.PLANTS,
}
