"""Ways to ask for work that is handed on; the verbs that stand first are put politely like any other request."""

from __future__ import annotations

from model.studio.grammar import lines

FRAMES: dict[str, tuple[str, ...]] = {
    "find": lines("""
        (find|find out|look up|check|search for|google|research|dig up|hunt for|track down) {task}
        (find|find out|look up|check|search for|research) {task} (for me|for us|please|online|when you have a second)
        (tell|show|get|bring|give) me {task}
        (have|take) a (quick|) look (for|at) {task}
        (see|go and see) (if|whether) you can (find|find out|track down) {task}
        (run|do) a (quick|) search for {task}
        get (me|us) (something on|some information on|the details of|hold of) {task}
        (I|we) (need|want|would like|have) to (know|find out|check) {task}
        (I'm|we're) (looking for|after|interested in|trying to find|curious about) {task}
        (I|we) (have no idea|don't know|can't find|can't remember), {task}, (could you check|can you look|any luck)
        do you (happen to|) know {task}
        (any|got any|do you have any) (information|news|details|idea) (on|about) {task}
        what (can|do) you (find|know|tell me) about {task}
        (I was|I've been) (wondering|asking myself|thinking) about {task}, (can you look it up|could you check)
        {task}, (can|could) you (look that up|find that out|check that|find that) (for me|)
        {task}, (please|look it up|find out|that's what I need to know|I need that)
        (somebody|{friend}|my boss|my wife) (asked me for|wants to know|needs) {task}, (look it up|help me find it)
        (it'd|it would) (help|be great) to (know|have|get) {task}
        my (question|problem|next question) is {task}, (look it up|go and check|can you find out)
        (is there a way to|how do I) (find|find out|get) {task}
        (help|assist) (me|us) (to|) find {task}
        (before I go|for tonight|for my trip|for work|for the kids|for a friend), (find|check|look up) {task}
        (the internet|the web) (must|should) (know|have) {task}, (search it|look there)
        I'd (like|love) (you to look up|you to find|to hear|to know) {task}
        (put your feelers out|ask around|keep your eyes open) for {task}
    """),
    "clause": lines("""
        (find out|check|look up|tell me|research|see|figure out) {task}
        (find out|check|look up|see) {task} (for me|for us|please|online|when you have a second)
        (I|we) (need|want|would like|have) to (know|find out|check) {task}
        (I'm|we're) (trying to find out|not sure|wondering|curious) {task}
        (I|we) (have no idea|don't know|can't remember|keep wondering) {task}, (could you check|can you look|look it up)
        do you (happen to|) know {task}
        any idea {task}
        (I was wondering|I've been wondering|I've been asking myself) {task}
        {task}, (can|could) you (look that up|find that out|check that) (for me|)
        {task}, (please find out|look it up|that's what I need to know|that's my question)
        (somebody|{friend}|my boss|my wife) (asked me|wants to know|needs to know) {task}
        (it'd|it would) (help|be great|be good) to (know|find out) {task}
        (before I go|for tonight|for my trip|for work|for the kids), (find out|check|look up) {task}
        (the internet|the web) (must|should) know {task}, (search it|look there)
        I'd (like|love) (you to look up|you to find out|to hear|to know) {task}
        (would you be able to|are you able to) (tell me|check|find out) {task}
        (go and|quickly|just) (check|find out|see) {task}
    """),
    "reckon": lines("""
        (work out|figure out|calculate|tell me|estimate) {task}
        (I|we) (need|want|would like) to (know|work out) {task}
        {task}, (work it out|can you do the maths|please calculate|I can't do the sum)
        (I|we) (can't work out|don't know|have no idea) {task}, (do the numbers|help me)
        (can|could) you (work out|figure out|tell me) {task} (roughly|exactly|please|)
    """),
    "compare": lines("""
        (compare|weigh up|put side by side) {task}
        (do|make) a comparison of {task}
        (tell me|find out|work out|check) what's better, {task}
        what's the difference between {task}
        (I can't decide|I'm torn|help me choose), {task}, (compare them|look at both|which is better)
        (look|have a look) at {task} and (tell me which|say which one wins)
        (find|list|show me) the pros and cons of {task}
        {task}, (which is cheaper|which would you take|what's better), (look into it|find out)
        how do {task} compare
    """),
    "book": lines("""
        (book|reserve|get|order|arrange|organise|find) (me|us|) {task}
        (book|reserve|order) {task} (for me|for us|please|under my name|if it's not too expensive)
        make a (booking|reservation) for {task}
        (I|we) (need|want|would like|have to book|have to get) {task}
        (sort out|take care of|see to|look after) {task}
        (can|could) (I|we) (get|have|book|reserve) {task}
        {task}, (book it|can you arrange that|please reserve that|see what's free)
        (see|check) (if|whether) (there is|you can get|you can find) {task}
        (I'd|we'd) like {task}, (please book it|can you sort it out|the cheaper the better)
        (try to|would you) get (me|us) {task}
        (my boss|{friend}|my mother) (needs|wants) {task}, (book it|sort it out)
        (it's time to|we should) book {task}, (do that|go ahead|get on with it)
    """),
    "translate": lines("""
        (translate|put|turn|convert) {task} (for me|please|)
        (do|make|get) me a translation, {task}
        (I|we) (need|want|must have) {task}, (translate it|all of it|by tonight)
        I need a translation, {task}
        (can|could) I have {task}
        {task}, (can you translate it|please translate|how would that go)
        (help me|I need help) translating {task}
        (get|have) {task} translated
    """),
    "write": lines("""
        (write|draft|compose|prepare|put together|type up|come up with|make up) (me|us|) {task}
        (write|draft|compose|prepare) {task} (for me|please|that sounds nice|in a friendly tone|nice and short)
        (I|we) (need|have to write|must send|have to send|should send) {task}, (write it|help me|draft something)
        (help me|give me a hand) (to write|with|write) {task}
        (how about|what about) {task}, (can you write one|would you draft it)
        {task}, (write it for me|can you draft that|please write it|make it short)
        I (can't|don't know how to) (write|word|start) {task}, (do it for me|help me out)
        (get|have) {task} (ready|written) (for me|)
        (would|could) you (mind writing|be able to write) {task}
        I'm (no good at|stuck with) {task}, (you write it|write something)
    """),
    "plan": lines("""
        (plan|organise|map out|work out|put together|sketch out|come up with) {task}
        (help me|help us|let's) (plan|organise|put together|map out) {task}
        make (a plan|a proposal|suggestions) for {task}
        (I|we) (need|want|would like) a plan for {task}
        (I'm|we're) (thinking of|dreaming of|going for|having) {task}, (plan it|make a plan|what would you do)
        {task}, (plan that for me|how would you do it|can you put that together)
        (how would you|how should I) (plan|organise|set up) {task}
        (suggest|propose|recommend) (ideas|something) for {task}
    """),
    "calculate": lines("""
        (calculate|work out|compute|figure out|estimate) {task} (for me|please|exactly|)
        (do|run) the (maths|numbers) (for|on) {task}
        (I|we) (need|want) to (know|work out) {task}
        (tell me|find out) {task}
        (could|can) you (do|calculate|work out) {task} (in your head|on a calculator|)
        {task}, (what's that|can you work it out|what does that come to|please calculate)
        my calculator (is broken|is upstairs|died), (so|) {task}, please
        what (does|would) {task} come to
    """),
    "make": lines("""
        (make|create|set up|put together|design|start|open|prepare) (me|us|) {task}
        (make|create|set up|put up|show) {task} (for me|on the screen|for everyone|on the page|please)
        (show|draw|give|get) (me|us) {task}
        (I|we) (need|want|would like|could use) {task}
        (could|can) (I|we) (have|see|get) {task}
        {task}, (can you make one|make that for us|put it on the screen|please)
        (it'd help|it would be nice) to have {task}, (make one|can you do that)
        (turn this into|let's have|let's make|let's start) {task}
    """),
    "summary": lines("""
        (summarise|sum up|recap|condense|boil down|shorten|go over) {task} (for me|in a few words|please|briefly|)
        (give|get|write) (me|us) (a summary|a recap|the short version|the gist|an overview) of {task}
        (I|we) (missed|haven't read|have no time for) {task}, (sum it up|what's in it|catch me up)
        (what are|tell me|list) the (key|main|important) points of {task}
        (in short|in a nutshell|in two sentences), (sum up|recap) {task}
        {task}, (sum it up|what was it about|can you recap that|the short version please)
        (I|we) (need|want) a (short|quick|) (summary|recap|overview) of {task}
    """),
    "question": lines("""
        {task}
        {task}
        {task}
        (can you find out|find out for me|could you check|please check|look it up), {task}
        (I need to know|I'd like to know|we want to know|tell me), {task}
        {task}, (do you know|can you check|could you look|can you find out|any idea)
    """),
}
