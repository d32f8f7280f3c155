"""Ways to ask for a reaction to what is said: to words, kinds of words, fillers, questions, mistakes, foreign words."""

from __future__ import annotations

from model.studio.grammar import lines

_WHEN_WORD = lines("""
    (the very moment|the minute|right when|just as|exactly when) (I say|you hear|somebody says) {cue}
    (every|each) (single|) time (the word|) {cue} (crops up|turns up|passes my lips|is spoken|gets said|appears)
    (whenever|anytime|each time) {cue} (crops up|turns up|passes my lips|is spoken|gets said|pops up)
    (if|in case|should it happen that) (the word|) {cue} (crops up|turns up|slips out|gets mentioned|is used)
    (whenever|every time|when|if) (I use|I say|you hear me say|you catch me saying|somebody says) the word {cue}
    (as often as|just as often as) (I say|you hear) {cue}
    (on|upon|after|at) (hearing|catching|every mention of|each mention of) (the word|) {cue}
    (no matter how often|however often) I say {cue}
    (once|as soon as|the moment) (the word|) {cue} (is out|is out of my mouth|has been said|reaches your ears)
    (whenever|when|if) my (story|speech|talk|text|sentence) (comes to|mentions|contains|has) (the word|) {cue}
    (whenever|each time|if) (anyone|anybody|someone|one of us|a person) (says|mentions|utters|brings up) {cue}
    every {cue} you (hear|catch|notice|come across)
    (any|each|every) (sentence|line) with (the word|) {cue} in it
    (following|right after|straight after) (the word|every|each) {cue}
    with (every|each) {cue}
""")
_SAY_REPLY = lines("""
    (shout|yell|call|cry|sing|whisper|blurt|pipe) (out|) {reply}
    (answer|reply|respond|react|come back|chime in|jump in|cut in|butt in) with (a|the word|) {reply}
    (say|speak|utter|pronounce) (just|only|simply|loudly|) {reply} (at once|straight away|right away|without delay|)
    (I'd like|I want|I expect|I need) (to hear|you to say|) {reply} (from you|right then|)
    (let|make) {reply} be (heard|your answer|your reaction)
    (all you say is|you just go|you go|you answer|you shout|your answer is|your line is) {reply}
    (don't wait|don't hesitate|be quick), (just|) say {reply}
    (say|go) {reply} (while I keep talking|over my voice|and let me go on|but don't stop me|even if I'm talking)
    (I'd be pleased|I'd love it|it would be fun) if you said {reply}
    {reply} is (what you say|all you say|what I want to hear|your answer)
    (would you|could you|can you|will you) say {reply}
    (give|throw) me (a|a quick|one) {reply}
""")
_COUNT_REPLY = lines("""
    (count|number|tally) (it|that|them) (up|) (out loud|aloud|for me|one by one)
    (tell|give) me (which|what) number (it is|we are at|that was)
    (say|call out|announce) (the number|the count|the total|the tally|how many that makes|what number we're on)
    (keep|make) (count|a tally|score|a running tally|a running total) (aloud|out loud|and say it|and tell me)
    (go up by one|add one|move up one) and (say|tell me|call out) (it|the number|the new number)
    (one|start at one), two, three, and so on, (count|count up) (each time|every time|as it comes)
    (I want|I'd like) (to hear the number|the number|to hear how many|a count)
    say one, then two, (then three, and so on|and so forth)
    (let me know|tell me) how (many times|often) (I've said it|that was|it's been)
""")
_WORD_REQUEST = lines("""
    (okay|right|so|listen), (I'll|let me) (read|talk|chat|ramble|explain) (a bit|), (and|) {when}, {what}
    (I'm|I'll be) (giving a speech|rehearsing|telling a story|thinking out loud|dictating), (and|so) {when}, {what}
    (a game|new game|here's a game|let's have some fun), {when}, {what}
    (your|the) (job|task|mission|role) (is simple|is easy|for now), {when}, {what}
    {when} (I'd like|I want|I need|I'd love) you to {what}
    {when}, (be so kind and|go ahead and|you must|you have to|you should|you can|make sure you|please|just) {what}
    (please|could you|can you|would you|will you) {what} {when}
    {what} (please|), {when}
    {what}, (every time, that is|that is,|but do it|and do it) {when}
    (do me a favour|help me with this|I need your help|let's practise), {when}, {what}
    (from here on|starting now|from this point on|as of now|for now|for this call|until I say otherwise), {when}, {what}
    (I have|I've got) (a habit|a problem), {when}, {what}
    (imagine|pretend) you're a (buzzer|referee|game show host|teacher), {when}, {what}
    (the rules are|the rule's|rule number one|here's how it works|it works like this), {when}, {what}
    (while|as) I (talk|speak|read|chat|tell you this), {what} {when}
    (remember|don't forget|keep in mind|one thing), {when}, {what}
    (my therapist|my coach|my teacher) (wants|says) this, {when}, {what}
    (I'm trying|I want) to (catch|break|notice) a habit, so {when}, {what}
    (are you ready|ready), {when}, {what}
    (it'd|it would) be (great|fun|helpful) if, {when}, you would {what}
    (interrupt|stop) me for one thing only, {when}, {what}
    (keep quiet|say nothing|stay silent), (but|except|only) {when}, {what}
    (don't answer me|just listen), (but|only) {when}, {what}
    {what}, (okay|will you|would you), {when}
""")
_WHEN_KIND = lines("""
    (whenever|every time|each time|if|when|as soon as) (I say|I mention|I name|I bring up|I talk of|you hear) {kind}
    (whenever|every time|each time|if|when|once) {kind} (crops up|turns up|pops up|is named|gets mentioned|slips in)
    (whenever|if|when) (a word|something|anything) (I say is|I mention is|in my story is|that comes up is) {kind}
    (upon|at|after) (every|each|any) (mention|naming) of {kind}
    (if|whenever|when) (somebody|anyone|anybody|one of us) (names|mentions|says|brings up) {kind}
    (the moment|the second|right when|just as) I (say|name|mention) {kind}
    (should|in case) (I|you hear me) (mention|name|say) {kind}
    (after|following) each word that (is|means|stands for) {kind}
""")
_WHEN_FILLER = lines("""
    (whenever|every time|each time|if|when|any time|as soon as) I (say|go|utter|mutter) (um|uh|er|um or uh|an um)
    (whenever|every time|if) I (hesitate|stumble|pause) (and say|and go|with an|with) um
    (whenever|each time|when|if) (a filler|an um|an uh|one of my ums|a filler word) (slips out|comes out|creeps in)
    (at|after|on|for) (every|each) (um|uh|filler|um or uh|filler word|umming)
    (whenever|if) (I'm|you catch me) (umming|umming and erring|using fillers|using filler words|saying um)
    (when|if) you (hear|notice|catch) (an um|a filler|me say uh|me say um|a filler word|an er)
""")
_WHEN_QUESTION = lines("""
    (whenever|every time|each time|if|when|as soon as) (I ask|I've asked|I put|I throw in|I slip in) a question
    (whenever|if|when) (a question|something like a question) (comes up|crops up|slips in)
    (whenever|if|when) I (wonder|want to know|ask you|am unsure about|don't know) something
    (whenever|each time|if) you hear me ask (something|a question|you something)
    (the moment|the second|right when) I ask (you|) (something|anything|a question)
""")
_WHAT_QUESTION = lines("""
    (answer|reply|respond) (it|) (immediately|straight away|on the spot|there and then|without waiting|directly|briefly)
    (give|tell|shout) me the answer (on the spot|at once|there and then|and let me go on|straight away)
    (slip|throw|drop) in the answer
    (don't wait until I finish|don't wait for a pause|no need to wait), (just answer|give the answer)
    (say|call out) (the answer|what it is) (right then|while I carry on|as soon as you know)
    (interrupt|cut in|butt in|break in) and answer (it|)
    (answer|tell me) in a word or two
""")
_REPEAT_REPLY = lines("""
    (repeat|echo|parrot|copy) (the word|that word|it|what it was) (back|aloud|out loud|to me|)
    (say|speak) (the same word|that very word|the word) (again|back to me|too|as well)
    (say|repeat) which one it was
    (give|throw) it (back|right back) to me
    (name|say) it (once more|again|too|as well|after me)
""")
_FACT_WHEN = lines("""
    (whenever|every time|if|when|as soon as) I (say something|claim something|state something) (false|untrue|wrong)
    (whenever|every time|each time|if|when|should) I (get it|get something|get a fact|remember something|have it) wrong
    (whenever|if|when) (what I say|a fact of mine|something|one of these|any of it) (isn't right|is wrong|is false)
    (if|when|whenever) I (slip up|mess up|go wrong|talk nonsense|am mistaken|make an error|make a mistake|err)
    (if|when|whenever) you (notice|spot|catch|hear) (an error|a mistake|something wrong|a wrong fact|nonsense)
    (where|wherever|any time) I'm (wrong|mistaken|off|not right)
    (in case|if) (my facts are|a fact is|I've got a fact) (wrong|not right|mixed up)
    (at|on|after) (every|each|any) (mistake|error|wrong fact|slip|false claim)
""")
_FACT_WHAT = lines("""
    (correct|fix|set) (me|it|that) (right|) (straight away|on the spot|at once|immediately|there and then)
    (tell|give) me (the right|the correct|the true|the proper) (answer|fact|one|version)
    (jump|cut|butt|break) in (and|to) (correct me|put it right|set it straight|say what's right)
    (say|shout|call out) (what's right|what's true|the truth|what's correct|what it should be)
    (stop|interrupt) me (and|to) (say what's right|put me right|correct it|correct me)
    (put|set) (me|it) (straight|right)
    (don't be polite|don't hold back|be strict), (just|) correct me
    (let me know|tell me) (what's right|the right thing|how it really is|what it really is)
""")
_FACT_FRAME = lines("""
    (I'm|I'll be) (studying|revising|practising|preparing) for (an exam|a quiz|a test|a pub quiz), (so|) {when}, {what}
    (test|check|watch) my (knowledge|facts|general knowledge), {when}, {what}
    (I'll|let me) (reel off|rattle off|go through|list|tell you) (some|a few) (facts|things), {when}, {what}
    (be|play) my (teacher|fact checker|editor|examiner), {when}, {what}
    (I'm not|I am not) (sure about|good at|certain of) (facts|these things|all of this), so {when}, {what}
    {when} (I'd like|I want|I need) you to {what}
    (please|could you|can you|would you) {what} {when}
    {when}, (please|just|go ahead and|you should|you must) {what}
    (let's|we'll) (check|go over|review) what I (know|learned|remember), {when}, {what}
    (don't let me|never let me) (get away with nonsense|say wrong things), {what} {when}
    (here's|this is) (my|your) (job|task), {when}, {what}
    (keep me honest|keep an ear on me|listen closely), {when}, {what}
    (from now on|for the next while|starting now), {when}, {what}
""")
_FOREIGN_WHEN = lines("""
    (whenever|every time|if|when|as soon as) I (use|say|drop in|throw in|mix in) (a|some) {language} (word|term)
    (whenever|if|when) a word (is|comes out|slips out|pops out) (in|as) {language}
    (whenever|every time|if|when) I (slip|drift|fall back|switch|lapse) into {language}
    (whenever|if|when) I (can't think of|forget|don't know|am missing) the English word (and say the {language} one|)
    (at|on|after) (every|each|any) {language} (word|term)
    (whenever|each time|if) (a word isn't|something isn't|it isn't) (in|) English
    (whenever|if|when) you (hear|catch|notice) (a {language} word|a bit of {language}|some {language}|a foreign word)
    (if|when|whenever) my {language} (gets in the way|slips in|comes through)
""")
_FOREIGN_WHAT = lines("""
    (tell|give|feed|hand) me the English (word|one|term|for it|version)
    (say|call|shout) (out|) (the English word|the English for it|what it is in English|it in English)
    (translate|turn|put) it (into English|) (for me|at once|straight away|right away)
    (help|help me out) with the English (word|one)
    (jump|cut|chip) in with the English (word|one|for it)
    (supply|provide|slip in|fill in|offer) the English (word|one)
    (correct me with|swap it for|replace it with) the English (word|one)
""")
_FOREIGN_FRAME = lines("""
    (I'm|I am) (half|from a) {language} (speaking family|at home|by birth), so {when}, {what}
    (I grew up with|I live with|my family speaks) {language}, (so|and) {when}, {what}
    (my English is|my vocabulary is) (rusty|not great|a bit weak|still small), (so|) {when}, {what}
    (I want|I'm trying) to speak only English, (so|) {when}, {what}
    (help me|train me|support me) (while I speak|as I talk|here), {when}, {what}
    {when} (I'd like|I want|I need) you to {what}
    {when}, (please|just|go ahead and|you should|you could|would you) {what}
    (please|could you|can you|would you) {what} {when}
    (be|play) my (dictionary|language teacher|tutor), {when}, {what}
    (I'll|let me) (talk|tell you something) in English, {when}, {what}
    (from now on|in this talk|during my story), {when}, {what}
""")
_PLAIN_REQUEST = lines("""
    {when}, {what}
    {what}, {when}
    {when} {what}
    (okay|right|so|look|now), {when}, {what}
    (the rule is|the game is|it's simple|here's how it goes), {when}, {what}
    (I'll talk for a while|I'm going to read this out|I'll tell you a story), {when}, {what}
    (from now on|as of now|for the whole call), {when}, {what}
    {what}, (but only|every time, that is,|always) {when}
""")
_WATCH_WORD = lines("""
    (the trigger|the signal|the cue|your cue|the keyword|the code word) is {cue}, (and then|when you hear it) {what}
    (listen|watch out|look out|wait) for (the word|) {cue}, and (then|when it comes) {what}
    (your|the) (word|cue) is {cue}, (whenever it comes|when I say it|each time) {what}
    (keep an ear out|stay alert|be on the lookout) for {cue}, and when (it comes|you hear it) {what}
    {cue} is (the magic word|the word to listen for|what you wait for), (when it comes|each time|then) {what}
    (you'll hear|I'll say) {cue} (now and then|a few times|sooner or later), (each time|and then|when I do) {what}
""")
_WATCH_KIND = lines("""
    (keep an ear out|listen out|watch|listen|look out) for {kind}, and (then|when it comes|each time) {what}
    (your|the) cue is {kind}, (whichever it is|any of them|no matter which), (and then|when it comes) {what}
    {kind}, (that's your cue|that's the cue|no matter which one), (each time|when you hear one) {what}
    (you'll hear|I'll mention) {kind} (now and then|sooner or later), (each time|and then|when I do) {what}
""")
_WATCH_QUESTION = lines("""
    (in between|along the way|now and then) (I'll|I will|I might) ask (you|) something, (and then|when I do) {what}
    (there will be|I'll put in|expect) (some|a few) questions, (each time|when one comes|for each) {what}
""")
_WATCH_FILLER = lines("""
    (catch|spot|listen for) my (ums|filler words|fillers), (and then|each time|when there is one) {what}
    (I say um|I use fillers|I hesitate) (too much|far too often|a lot), (each time|whenever I do) {what}
""")
RULES: dict[str, tuple[str, ...]] = {
    "word_request_plain": _PLAIN_REQUEST, "watch_word": _WATCH_WORD, "watch_kind": _WATCH_KIND,
    "watch_question": _WATCH_QUESTION, "watch_filler": _WATCH_FILLER,
    "when_word": _WHEN_WORD, "say_reply": _SAY_REPLY, "count_reply": _COUNT_REPLY, "word_request": _WORD_REQUEST,
    "when_kind": _WHEN_KIND, "when_filler": _WHEN_FILLER, "when_question": _WHEN_QUESTION,
    "what_question": _WHAT_QUESTION, "repeat_reply": _REPEAT_REPLY,
}  # fmt: skip
WATCHED = 0.15  # of the requests say first what to listen for
FACT_RULES: dict[str, tuple[str, ...]] = {"when": _FACT_WHEN, "what": _FACT_WHAT, "frame": _FACT_FRAME}
FOREIGN_RULES: dict[str, tuple[str, ...]] = {"when": _FOREIGN_WHEN, "what": _FOREIGN_WHAT, "frame": _FOREIGN_FRAME}
