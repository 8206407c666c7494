"""What people say to each other: none of it is an order to a home, or held out.

The syntax is that of `grammar`.
"""

from __future__ import annotations

from .words import alternatives

EVERYDAY = alternatives(
    """
    can you hear me (now|all right|in there|over there)? / can I (go to|stay at) {name}'s house
    {when}? / can you (pick up|get|bring me) some {item} on (your|the) way home? / do you want
    (me|us) to (come over|bring anything|wait for you|drive you there)? / we're having
    (dinner|lunch|coffee|a few drinks) with {name} {when} / make yourself at home, (there's|we have)
    (coffee|food|plenty to eat) in the kitchen / can you pass (me|us) the
    (salt|butter|bread|water|potatoes), please? / did you (remember to get|buy|forget) the {item}? /
    I won't buy it (unless|until) (it's|they put it) on sale / did you (write|read) (it|that|the
    whole story) (right|all) by yourself? / our (son|daughter) (starts|goes to|begins) school in
    {month} / how are you feeling (now|today|this morning), any better? / I have (an appointment|to
    be) at the (doctor's|dentist's) at {clock} / how did you sleep (last night|in the new bed|in
    there)? / is (he|she|{name}) (up|awake|out of bed|home) yet? / are you ready to (go|leave|eat)
    (yet|now)? / how was (your|the|their) (trip|flight|drive) to {city}? / how long have you
    (been|lived|been waiting) (here|there|in {city})? / I think I (left|saw|lost|forgot) (it|them|my
    phone) in the {room} / what are you looking for in (there|here|the {room}|my closet)? / hello,
    (this is|it's) {name}, (is this|am I speaking to) {name}? / who (was that|were you talking
    to|called) on the phone [just now]? / it was (so|really) (nice|good) to hear your voice
    (again|after so long) / I don't (mind|care) (whether|if) we (go|stay|eat out|win) (or
    not|tonight) / what are you going to wear (to the wedding|to the party|tonight|if it's cold)? /
    is it (too|very) (late|early|far) to (go|walk|call {name}|change our plans)? / the dog
    (wants|needs|has) to go out, (its|his) (leash|collar) is by the door / I'm (so|really|very)
    sorry (I'm late|about that|to hear that|I couldn't be there) / I'm going to (visit|see|meet|have
    lunch with) {person} {when} / I've been waiting (here|for you|in the car) for {duration} / how
    (much|many) (did|do) (you|we) (need|have|want|eat|buy)? / who (told|asked|helped) you (to do
    that|to come here|to say that)? / what (are you doing|have you got planned|are you up to)
    {when}? / I (know|see|hear|understand) what you (mean|want|are saying|said) / where (are you|is
    everybody|are they|is she|are we) (going|now|right now|exactly)? / I know where (it is|you
    live|she went|they are|he keeps it|we can find one) / why (don't we|don't you) (come over|go for
    a walk|ask {person}|eat out|eat here) {when}? / how (was your day|was your weekend|did it go|was
    the movie|was your trip|did you sleep)? / it was (four|five|twenty|forty) dollars for
    (two|four|eight|both) of them / I've been here for (four hours|two days|a week|ten years|too
    long|almost a year) now / does anybody (know what time it is|want to come|have a pen|need a
    ride|live here)? / are you (sure|ready|okay|hungry|tired|serious|all right) [about that|now]? /
    will it (be cold|rain|take long|be enough for everyone|cost a lot|hurt|be too late then)? / has
    it ever been (this hot|this cold|so dry|so quiet|as bad as that) in {city}? / yes, (I do|I did|I
    am|I was|I will|I have|I can|I would|of course|it is|we are|they do) / no, I (don't know
    him|never heard of it|haven't seen her|didn't know that|don't think so) / as far as I know,
    (they're still there|he's fine|nobody was hurt|it's free|there's only one) / I can't (stand
    it|help it|do this|go on|sleep) (anymore|any longer), it's too much / nice weather (today|we're
    having|for a walk|for a change), (isn't it|don't you think)? / (good luck|all the best) (with
    the new job|for {when}|with your exam|to both of you) / I hope (you have a good time|to see you
    there|you feel better) (tomorrow|on {weekday}) / if you don't (hurry|go now|get up), you (won't
    see them|will be sorry|can't eat with us) / before you (go|say anything|leave|ask), (there's one
    more thing|I have to tell you something) / she's as (old|tall|clever|stubborn|nice) as (I am|her
    mother|you are|my sister|ever) / I knew (it|that|you would come|he was wrong|they were here|she
    wouldn't write) all along / I only (knew|heard|know|need) (half of it|one of them|the first
    four|a little of it) / I (can|can't|could|couldn't) hear (you|the music|them from here|what they
    were saying) / is it (for|from) (me|her|us|both of us|your mother|the kids|{name}) or someone
    else? / don't (worry about it|be so sad|tell anyone|say that|ask me why|believe all you hear),
    okay? / so (what|who|where|when) (was it|is it|are we|were they) (then|really|this time|now)? /
    me (too|neither), (I know what you mean|to be honest|I have to say|you know) / the sun came out
    (right after lunch|for an hour or so|just as we were leaving) / the warmest day of the year was
    (a|the first) {weekday} in (June|July|August) / they flew to {city} (for four days|for the
    weekend|two weeks ago|by themselves) / by the time we (got to the station|arrived), the train
    had (already left|just left) / his car (was|had been) (stolen|towed|hit by a truck) while he was
    (at work|away|asleep) / it costs too much to (fix|keep|park) a car (here|in the city|these days)
    / the woman who lives (across the street|upstairs|next door) is a (nurse|teacher|writer) /
    everybody on our street knows (everyone else|him by name|what happened there) / the
    (kitten|puppy) they gave us is so small, and it won't eat (anything|much) / whose dog is that
    over there (by the gate|in the road|with the red ball)? / bees need flowers, and (flowers|most
    plants) need bees (too|as well) / the (house|barn|church) was built (over|about|nearly) (a|two)
    hundred years ago / no one knows (who built it|why they left|what it was used for|whose it was)
    / she opened the (letter|box) and (saw|read|found) (her own name|what he had written) / I
    (read|saw) in the (paper|news) that (they've found him|prices are going up again) / the election
    (is|was|will be) held on the (first|second|third) {weekday} in {month} / they (won|lost) the
    vote by (a few hundred votes|only one|less than one percent) / the last season wasn't (as good
    as|any better than) the (first one|one before|others) / what channel (is the game|is it|was that
    show) on? / the race (starts|begins) at {clock} and goes right (by|past) our (house|building) /
    he's been (out of work|looking for a job|working there) (for|since) {month} / he (makes|earns)
    (more|less|a lot more) than (I do|she does|we ever did) / the (store|bank|post office) is
    (closed|open until {clock}) on {weekday} / they (charge|charged) (two|three|four) dollars for a
    (cup of coffee|bag|piece of cake) / there (is|was) only one bathroom upstairs and (two|none) on
    the (ground|first) floor / the roof leaks whenever it rains (hard|all night|for more than a day)
    / the (stairs|floors) (creak|need work), but (it's|we think it's) a great old house / {name} was
    born on the (first|second|fourth|eighth|twelfth|twentieth) of {month} / {name} told (me|us) that
    (he|she) had (already|never) (eaten there|been here|read it) / neither {name} nor {name}
    (knew|could say) (where it was|who was there|why) / come over here, I can't hear (you|what you
    said|a thing) / she's (here now|in here|right here|over there), can't you hear her? / you know
    what I (mean|think|want|need|heard|saw)? / what (are|were) you looking for [in there]? / do you
    want one or two of (these|those|them)? / there you (go|are), (there's|that's) the one they're
    (looking for|talking about) / are there any (more|left|others) [in there]? / you're (welcome|so
    kind|too late|all set|the one who knows|not the only one) / what are our (plans|chances|options)
    for {weekday}? / we drove by the (store|market|mall) to buy {item} / where have you been (all
    day|all night|all this time)? / we can see the sea from (here|our room|the road|their house) /
    no one (won|said|knew|heard) (anything|a thing) [in the end] / what's new (with you|at
    work|these days|over there)? / where did you wear that (coat|dress|hat|shirt)? / she's been
    (weak|sick|at home|off work) all week / she ate (at|before|by|after) eight, and (I|we|he) ate
    later / hi, (how are you|is {name} there|are you on your way|what's new)? / did (the|our|your)
    mail come (yet|in|by noon)? / their (house|car|boat|farm) is for sale (now|again|at last|by the
    way) / which (way|road|house|of these|of those) is it, this one or that one? / get off (the
    bus|the train|that chair|my bed), all of you / she sat down and said (nothing|hi|no|so|that it's
    over|what she had to say) / he won't (go|eat|say|wait|tell me|leave) if he doesn't want to / can
    you (come|do it|help us|hear us) (or not|at all)? / some men are like that, but this man
    (isn't|wasn't|won't be) / I like (it|the light|this light|the sun) in the {room} / she used to
    be (one of us|my teacher|here a lot|as tall as me), (I know|I heard) / just give it to me,
    (please|I'll do it|I know how) / we ran out of {item} again, (so I went out|you know|and it's
    late) / I came as soon as I (could|heard|knew|got off work|got your note) / he'd (be here|come)
    if he could, and she'd (be|come) too if they'd let her / (isn't|wasn't) (she|he|it)
    (here|there|right|the one|too late)? / she (went|ran|walked|drove|moved) away (for a while|that
    night|the other day) / (we're|they're|you're) all ready to go (then|by now|already), I hope / it
    may be (true|late|too late|here|a while), or maybe (it isn't|not|I'm wrong) / my
    (shoes|pants|boots) are loose, and I'd hate to lose them / hit the (brake|brakes), the
    (road|bridge|street) ends right there / I guess the guest was (late|here|him|one of yours)
    """
)
