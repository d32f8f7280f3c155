"""What people put around what they ask: words before and after it, ways to be polite about it."""

from __future__ import annotations

from model.studio.grammar import lines

RULES: dict[str, tuple[str, ...]] = {
    "opener": lines("""
        (hey|hi|hello|oh|ah|okay|right|so|well|now|alright|look|listen|say) (there|again|you|then|so|well),
        (hey|hi|okay|oh|hello|so) (Alongside|computer|assistant|buddy|mate|friend|my friend|robot|dear|love),
        (all right|right then|okay then|now then|well then|so then|very well|good|great|perfect|fine),
        (um|uh|er|hm|mm|oh) (so|well|okay|yes|yeah|right),
        (sorry|excuse me|pardon me|forgive me|sorry to bother you|sorry to interrupt),
        (quick one|quick thing|small thing|one thing|just one thing|another thing|new topic|next thing|one last thing),
        (by the way|anyway|anyhow|actually|incidentally|in the meantime|meanwhile|on another note|speaking of which),
        (are you there|can you hear me|are you ready|you there|still with me)? (good|okay|right|so),
        (let's see|let me see|let me think|where were we|what was it|how do I put this),
        (yes|yeah|yep|no|nope|sure|okay okay|yes yes|exactly),
        (thanks|thank you|cheers|lovely|brilliant|that's great|good to know|I see|interesting), (and|so|now|okay),
        (good morning|good evening|good afternoon|morning|evening|afternoon),
        (my dear|dear me|goodness|oh boy|oh my|gosh|wow|phew),
        (as I was saying|like I said|as I mentioned|back to business|down to business),
    """),
    "closer": lines("""
        (please|thanks|thank you|cheers|ta|many thanks|thanks a lot|thanks so much|thanks in advance|much obliged)
        (if you would|if you could|if you can|if possible|if that's possible|if you like|if you're able to)
        (if it's no trouble|if it's not too much trouble|if you have a moment|when you're ready|when you can)
        (okay|alright|all right|right|yeah|got it|will you|would you|can you|could you|you hear)?
        (there's a dear|there's a good machine|my friend|mate|buddy|pal|darling|Alongside|you wonderful thing)
        (that would be great|that'd be lovely|that would help|that'd be brilliant|I'd appreciate it|I'd be grateful)
        (and thanks|and that's it|and that's all|that's all|nothing else|no rush|no hurry|just so you know)
    """),
    "lead": lines("""
        (one|another|a small|a silly|an easy|a quick|a little|a simple|a strange|a serious|the next) question,
        (here's|I've got|I have|I had|there's) (one|another one|a question|a good one|an easy one|a tricky one) for you,
        (I'd like|I want|I'd love|I'm trying|I need) to (know|find out|learn|check|understand), (so|so tell me|well),
        (let me|can I|may I|could I) (ask|ask you|pick your brain|try something|check something),
        (I've been|I was|I keep) (wondering|thinking|asking myself), (so|and|well)
        (my|her|his|our) (daughter|son|wife|husband|boss|mum|dad|teacher|neighbour|niece) (asked me|wants to know),
        (it's for|this is for) (a quiz|a crossword|school|a bet|my homework|the kids|a test|a puzzle),
        (we were|we've been|we are) (arguing|talking|wondering|debating) (about this|just now|at lunch), (so|tell us)
        (it's|it is) on the tip of my tongue,
        (I should know this|I used to know this|I always forget|I never know|I keep forgetting|don't laugh), (but|so)
        (settle this for us|help me out here|help us out|put me out of my misery|enlighten me|educate me),
        (you'll know this|you might know this|you surely know|perhaps you know|maybe you can tell me),
        (off the top of your head|just out of curiosity|for fun|for a change|to be sure|just checking|just to check),
        (something I never knew|a thing I never understood|what I never could remember),
        (remind me|tell us|tell me something|answer me this|riddle me this|guess),
        (oh|and|so|well|okay|right|now), (also|while we're at it|while you're there|before you go),
    """),
    "request": lines("""
        {x}
        {x}
        {x}
        {x}
        (please|just|kindly|now|then|go on and|simply) {x}
        (can|could|would|will) you (please|just|kindly|possibly|quickly|maybe|perhaps|) {x}?
        (I'd like|I want|I need|I'd love|I'd ask|I would like|I'd prefer|I'm asking) you to {x}
        (can|could|may|might) I (ask|get|trouble|bother|beg) you to {x}?
        (would|do) you mind (if I asked|me asking) you to {x}?
        (could|can|would) you do me a (favour|kindness|good turn) and {x}?
        (do|if you'd do) me a favour(,| and) {x}
        (be so kind as to|be so good as to|be a dear and|be a friend and|be an angel and) {x}
        (it would|it'd) be (great|lovely|wonderful|very helpful|kind|handy|perfect|super) if you could {x}
        (I'd be|I would be) (grateful|happy|glad|delighted|thankful|thrilled) if you (could|would) {x}
        (I was wondering if|we were wondering if|I was hoping|we were hoping) you (could|would|might) {x}
        (I have to ask you|I've got to ask you|allow me to ask you|let me beg you for) (a favour|something), {x}
        (here's|this is) (what I want|the plan|the deal|the task|your job|what I need|the idea|what to do), {x}
        (your|the next|the first|the only) (job|task|mission|challenge|thing) is to {x}
        (what I'd like|what I want|what I need|all I want|all I ask) is for you to {x}
        (is it|would it be) (possible|okay|all right|too much trouble) for you to {x}?
        (are you able to|do you think you could|do you reckon you could|any chance you could|think you can) {x}?
        (I|we) (need|could use|want) your help, {x}
        (you|maybe you|perhaps you) (could|can|should|might) {x}
        (why don't you|how about you|what if you|suppose you) {x}
        (let's|let us) (try|do) (something|this|it this way|a little game|an exercise), {x}
        (I need|I want) (something|one thing) from you, {x}
        (when you're ready|whenever you're ready|if you're free|if you're not busy|as a favour|for me), {x}
        (make sure|be sure) (to|you) {x}
        (go ahead|feel free|go on|come on) and {x}
        (it's your turn|you're up|over to you|it's on you), {x}
    """),
    "hesitation": lines("""
        (um|uh|er|hm|mm),
        (you know|let me see|like|I mean|well|sort of|what's it called|how do you say|wait|let me think|so|oh),
    """),
}
