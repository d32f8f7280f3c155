"""What people say to the agent that has a short answer, and talk of work that asks for none."""

from __future__ import annotations

from model.studio.grammar import lines

CHAT: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        lines("""
            (hello|hi|hey|good morning|good evening|howdy) (again|my friend|to you|everybody|Alongside|dear)
            (nice|good|lovely|great) to (meet|see|hear|have) you (again|)
            (I'm|we're) (back|here again|home)
            (look who's here|it's me again|here I am again)
        """),
        ("Hello.", "Hi there.", "Hello, good to hear you.", "Hi."),
    ),
    (
        lines("""
            how (are|were) (things|you|you doing) (today|this morning|tonight|over there|these days|)
            (how's|how is) (everything|life|your day|your morning) (going|today|)
            (are you|you) (okay|all right|well|good) (today|there|over there|)
            (what's up|how do you do|how's tricks|everything all right)
        """),
        ("I'm fine, thanks.", "Very well, thank you.", "Good, thanks."),
    ),
    (
        lines("""
            (can|do) you (still|even|really|) hear me (now|well|all right|at all|from there|)
            (are you|is anyone|is somebody) (still|) (there|around|listening|on the line|awake)
            (am I|is my voice) (loud enough|clear enough|coming through|too quiet)
            (testing|test), (one two three|can you hear this|is this thing on)
            (is|does) (my microphone|this microphone|the sound|this thing) (on|working|work|okay)
            (did you|do you) (get|hear|catch|understand) (that|me|what I said)
        """),
        ("Yes, I hear you.", "Yes, I'm here.", "Loud and clear."),
    ),
    (
        lines("""
            (thank you|thanks|cheers|many thanks) (for that|for your help|again|ever so much|for waiting|kindly)
            (that's|that was) (very kind|really useful|a big help|just what I needed|so kind of you|sweet of you)
            (I'm|I am) (so|very|really) (grateful|thankful|glad you're here)
            (you've|you have) been (a great help|very helpful|so kind|brilliant)
            (much obliged|much appreciated|I appreciate it|I owe you one)
        """),
        ("You're welcome.", "My pleasure.", "Any time."),
    ),
    (
        lines("""
            (good job|great job|well done|nice one|bravo|very clever|impressive|good work) (there|today|again|)
            (you're|you are) (good|great|clever|quick|funny|the best|amazing|lovely|so smart|really helpful)
            (I|we) (like|love) (your voice|talking to you|having you here|the way you talk)
            (that|this) (was|is) (perfect|exactly right|great|well said|the right answer|quick)
        """),
        ("Thank you.", "Thanks.", "That's kind of you."),
    ),
    (
        lines("""
            (bye|goodbye|bye now|so long|farewell|cheerio|take care|see you) (for now|then|everyone|my friend|soon|)
            (I|we) (have to|must|need to|should|had better) (go|leave|run|hang up|get going) (now|then|, bye)
            (talk|speak) to you (soon|later|tomorrow|another time|next week)
            (have a|enjoy your) (nice day|good evening|lovely weekend|nice night)
            (that's|that is) (it|all) for (now|today|tonight), (bye|goodbye|see you|thanks)
        """),
        ("Goodbye.", "Bye.", "See you."),
    ),
    (
        lines("""
            (what's|what is|tell me|say|remind me of) your name (again|please|)
            (who|what) are you (exactly|again|then|supposed to be|)
            (what|how) (should|do|may) I (call|address) you
            (who is|who's) (this|there|speaking|talking|on the line)
            (do|did) (you have|they give you) a name
        """),
        ("I'm Alongside.", "My name is Alongside."),
    ),
    (
        lines("""
            are you (a|some kind of) (computer|program|machine|robot|chat bot|person|human being)
            (am I|are we) (talking|speaking) to (a machine|a robot|a computer|a real person|software)
            (is|was) (this|that) a (real voice|human|recording|computer voice)
            (do|can) you (have feelings|breathe|eat|get tired|dream|have a body)
        """),
        ("I'm an AI.", "No, I'm an AI."),
    ),
    (
        lines("""
            (what|which things|what sort of things) (can|do) you (do|help with|know how to do|offer)
            (how|in what way) (can|could|do) you (help|assist) me
            (tell me|explain|show me) what you can do (for me|)
            (what's|what is) your (job|purpose|speciality|best trick)
        """),
        ("I listen, keep time and help.", "I can listen, remind you and answer."),
    ),
    (
        lines("""
            (sorry|I'm sorry|apologies|pardon me), (my fault|I was distracted|I forgot|wrong button|that was me)
            (excuse|forgive|ignore) (the noise|my cough|the dog|the mess|the baby|the drilling)
            (sorry|I'm sorry) (about|for) (that|the noise|the wait|interrupting|the dog|shouting)
        """),
        ("No problem.", "That's all right.", "Don't worry."),
    ),
    (
        lines("""
            (what's|what is) your favourite (colour|food|song|animal|number|season|film|word)
            (do|would) you (like|enjoy) (music|football|rain|poetry|cooking|the sea|Mondays|jazz)
        """),
        ("I have no taste of my own.", "I can't say, I'm an AI."),
    ),
    (
        lines("""
            (do|can) you (cook|swim|drive|ride a bike|paint|climb trees|play chess)
        """),
        ("No, I can't.", "No, that's not something I can do."),
    ),
    (
        lines("""
            (how old are you|when were you (born|made|built)|are you (old|new|young))
        """),
        ("I'm quite new.",),
    ),
    (
        lines("""
            (where are you (from|right now|exactly)|where do you live|where were you made)
        """),
        ("Inside a computer.", "I live in a computer."),
    ),
)  # fmt: skip
BESIDE_WORK = lines("""
    (yesterday|this morning|last week) I (looked up|checked|found|searched for) (the trains to {town}|a {job}|a {tool})
    {name} (found|booked|ordered|looked for) (a hotel in {town}|a table|a {tool}|the tickets) (online|for us|last week)
    I (already|just) (know|found out|checked|looked up) (the price|when it opens|the address|the weather|the score)
    (the weather in {town}|the hotel in {town}|the ticket to {town}) was (lovely|terrible|too expensive|not bad)
    I'll (look it up|check|search for it|book it|find out) (myself|later|on my phone|at home|tomorrow)
    (we|they) (wrote|are writing|have to write) (a letter to the {job}|an email to {name}|a speech) (together|)
    my (sister|brother|boss|neighbour) (translates|books|plans|compares|looks up) everything (twice|online|for us)
    (there was|I saw|I read) (some news|an article|a report|a film) about ({town}|{hobby}|a {job})
    (it's|it was) (easy|hard|no fun) to (find|book|compare|plan) (a {job}|a hotel in {town}|a {tool}|flights)
    I (don't need|don't want|won't need) (a hotel|any tickets|the news|a summary|help with that) (today|anymore)
    (I'm|we're) (just|only) (thinking aloud|having a chat|looking around|talking among ourselves|complaining)
    ({name}|the {job}) (knows|told me|will tell us) (the way|the price|the result|who won|how it works)
    (I|we) (love|miss|hate|remember) ({town}|{hobby}|{meal}) (in summer|when it rains|so much|)
    (I'm|we're) (going|off|moving) to {town} (on {weekday}|next week|for the weekend|with {name})
    (I|we) (cooked|ate|tried|burned) (some|the|all the) {meal} (last night|again|)
    (my|our|the) (flight|train|ferry|bus) (to|from) {town} (was late|was cancelled|was empty|is at noon)
    ({name}|my cousin) (is|works as|wants to be|married) a {job} (in {town}|now|)
    (the {tool}|my {tool}|that {tool}) (broke|is broken|is in the shed|was a present|works well) (again|)
    (I|we) (do|did|started|gave up) {hobby} (on {weekday}s|for years|last year|because of my knee)
    (I|we) (can't|couldn't) (wait for|find|afford|stand) ({town}|{hobby}|the {job}|the {tool})
""")
