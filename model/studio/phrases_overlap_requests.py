"""What is said into the agent's words, to stop it or turn it elsewhere, and ways to ask for something longer."""

from __future__ import annotations

from model.studio.grammar import lines

RULES: dict[str, tuple[str, ...]] = {
    "ask_story": lines("""
        (could|can|would|will) you (tell|read|make up|give) (me|us|the kids) a (story|bedtime story|fairy tale|long \
            story)
        (I|we) (want|need|would love|would like) (to hear|) a (story|bedtime story|fairy tale|good story|tale)
        (it's|it is) (story time|bedtime), (tell us a story|a story please|how about a story)
        (entertain|amuse|cheer up|distract) (me|us) (with a story|for a while|a little)
        (tell|read) (me|us|my daughter|my son) (something long|a story|a tale) (about anything|of your choice|to \
            fall asleep|)
        (make up|invent|think up|come up with) (a|some) (story|tale) (for me|for us|now|)
        (have|do) you (got|know|have) (a|any) (good|) (story|stories) (for me|for us|to tell|)
        (I can't sleep|I'm bored|the kids are bored|it's raining), (tell|read) (me|us) (a story|something)
        (talk|chat) (to me|) for a (while|bit|minute)
        (once upon a time|a long time ago), (go on|you continue)
        (just|) (say|tell) something (long|longer|nice)
    """),
    "ask_list": lines("""
        (could|can|would) you (list|recite|name|go through|tell me|read out|say) {x}
        (I|we) (want|need|would like|would love) to hear {x} (please|from you|)
        (go|run) through {x} (for me|one by one|slowly|)
        (list|name|recite|reel off|give us|tell us) {x} (please|one after the other|for us|)
        {x}, (please|list them|one by one|tell me|go ahead|say them aloud)
        (my son|my daughter|the class) (wants|needs) to (learn|hear) {x}, (say them|go through them)
        (do you know|let's hear|let us have) {x}
        what are {x}
        (teach|tell) (me|us|the kids) {x}
    """),
    "ask_about": lines("""
        (could|can|would) you (tell|teach) (me|us) (something|a bit|more|all) about {x}
        (could|can|would) you (talk|speak) (a bit|a little|for a while|) about {x}
        (I|we) (want|need|would like|would love) to (know|learn|hear) (something|more|a bit) about {x}
        (I'm|we're) (curious|wondering|reading) about {x}, (tell me more|what do you know|say something)
        (explain|describe|introduce) {x} (to me|to us|to a child|in simple words|please)
        (give|hold) (me|us) a (short|little|small) (talk|lecture|introduction) (on|about) {x}
        (what's|what is) there to (know|say) about {x}
        (say|tell us) (a few words|something|anything) about {x}
        {x}, (what do you know about that|tell me about that|go on, tell me|can you explain that)
        (my son|my daughter|the class) (asks|wants to know) about {x}, (explain it|tell us)
        (let's|let us) (talk|hear|learn) about {x}
        (how would you|can you) (explain|describe) {x}
    """),
    "backchannel": lines("""
        (oh|ah|mm|hm) (yeah|yes|right|okay|I see|really|nice|sure|wow|no|dear)
        (yeah|yes|right|okay|sure|mhm|uh huh), (yeah|right|I see|sure|okay|of course|go on|makes sense|exactly)
        (I know|of course|exactly|absolutely|indeed|totally|definitely|fair enough|makes sense|that's right|no doubt)
        (no way|oh no|oh dear|goodness|gosh|my word|wow|amazing|lovely|brilliant|funny|how nice|how sad|poor thing)
        (really|is that so|you don't say|oh really|did he|did they|was it|huh)?
        (go on|carry on|keep going|and then|what then|tell me more|I'm listening|I'm all ears)
        (ha|haha|heh|that's funny|that's good|good one|love it|I like that|sounds good|sounds great)
        (mm hm|mhm mhm|uh huh uh huh|yep|yup|ja|aye|true|true enough|well well|there you go|got you|understood)
    """),
    "hush": lines("""
        (stop|okay, stop|no, stop|please, stop|stop now|stop there|stop right there|stop for a second|stop a moment)
        (quiet|be quiet|quiet now|keep quiet|stay quiet|a bit of quiet), (please|for a second|for a moment|thanks|now)
        (enough|that's enough|okay, enough|enough now|enough of that|more than enough), (thanks|thank you|please|okay)
        (that'll do|that will do|that's plenty|that's all I needed|I've heard enough|I get it|I got it), \
            (thanks|thank you|stop)
        (shush|hush|shh|silence|pipe down|zip it|not a word|no more talking|stop talking), (please|now|okay|for now)
        (hold it|hold on|hold that thought|pause|pause there|wait|wait a second|wait a moment|one moment), \
            (please|stop|quiet)
        (never mind|forget it|leave it|skip it|drop it|cancel that), (stop|that's enough|quiet please|thanks)
        (you can|you may|please|would you|could you) (stop|stop talking|stop now|be quiet|be quiet now|hush)
        (I need|give me|let me have) (silence|a second|quiet|some quiet|a break) (please|now|)
        (let me|I want to|I need to) (think|speak|talk|say something|finish|answer the door|take this call)
        (okay|right|all right|fine) (stop|that's enough|thank you|quiet)
        (shut up|stop it|cut it out|knock it off|give it a rest) (please|now|will you|for once|)
        (don't|no need to) (go on|say more|continue|tell me the rest|read the rest)
    """),
    "interrupts": lines("""
        (wait|hold on|hang on|stop|sorry|excuse me|pardon|oh|hey|okay|right|actually|no), (wait|sorry|a \
            question|before that|first),
        (wait|hold on|hang on|stop) (a second|a moment|a minute|there|right there|one second),
        (can|may|could) I (stop|interrupt|ask) you (there|something|for a second)?
        (sorry|excuse me|forgive me) (for interrupting|to cut in|to stop you|to jump in|for cutting in),
        (never mind that|forget the story|leave that|that's enough of that|skip that|okay, enough),
        (something|one thing) (else|different|quickly|more important|just came up),
        (oh|ah|hm), (that reminds me|I just thought of something|before I forget|wait),
        (before you go on|while you're at it|just quickly|in between|by the way|real quick),
        (no|nope|yes|okay|fine|got it|I see|right), (but|so|and|now)
        (let me|I have to|I need to) (ask you something|interrupt you|stop you there),
        (a different question|another question|new question|quick question|different topic),
    """),
    "backchannel_request": lines("""
        (I'll|let me|I want to|I'm going to) (tell you about|talk about) my (day|holiday|week|new job|school \
            days|dog), (go mhm|say right|nod along) (now and then|in the pauses|when I pause)
        (listen|listen to me|hear me out) (for a while|a bit|), and (show|tell|let) me (now and then|in the pauses) \
            that you (follow|are there)
        (I need|I want|I'd like) (a good listener|somebody to listen|you to listen), (say|go) (mhm|right|yeah|uh \
            huh) (now and then|here and there)
        (while|as) I (talk|speak|tell you this), (make|give me) (little|small|short) (sounds|noises|signs) (of \
            listening|now and then|when I pause)
        (don't|no need to) (answer|advise me|comment), just (say|go) (mhm|I see|right) (from time to time|when I \
            pause|in between)
        (be|play) (a friend|my audience|a good listener) and (hum|say mhm|say I see|nod) (in my pauses|along|now and \
            then)
        (I have|I've got) (a lot|something|a story) to (tell|get off my chest), (just|) (listen|nod along) and say \
            (mhm|right) (at times|now and then)
        (when|whenever) I (pause|take a breath|stop for a moment), say (mhm|right|yeah|I see), (so I know you're \
            there|and let me go on)
        (react|respond) (just|only) (a little|briefly) (while|as) I (talk|tell you this), (like mhm or right|no more \
            than a mhm)
        (keep me company|stay with me) while I (ramble|talk|think aloud), a (mhm|right|yeah) (now and then|in the \
            pauses) is enough
    """),
}
