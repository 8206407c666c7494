"""What people say to each other: templates from which the model learns which words go together.

Without them it wrote "let me now" and "let me here". They are ordinary talk, of which none is an
order to a home and none is made by a template or an evaluation sentence that is held out. The
syntax is that of `grammar.py`.
"""

EVERYDAY_TEMPLATES: tuple[str, ...] = tuple(
    """
do you know (where he went|when she left|why they did that|how he knew) [last night]?
I don't know (where|when|how) (we're|they're|you're) going to (do it|meet them|find one)
I can't hear you (now|from here|very well|at all|in here|with the water running)
can you hear me (now|all right|in there|over there)?
come over here (and|so you can) (see|hear) (this|what they're saying|what I found)
I know [that] you're (in there|tired|up there|right), (but|so) we have to (go|talk) now
(you know|I know) (there's|there was) no one (here|there|at home) to (help|meet|see) (us|them)
did you hear (what|how) (she|he) (said|did) [to me]?
I (heard|hear) [that] (you're|they're) (moving to|going to|flying to) {city} (next|this) week
I haven't heard from (you|her|him|them) (for|in) (a while|four weeks|a long time|two days)
is it all right if I (stay|come|sleep) (here|over) (tonight|for a night|for the weekend)?
may I (come in|sit here|be excused|go out to play|have one more) [now|please]?
can I (go to|stay at) {name}'s house {when}?
mom said (we could|we may|it's okay to) (have two|stay up late|go too) if we do our chores
you're not allowed to (go out|stay out|eat that) after (eight|nine|ten) (on a school night|o'clock)
you can go as long as you're (home|back) (by|before) {clock}
no, you may not have (another one|any more|a piece of cake) before (dinner|lunch|we eat)
if (your father|mom|dad) says (yes|it's all right), then (it's|that's) fine (by|with) me
could you (please|maybe) (give me a hand|help me) with (this|these|the bags|the groceries)?
would you mind (waiting here|holding this|coming with me|driving) for (a minute|an hour|a bit)?
will you (come with me|help me out|go for me|be there) (if I ask|when I need you|this time)?
can you (pick up|get|bring me) some {item} on (your|the) way home?
could you pick the kids up (from school|at four|on your way back|for me) (today|tomorrow)?
could somebody (please tell me|explain) (what's going on|why it's so wet) in the {room}?
please (don't|do not) (go in there|run in the house|do that again|talk with your mouth full)
I need you to (come home|stay here|be there|listen to me) (right now|for an hour|for once)
I want you to (be careful|have fun|eat something|try your best) (out there|today|at school)
do me a favor and (see if|check whether) (it's still here|they're ready|the mail came|he's awake)
would you like (to come|to go|to eat) (with us|over there|out) (tonight|on {weekday})?
would you like (some more|another cup of|a little) (tea|coffee|soup|water|juice)?
do you want (me|us) to (come over|bring anything|wait for you|drive you there)?
do you want to (go for a walk|get something to eat|see a movie|come too) {when}?
I'd be (happy|glad) to (help|drive you|do it for you|watch the kids for an hour)
I can (bring|make|buy) (dessert|the salad|two more) if (you'd like|you want me to|that would help)
let me (get|carry|take|hold) (that|those|your bags|your coat) (for you|for a second)
let me know (if|when) (you're|you are|they're) (ready|coming|hungry|free) so (we|I) can go
let me know (whether or not|if) (they're|you're|we're) (going|coming|invited) [too]
we'd love to (have you over|see you all|meet them|come) (for dinner|sometime|next week)
why don't you (come over|join us|stay|bring the kids) (for lunch|for a while|on {weekday})?
why don't we (all meet|just eat|have lunch|wait for them) (here|over there|by the lake)?
how about (we meet|dinner|lunch|coffee) at (four|two|one|eight|half past six) [tomorrow]?
what are you doing {when}?
are you (free|busy|home|around) {when}?
we're having (dinner|lunch|coffee|a few drinks) with {name} {when}
I'd love to, but I (have to work|can't make it|already have plans) {when}
{name} (invited|asked) us (to the wedding|to dinner|over|to come along) (on {weekday}|next week)
are you coming to (the party|our house|the game|dinner) (with {name}|on {weekday}|or not)?
thanks for (having us|inviting me|asking), we had (a great|such a good|a really nice) time
that's (so|very|really) (kind|nice|sweet) of you, but we (can't|have to go|won't be here)
(you're|they're) (always|more than) welcome (here|to stay with us|to bring a friend|to come by)
make yourself at home, (there's|we have) (coffee|food|plenty to eat) in the kitchen
dinner (is|will be) (ready|on the table|almost done) in (about ten|two|just a few) minutes
what (do you want|would you like|are we having|did you make) for (dinner|lunch|breakfast)?
I don't feel like (cooking|going out|eating meat|having fish) (tonight|today|again)
we (ate|had) (eight|two|four|too many) (pieces|slices) of (pizza|cake|bread) (last night|for lunch)
this (soup|meat|sauce|steak) needs (a little|some|a bit) more (salt|time|garlic|flavor)
it (tastes|smells) (really good|so good|a little strange|better than last time)
can you pass (me|us) the (salt|butter|bread|water|potatoes), please?
who (wants|ate|would like|had) the (last|whole|other|biggest) (piece|cookie|slice) [of cake]?
I'm not (very|that|really) hungry, I had a (big|late|huge) (lunch|breakfast) (today|at work)
(I'm|we're|the kids are) (starving|so hungry), (what's|is there anything) (for dinner|to eat)?
there's (some|a little|still some) (soup|pasta|chicken|rice) left over from (last night|{weekday})
you haven't (eaten|had) (anything|a thing|a bite) (all day|since this morning|since lunch)
we could (order|get) (a pizza|some food|Chinese food) if (you're too tired|no one wants) to cook
I made (your favorite|a pot of tea|too much rice|them some soup) (for you|because I had time)
(put|leave) the (plates|cups|dishes) in the sink, I'll (wash|do) them (later|in the morning)
whose turn is it to (do the dishes|cook dinner|feed the dog|take out the trash)?
it's (your|my|his|her|their) turn to (do|wash|dry) the dishes (tonight|this time|again)
we're (out of|almost out of|running low on) {item} again
we need (to buy|to get) {item} and {item} for the weekend
did you (remember to get|buy|forget) the {item}?
I forgot (the|to buy the) {item}, so I (have to|had to) go back (to the store|there)
I'm at the (store|market|supermarket) now, do we need (any|some|more) {item}?
they didn't have any {item}, so I (bought|got) {item} instead
how much (did it|did they|does that) cost (you|us|altogether)?
(it was|they were) on sale, so I bought (two|four|a pair|one for each of us)
I'm going (by|to) the store (after work|on my way home), do you need anything?
I need a new pair of (shoes|glasses|jeans|boots), (these are|mine are) (worn out|too tight)
(that's|it's) (way too|much too|a bit too) (expensive|big|small) for (me|us|a birthday present)
I won't buy it (unless|until) (it's|they put it) on sale
do they (sell|have) (these|those|it|them) in (blue|red|a bigger size|your size)?
there was a (long|very long|huge) line at the (store|bank|bakery) (this morning|today)
what did (you do|they say|your teacher tell you|you two learn) (at|in) school (today|this week)?
have you (done|finished|started) your (homework|reading|math) (yet|already)?
you can (watch|go out|play) (after|when|once) you've (done|finished) your homework
did you (write|read) (it|that|the whole story) (right|all) by yourself?
she (read|wrote) the whole (book|story|thing) (by herself|in an hour|in one night)
he got (an eight|a good grade|four right|two wrong) on his (test|spelling test|math test)
the (teacher|school) (wants|would like) to (meet|see|talk to) us (on {weekday}|next week)
there's no school (on {weekday}|tomorrow), so (they're|the kids are) (home|at my mother's)
the school bus (was late|left without him|came early|didn't come) (again|this morning|today)
have you (packed|got) your (lunch|school bag|bag|lunch and your books) [for tomorrow]?
our (son|daughter) (starts|goes to|begins) school in {month}
{name} is (the best|the tallest|one of the best|one of four new kids) in (the class|our class)
the kids are (too quiet|so loud|fighting again|all ready), (what's|what is) going on?
say (hi|thank you|goodbye|bye) to (your aunt|grandma|{name}|everyone) (for me|before you go)
be nice to your (brother|sister|little brother), (he's|it's) not (his|her) fault
stop (fighting|yelling|teasing {name}) (and|or you can) go to your room
it's past (your|their) bedtime, (you should|they should) have been (in bed|asleep) an hour ago
you were (one|two|four|only eight) when we (bought|moved to|left) (this house|our old place)
the baby (won't|didn't|wouldn't) (sleep|stop crying|eat) (last night|at all|without {name})
the baby is (asleep|sleeping|finally quiet) [at last], (and|so) I can (rest|read) a bit
who's (going to watch|watching|looking after) the (kids|baby|dog) while (we're|you're) (away|out)?
you've grown (so much|too big for those|two inches) since (I last saw you|last summer|{month})
I (have|had|woke up with) a (terrible|bad|slight) (headache|cold|cough) (again|this morning)
I haven't felt (well|very good|right) (since {weekday}|for two days|in weeks|all week)
how are you feeling (now|today|this morning), any better?
are you (all right|okay|sick|feeling better|still in pain)?
my (back|head|knee|foot|heel) (has been hurting|has hurt) (all day|for weeks|since {weekday})
you should (see|call|go to) (a|the) doctor if it (doesn't get|isn't any) better by {weekday}
I have (an appointment|to be) at the (doctor's|dentist's) at {clock}
the doctor (said|told me) (it's|it was) nothing (to worry about|serious|new)
have you taken (your|all your) (medicine|pills|vitamins) (yet|today|this morning)?
take (one|two) of these (every four hours|before bed|after you eat|with water) for a week
{name} (broke|hurt) (an arm|a leg|a toe) (at school|in the game|on the way here|last week)
she's (too weak|still too sick) to (get up|go out|see anyone), but (she's|it's) getting better
he has a (fever|cold|sore throat), so he (can't|won't) go to school (today|this week)
you look (tired|pale|a little pale|worn out), (did you sleep|have you slept) (at all|all right)?
how did you sleep (last night|in the new bed|in there)?
I (slept very well|slept all right|didn't sleep much) (last night|on the plane|in that bed)
I couldn't (sleep|get back to sleep) because (of the heat|it was too hot|you were snoring)
I've been (up|awake) since (four|two|five) (this|in the) morning
I was (up all night|awake for hours|up too late) with (the baby|a cold|my sister)
I'm (too|so) tired to (talk|think|eat|go out) (right now|tonight|anymore)
I'm going (to bed|to sleep|up to bed|to lie down), (good night|see you in the morning)
it's time (to get up|to wake up|for bed|to go), (you're|we're) going to be late
I (woke up|got up) (too late|at {clock}|an hour early) and missed the (bus|train)
is (he|she|{name}) (up|awake|out of bed|home) yet?
just (five more|a few more|two more) minutes, (I'm|we're) (almost|nearly) (up|ready|done)
you (overslept|slept in) (again|today), didn't you?
did you (sleep well|have a good night|have a bad dream|dream about it again) [dear]?
good morning, (did you sleep well|how are you|is there any coffee|you're up early)[, {name}]
I'm (on my way|almost there|just leaving|nearly home), I'll (be there|see you) in {duration}
I'll be (home|there|back|with you) (in|in about) {duration}
we'll be (there|home|back|here) (by|around|before) {clock}
I'm (running|going to be) (late|a little late), (so|please) (start without me|wait for me)
what time (will you be|are you coming|do you get|did they get) (home|back) (tonight|today)?
what time (does|did) (your|their|his) (plane|train|flight|bus) (leave|get in|arrive)?
we (have to|should|ought to|need to) (leave|go|be out the door) (by|before) (eight|one|four)
are you ready to (go|leave|eat) (yet|now)?
are we (all ready|ready|there|done) yet, or (do we have to|should we|shall we) wait?
we were (already|all) (there|here|in the car|on the road) when (you called|it began to rain)
(I'm|we're) home, (is anyone|is anybody|are you) (here|there|in|up)?
(there's someone|somebody's) at the door, (are you|were we|are we) expecting (someone|anyone)?
(they're here|they've just pulled in|they're right outside), (hurry|quick), get your shoes
have a (good|great|safe|nice) (trip|flight|day|weekend) and (give us a call|text me) from there
(drive|ride) (safely|carefully), there's (ice|snow|a lot of traffic) on the road
it's been (so|really) (good|nice) to see you, (bye|goodbye|take care) (now|for now)
bye, (see you|I'll see you|we'll see you) (soon|next week|on {weekday}|in an hour)
(he|she) left (an hour|two hours|a while) ago (without saying goodbye|for work|by car)
I just got (here|home|in|back) (a minute|an hour|two minutes) ago
how was (your|the|their) (trip|flight|drive) to {city}?
how long (will you be|are you going to be|will they stay|are they staying) (here|there|in {city})?
how long have you (been|lived|been waiting) (here|there|in {city})?
we're (driving|flying|going) to {city} (to see|to visit) {person} in {month}
{person} (came|went|moved) (back from|to) {city} last (week|year|month|{weekday})
{name} and I are (going|moving|driving) to {city} for (a week|two weeks|the summer|work)
where are (my|your|our|the) (keys|glasses|shoes|other shoes|tickets)?
have you seen my (phone|keys|glasses|bag|red scarf|new coat) (anywhere|around here)?
I can't find my (keys|shoes|gloves|glasses) (anywhere|again), have you seen them [in the {room}]?
where did you (put|leave|see|last see|find) (it|them|the car keys|my book)?
I (thought|knew|was sure) I (left|put) it (here|right there|by the door|on the table)
(it's|it was) (right where|just where|not where) you (left|put|said you saw) it
they're (over there|right here|up there) (by|under|next to) (their|your|the) (coats|bags|shoes)
it might be in the {room} or (in the car|under the bed|in your coat)
I think I (left|saw|lost|forgot) (it|them|my phone) in the {room}
did you look (under|behind|on top of|next to) the (bed|sofa|couch|piano)?
I've looked (everywhere|all over the house) (for it|for them), and (it's|it is) (not here|gone)
whose (shoes|keys|coats|socks|books) are (these|those|they|in the {room})?
whose (bag|phone|coat|hat) is (this|that|it) (in the {room}|over there)?
who's (going|coming|staying here|riding) (with|without) (you|us|them)?
(this one's|that one's|the red one's|the other one's) (mine|yours|hers|ours|not ours)
what are you looking for in (there|here|the {room}|my closet)?
don't forget (to call your mother|your lunch|your keys|to write to {name}|to buy bread)
don't forget (we're|you're|they're) (meeting {name}|seeing the doctor) (at four|at {clock})
did you (remember|forget) to (pay|call|write to|thank) (the plumber|the dentist|your aunt)?
you (said|promised) you would (be here|help me|fix it|come too) (today|this week|by now)
make sure (you|they|the kids) (eat|wear a coat|wash their hands) before going out
make sure you have (your|all your) (keys|tickets|papers) with you before you (go|leave)
remember, (it's|tomorrow is) (your sister's|{name}'s|our son's) birthday, so don't be late
she forgot to (close the window|lock the door|feed the cat) (again|last night|before she left)
I (almost|nearly|completely) forgot (about it|to tell you|what day it was|your birthday)
thanks for reminding me, I (would have forgotten|almost forgot|had forgotten) (all about it|that)
how many times (do I have|have I had) to (tell you|ask you|say it)?
hello, (this is|it's) {name}, (is this|am I speaking to) {name}?
hi, (it's me|it's {name}|this is {name}), (are you busy|can you talk|how are you)?
can I (speak|talk) to {name}, please?
(he's|she's|they're) not (here|in|home) right now, can I take a message?
I'm sorry, (you have|you must have|I think I have) the wrong number
(I'll|let me|she'll|we'll) call you back (in an hour|in {duration}|after dinner|later)
{name} called (while you were out|an hour ago|for you|to say hi|about the car)
who (was that|were you talking to|called) on the phone [just now]?
I tried to (call|reach|get) you (four times|all day|last night), but (no one|nobody) answered
you're breaking up, I (can't hear|didn't hear|only heard half of) (you|what you said|a word)
sorry, I (didn't|couldn't) (hear|get|catch) that, (what|who|where) (did you say|was it)?
my phone was (about to die|almost dead|dead), so I had to (be quick|use yours|go home)
I'll (text|send|give) you (the address|their number|a picture|her new number) (in a minute|later)
hold on (a second|a minute), (there's someone|someone's|I think he's) at the door
I (have to|really should|need to) go now, but I'll (call|talk to|write to) you (soon|tomorrow)
it was (so|really) (nice|good) to hear your voice (again|after so long)
did you get (my|the) (message|letter|text|note) (I sent|I left you|from {name}) [yesterday]?
I sent (her|him|them|you) (a letter|a message|the money) (a week|four days|two weeks) ago
you're (right|probably right), (we should|I should|they should) have (known|waited)
I don't think (that's|it's) (right|fair|true|a good idea) (at all|anymore|either)
I think (so too|they're right|you're wrong|we both know why|it was their idea)
(yes|yeah|oh yes), (I know|I think so too|of course|that's what I meant|I would have said so)
I (see|know|understand) what you mean, but (I'd|I would) rather (wait|not|do it now)
(it's|that's) (not my fault|not that bad|up to you|all the same to me), (you know|really|dear)
I don't (mind|care) (whether|if) we (go|stay|eat out|win) (or not|tonight)
I couldn't agree more, (there's no other way|there are too many of them|it's high time)
(sure|okay|all right|fine), (let's|we can|I'll) (do that|do it your way|meet there|wait and see)
no way, (I'm|we're) not (going there|doing that|going back) (again|without you)
you (won't|wouldn't|will never) (believe|guess) what (they|the kids|he) did (today|to the car)
if (I were you|you ask me), (I would|I'd) (tell them|wait a week|buy the other one|say no)
it (would|might) be better if (you|we) (waited here|stayed|knew for sure|went by train)
(would|wouldn't) it be (easier|better|cheaper) to (go by car|meet here|wait till {weekday})?
we haven't (decided|made up our minds) yet, but we'll let you know (soon|by {weekday})
I'm not sure whether (to go|to wait|I should write|it's true|they knew) (or not|yet)
it depends on (the weather|whether it rains|how much it costs|what your mother says)
the weather (here|there|in {city}) has been (so|very|too) (nice|hot|wet|cold) (this week|lately)
what are you going to wear (to the wedding|to the party|tonight|if it's cold)?
where (were you going|have you been|have they been|were they going) (all day|all this time)?
(where's|how's) (your|our) (son|sister|aunt|new neighbor) (these days|now|today)?
we have to (be|get) there (one hour|two hours|an hour) before (our|the) flight
(our|their) flight was four hours late, so we had to (wait|eat|sleep) (there|at the airport)
there (was|is) (no one|nobody|someone|a man) (there|here|at the door) (to help|waiting for you)
there (are|were) (four|eight|too many) of (us|them) for (one car|that table|a small boat)
they (said|told us) (they're|they'd be) bringing their (kids|dog|own food|new baby) [too]
they left their (car|bikes|shoes|dog) (there|here|over there) for (a week|an hour|two days)
you're going to (need|miss|love|lose) (your|that) (coat|hat|blanket|phone) (one day|over there)
your (sister|brother|mother) (says|thinks|knows) you're too (busy|tired|old) to (come|go)
is it (too|very) (late|early|far) to (go|walk|call {name}|change our plans)?
I have to (go to|be at) work (too|by eight|for four hours|in an hour), so don't wait for me
I want to (go|come|see it|try it) too, (can|may) I (come with you|have one|please)?
two of (them|the kids|my friends) (want|wanted|would like|have) to (go|come|stay) too
I'm saving (it|that|this one|the last one) for (later|you two|my son|your birthday)
it took (us|me|them) (four|two|eight|over four) (hours|days|weeks) to (clean|make|fix) it
the dog (wants|needs|has) to go out, (its|his) (leash|collar) is by the door
the cat (hurt its foot|lost its toy|ate its food|caught its tail) (in the {room}|last night)
it's (a shame|too bad|a good thing|no wonder) (you|they|we) (couldn't|didn't) (come|know|wait)
I (wish|thought) you (were|could be|would be) here (with us|now|for the holidays)
I've never (been there|seen one|met them|heard of it) (before|in my life|myself)
have you ever (been to {city}|met {name}|seen anything like it|been there) [before]?
I used to (go there|see them|eat there|wear those) (every day|every week|a lot|all the time)
we (used to|would) (see|meet) {name} (every {weekday}|once a week|now and then|after work)
I was (just|only) (going|about|trying) to (call you|say that|help|write to you|ask you)
I'm (so|really|very) sorry (I'm late|about that|to hear that|I couldn't be there)
it's okay, (don't worry|there's no hurry|we all make mistakes|no one knew|we have time)
can I ask you (something|a question|for help|what you think of it) (before you go|real quick)?
can I borrow (your|dad's|mom's) (car|coat|phone|umbrella) (for an hour|for a day|tonight)?
you can have (mine|this one|the other one|one of ours) (if you want|until {weekday}|for now)
(I'll|I'd better|I should) (go and see|find out|ask) (what|who|where) (it|that) was
I (told|asked|saw|heard from) {person} (about it|twice) (last week|yesterday|the other day)
have you (told|asked|heard from|talked to|seen) {person} (yet|lately|this week)?
I'm going to (visit|see|meet|have lunch with) {person} {when}
what should we (get|buy|give) {person} for (Christmas|the holidays|the big day)?
{person} (said|thought) (it might rain|it would be cold|they would be here|you might be late)
{person} (would|will) never (know|say that|let me|guess who won|forgive us)
{name} (passed|took|failed|is taking) the (driving test|final exam|big test) (on {weekday}|again)
{name} has been (working|waiting|sleeping|reading) in the {room} for {duration}
{name} doesn't (know|care|like) (how|where) (we|they) (live|work|eat|do it)
I've been waiting (here|for you|in the car) for {duration}
give me {duration} (and I'll be ready|to get dressed|and then we can go|to think about it)
we live at number {cardinal}, (right by the church|just past the bridge|on your right)
I'm (already|still|only) on page {cardinal}, (how about you|what about you|where are you)?
we're (meeting|seeing|picking up) (them|{name}|{person}) at {clock} (on {weekday}|by the station)
(everyone|everybody|no one|nobody) (knows|likes|wants|needs) (that|it|that one) around here
(I think|I know|they said) we (may be|might be|could be) (late|early|wrong|lost), but don't worry
we (eat|talk|walk|meet|go there) (every day|almost every day|every other day|once in a while)
(sometimes|now and then) (I|we) just (need|want) some time (alone|off|to think)
come on (in|over|up|down), (we're|they're) (all here|just about to eat|in the {room})
what (happened|did you do) to your (hair|knee|new shirt|right hand|bike)?
do you (still|really) (want|need|have) (to go|to be there|to do this) (today|now|by yourself)?
(when|where|why) (did|do|would) (you|they) (buy|wear|need|want) (those|that|a new one)?
which (one|kind) (do|did|would) you (like|want|buy|choose|prefer) (best|most|for dinner)?
how (much|many) (did|do) (you|we) (need|have|want|eat|buy)?
what's (wrong|the matter|the problem) with (it|you|her|the car|the old one) (now|today|this time)?
you don't have to (do it|come|tell me|wait up|be there) (if you don't want to|for me|right away)
I (won|lost) (two|four|eight) games and {name} won (four|the rest|the other one)
we (rode|walked|drove) (through|past|by) (the park|your old school|the woods) (today|on {weekday})
who (told|asked|helped) you (to do that|to come here|to say that)?
who is (going to be there|coming with you|at the door|that man over there) [, do you know]?
who was (it|that) on the phone (just now|this morning|last night|when I came in)?
who (were you talking to|did you go with|have you told) (last night|at the party|so far)?
who else (is coming|knows about it|was there|wants to go|have you asked)?
whose (coat|phone|car|book|bag) is (this|that|it), (yours or mine|do you know|is it yours)?
whose turn is it to (cook dinner|do the dishes|drive|go first|feed the cat) (tonight|this time)?
who do you think (will win|did it|is right|she meant|they will choose) [this time]?
I don't know (who he is|who they are|who it was|who you mean|whose it is)
nobody (knows who did it|told me about it|said anything|was there to help|wants to hear that)
what (would you like|did you have|are we having) for (dinner|lunch|breakfast) (today|on {weekday})?
what (are you doing|have you got planned|are you up to) {when}?
what did (you|he|she|they) (say|do|find|buy) (there|in the end|last time|after that)?
what (do you mean|are you talking about|are you trying to say|makes you say that)?
what (is wrong with|did you do with|do you think of) (the {noun}|her {noun}|that {noun})?
what (kind|sort) of (music|food|work|people|books) (do you like|are we talking about)?
what was (the weather like|the food like|the hotel like) (in {city}|over there|when you went)?
what time (shall we|should I|do we need to) (meet|leave|be there|get up|come over) {when}?
what else (do we need|did she say|can I do|could it be|is there to see|do you want to know)?
what would you do if (you were me|it were you|you had a million dollars|you lost your job)?
what if (it rains|nobody comes|they say no|we are too late|he doesn't like it|she already knows)?
what on earth (is that|are you doing|was he thinking|happened here|do you mean by that)?
what a (nice surprise|lovely day|terrible idea|long week|good story|beautiful house) [that was]
I (know|see|hear|understand) what you (mean|want|are saying|said)
I have no idea what (he wants|they are doing|that means|to do|you are talking about|it is called)
I didn't (hear|know|understand|see) what (he said|you did|they wanted|it was)
when (are you|is he|is she|are they) (coming home|leaving|going back|moving in|getting married)?
when (did you|did they|did he) (get here|find out|last see her|move to {city}|start working there)?
when was the last time you (saw her|went to {city}|had a day off|called your mother|ate {item})?
when is (your birthday|the wedding|the party|her appointment|the concert), is it on {weekday}?
when will (you|we|they|he|she) (know|be back|be ready|hear from them|have time) [, do you think]?
it was (on {weekday}|in {month}|two years ago|a long time ago), (I think|I guess|if I remember)
not until (next {weekday}|the end of {month}|after lunch), (I'm afraid|she said|as far as I know)
I don't remember when (it was|we met|she left|they moved|I last saw him|it started)
where (are you|is everybody|are they|is she|are we) (going|now|right now|exactly)?
where (did you|did she|did they) (put|find|leave|hide) (the {item}|my keys|those shoes|it)?
where (do you|does he|does she|do they) (live|work|go to school|come from) [now]?
where have you been [all (day|morning|week|night)], we (missed you|were worried|waited for you)?
where would you (like to go|rather live|want to be) if you could (choose|go anywhere)?
it's (right here|over there|right there|around here somewhere|in there), (see|look|I think)
they're (over there|out there|still there|not there yet|here already), (I think|I can see them)
I know where (it is|you live|she went|they are|he keeps it|we can find one)
I wonder where (he is|they went|she got that|I put my glasses|all the time goes|everybody is)
I can't remember where I (left my keys|parked the car|heard that|saw her before|read about it)
why (are you|is she|is he|are they) (so sad|so late|laughing|still here|crying|always in a hurry)?
why (did you|did he|did she|did they) (say that|leave so early|do it|go there|not call me)?
why (don't we|don't you) (come over|go for a walk|ask {person}|eat out|eat here) {when}?
why didn't you (tell me|call|say so|ask me first|come with us|write it down|wait for us)?
why not, (what's wrong with it|it could be fun|we have enough time|I would love to|it's only fair)?
why would (he|she|anybody|they) (do that|want that|say such a thing|lie to you|buy one of those)?
I don't (know|see|understand) why (he|she) (did that|said that|left|is so angry|would go there)
because (I wanted to|nobody told me|I was too tired|there was no time|it was raining), that's why
that's why (I came|I asked|she was late|we never go there|I don't like him|they had to leave)
the reason (is|was) that (we didn't have enough money|they were both sick|nobody knew about it)
how (was your day|was your weekend|did it go|was the movie|was your trip|did you sleep)?
how did you (know|do that|find out|get here so fast|hear about it|meet your wife|get in here)?
how do you (know that|spell that|say it in English|feel about it|like your coffee|want to pay)?
how (many children|many friends|many guests) (were there|did you see|are coming|did you ask)?
how many (times|hours|days) (did it take|have you been there|do you need|do I have to tell you)?
how much (is it|was it|does it cost|did you pay for it|do I owe you|do you need|is left)?
how long (did it take|have you been here|will you be gone|are you staying|has it been) [now]?
how long (have you two|have they) (known each other|lived there|been waiting|been gone)?
how often do (you|they|we) (see each other|go out|eat {item}|go to {city}|talk on the phone)?
how old (is he|is she|are they|were you then|is your son|is that {noun}) [exactly]?
how come (you're here|you never told me|nobody said anything|she knows and I don't|it's so late)?
how could (you|he|she|they) (forget|know that|do such a thing|say no to that|not see it)?
how about (some {item}|next {weekday}|a cup of tea|we go for a walk), would you like that?
it took (me|us|her|him|them) (about {duration}|two whole days|longer than I thought|all morning)
about {duration}, (I think|I guess|maybe a little more|maybe less|more or less|if I'm lucky)
there were (two or three|four or five|about twenty|only a few|too many|hundreds) of (them|us) there
it was (four|five|twenty|forty) dollars for (two|four|eight|both) of them
I've been here for (four hours|two days|a week|ten years|too long|almost a year) now
only (two|four|eight|a few|a couple), (but that's enough|and they're too small|as far as I can see)
(do|don't) you (know|remember|like|miss|hear from|trust) (him|her|them|{name}|my brother)?
do you (want|need|have) (to go home|to talk about it|to eat now|to sit down|to come with us)?
do you want (something to eat|a cup of tea|anything else|another one|me to come with you)?
do you have (any {item}|any questions|enough money|any idea what time it is|brothers or sisters)?
do you know (what this is|where she is|who that was|how to do it|if they are coming|why he left)?
do you think (it will rain|she likes me|I should go|they know|it's too late|we have enough {item})?
do you mind if I (ask you something|come too|use your phone|leave a little early|join you)?
do (they|you two|your parents) (live here|have a dog|know each other|need anything) [too]?
does (he|she|anyone|everybody) (know|like it here|speak English|want some {item}|have a car)?
does it (matter|work|look okay|taste good|really cost that much|have to be today) [, do you think]?
does anybody (know what time it is|want to come|have a pen|need a ride|live here)?
did you (hear|see|like|understand|read|believe) (that|it|what she said|what he wrote)?
did you (have a good time|sleep well|eat already|get my letter|hear the news|see that)?
did (he|she|they|anyone|somebody) (call|ask about me|say anything|come by|tell you why|get hurt)?
did you know that (she was here|they have a new baby|he used to live in {city}|{name} can't swim)?
didn't you (see it|hear me|know that|get enough sleep|say you were coming|use to work there)?
is it (too late|too far|all right|true|a good idea|too much to ask) [, do you think]?
is there (any {item} left|anything I can do|someone there|a bank near here|room for one more)?
is (this|that) (your {noun}|the right way|what you wanted|yours|the one you meant|all there is)?
isn't (it|that|she|he) (nice|funny|wonderful|great|strange|beautiful|amazing)?
are you (sure|ready|okay|hungry|tired|serious|all right) [about that|now]?
are you (free|busy|working|going out|doing anything|at home|around) {when}?
are (they|you all|the kids|you two) (ready to go|coming too|here yet|almost there|okay)?
are there (any {plurals}|enough chairs|any questions|four or five) (here|there|in {city})?
was (it|the movie|the food|the weather|the party) (any good|okay|as bad as they said|worth it)?
was (he|she|your father|anyone|{name}) (there|angry|home|with you|late) (yesterday|last night)?
were (they|the kids|your parents) (there|at home|asleep|late) (when it happened|last {weekday})?
were there (any {plurals}|any problems|a lot of cars|enough seats) (there|at the party)?
will (you|he|she|they|{name}) be (here|home|there|back) (tomorrow|by then|on {weekday}|tonight)?
will it (be cold|rain|take long|be enough for everyone|cost a lot|hurt|be too late then)?
would you like (to come in|to see it|to join us|to try some|a little more|some {item}|to know why)?
would you rather (stay in|eat out|live in {city}|be rich or famous|walk|wait here|go by train)?
could you (help me|tell me why|give me a hand|wait a minute|come over|do it again) [please]?
could (it|that|this) be (true|ours|the same one|the right house|a mistake|hers|the reason)?
could we (meet {when}|talk about it later|go there by bus|sit over there|have some water)?
can I (ask you something|come in|help you|have one|see it|sit here|tell you a secret|go now)?
can you (hear me|see it|believe it|come|do that|help us|wait for me|hear that) [now]?
can't you (hear it|wait|see I'm busy|do it without me|just say no|ask {name}|stay a little longer)?
should (I|we|they) (wait|tell her|tell him|ask somebody|be worried|bring anything|try again) [now]?
shouldn't (you|he|she|they|we) be (at work|in bed|at school|there by now|on the train)?
shall we (go|eat|go for a walk|try it|have some tea|meet at {clock}|ask them to come)?
has (he|she|anyone|anybody|{name}) (called|been here|said anything|seen it|eaten|gone home) [yet]?
has it ever been (this hot|this cold|so dry|so quiet|as bad as that) in {city}?
have you (ever|never) (been to {city}|seen one of those|eaten that|heard of him|flown before)?
have you (finished|eaten|told them|been there|decided|heard it|read it|met her) (yet|already)?
have (they|we|you) (met|got enough|been here before|had lunch yet|heard the news|decided)?
haven't (we|you two|they) (met before|had enough|seen this one|been here before|heard it all)?
yes, (I do|I did|I am|I was|I will|I have|I can|I would|of course|it is|we are|they do)
no, (I don't|I'm not|I won't|I can't|I haven't|I didn't), (sorry|not today|I'm afraid|I told you)
no, (not yet|not really|not at all|not that I know of|not right now|nothing at all|never again)
yes, (of course you can|she told me|they're here|there is one|I heard|it's over there|you're right)
yes, I (know him|know her well|knew that already|heard about it|saw it too|think so too|guess so)
no, I (don't know him|never heard of it|haven't seen her|didn't know that|don't think so)
I don't (know yet|believe it|really care|mind at all|want to know|know him at all), (do you|sorry)
I (think|guess|hope|suppose) so, (but I'm not sure|but who knows|why not|but ask {person})
I hope (not|so|you're right|he's okay|it works|they come|she knows), (I really do|for your sake)
[well] I guess (you're right|we'll see|it's okay|nobody knows|that's true|it doesn't matter)
maybe (we should|you should|they should|he should) (ask first|go home now|try again|write to her)
maybe (it's too late|they're not home|he didn't hear you|that's the reason|not this time)
it (depends on|all depends on) (the weather|how you feel|what you want|who you ask|where you live)
I'm not (sure|certain) (if it's true|what to say|where it is|who said that|how to get there|yet)
as far as I know, (they're still there|he's fine|nobody was hurt|it's free|there's only one)
to be honest, I (don't know|didn't like it|was a little afraid|never read it|couldn't hear a thing)
it (might|could|may) be (true|here somewhere|too late|a good idea|one of theirs|worth a try)
[I think] he's (probably|still|maybe|always) (at work|on his way|asleep|right|in {city}|too busy)
(it's kind of|it's sort of|it's a little|it's a bit) (sad|funny|strange|late|hard to say|cold)
I wouldn't (know|say that|do it if I were you|worry about it|go there alone|mind some {item})
if I had to guess, I'd say (four|two|eight|about {cardinal}|no|yes|he knew|next year)
I'm (so|really|very|a little) (tired|happy|hungry|sorry|proud of you|glad you came|nervous) today
I feel (better|terrible|much better|a little sick|the same|so stupid|sorry for them) (today|now)
(I was|she was|they were) so (happy|tired|worried|surprised) that (nobody could sleep|we all cried)
I (love|like|hate|miss) (this time of year|the way she laughs|the smell of {item}|going there)
I can't (stand it|help it|do this|go on|sleep) (anymore|any longer), it's too much
I can't wait to (see you|hear all about it|go there|meet them|get home|tell {person}|be in {city})
I'm afraid of (the dark|snakes|spiders|flying|what they might say|being alone|that dog)
it makes me (happy|angry|laugh|think of {person}|feel old|want to cry) (every time|when I hear it)
she was (a little|very|too|so) (angry|upset|shy|tired|proud) to (say anything|talk about it|eat)
he's in a (good|bad|terrible|great) mood (today|again|this morning|and nobody knows why)
I'm (sorry to hear that|glad to hear it|happy for you both|so sorry for your loss|here for you)
I'm sorry I (didn't call|was late|forgot your birthday|said that|couldn't come|missed it)
that's (too bad|good to hear|nice of you|very kind|not fair|good news|a shame), (really|I think)
it's (nice|good|great|so good) to (see you|hear from you|be here|be back|know that|hear your voice)
it was (nice|great|good|lovely) (meeting you|talking to you|to see you again|having you here)
I'm (fine|good|okay|all right|not bad|pretty good), thanks, (how are you|and you|what about you)?
not (bad|much|too bad|so good), (what about you|how about you|and yourself|what's new with you)?
nice weather (today|we're having|for a walk|for a change), (isn't it|don't you think)?
it looks like (it's going to rain|we're too late|they're not here|she knows|we need more {item})
it's (too|so|very|really) (hot|cold|windy|loud|quiet|dark) (in here|out there|for me|today)
it's been (a long day|too long|four years|a good year|raining all week), (hasn't it|you know)
have a (good|nice|great|lovely) (evening|weekend|trip|time), and (see you soon|say hi to {person})
thank you (so much|very much) for (coming|your help|the flowers|everything|the {item}|being here)
you're welcome, it was (no trouble at all|nothing|the least I could do|my pleasure|a lot of fun)
(good luck|all the best) (with the new job|for {when}|with your exam|to both of you)
say hello to (your wife|your mother|everyone|{name} and the kids|your parents) (for me|from us)
(see|I'll see|we'll see) you (later today|next {weekday}|at {clock}|in an hour|in the morning) then
I wish (I knew|I could|you were here|it were summer|I had more time|they would call|I could fly)
I wish (he|she|they) (would listen|could hear this|had told me|knew how I feel|lived closer)
if only (I had known|it were true|we had more time|she knew|you could see it|they were here now)
one day I (want to|would like to|hope to) (see {city}|write a book|live by the sea|have four kids)
I'd (like|love) to (go there|hear more|see that|meet her|be there too|have some {item}) [one day]
I'd rather (stay here|not know|go by train|eat at home|wait until {weekday}|be alone for now)
I hope (you have a good time|to see you there|you feel better) (tomorrow|on {weekday})
if (it rains|it's too cold|they're late|there's no bus|he's not there), we'll (stay here|go by car)
if you (want|need|hear|see|know) anything, (call me|let me know|tell {person}|come to me)
if I (were you|had the money|knew how|were rich), I would (do it|buy it|go there|try it too)
if I had known (you were coming|it was yours|about it), I would have (waited|told you|come too)
if you don't (hurry|go now|get up), you (won't see them|will be sorry|can't eat with us)
if (anyone|somebody) (calls|comes|asks), tell them (I'm not here|I'll be back soon|to wait)
I'll (do it|come|pay for it|be there|stay) (if you want|if I have to|if nobody else will|if I can)
unless (it rains|you want to|she says no|they're wrong), we (will go|can do it) on {weekday}
I won't (go|say a word|be there|eat|tell anyone) unless (you do|you want me to|I have to|they ask)
when I (was young|was your age|was a child), we (had no phone|walked to school|knew everyone here)
when (she gets here|they come home|you are ready|it stops raining), we (can go|will eat|can talk)
when I (got there|came in|heard that|saw him), (it was too late|they had gone|nobody was there)
wait until (you hear this|you see it|they're gone|I tell you what she said|your father gets home)
we (waited|stayed|talked|stood there) until (they came|it was dark|{clock}|nobody was left|the end)
as soon as (I know|I hear from them|they're here|we're home), I'll (tell you|call you|write to you)
before you (go|say anything|leave|ask), (there's one more thing|I have to tell you something)
after (they left|he died|the war|it was over), (she|my grandmother) (moved to {city}|lived alone)
every time (he comes here|we go there|she calls), (it rains|I have to laugh|we talk for hours)
even if (it's true|you're right|they knew|it takes all day), (I don't care|it doesn't matter now)
whenever I (hear that song|see the sea|smell {item}|think of you), I (feel at home|have to smile)
(he's|she's|it's) (older|much bigger|smaller|a little heavier) than (I am|you think|I thought)
this one is (better|cheaper|bigger|worse|much older) than (that one|the other one|mine|yours|ours)
it's (not as bad as|not as good as|just as nice as|better than) (I thought|they say|last time)
she's as (old|tall|clever|stubborn|nice) as (I am|her mother|you are|my sister|ever)
which (one|of them|of these|color) (do you like better|would you choose|is yours|is the best)?
which is (better|worse|cheaper|older), (this one or that one|yours or theirs|mine or hers)?
the more I (read|hear about it|think about it), the (less I like it|better I feel|worse it gets)
it was the (best|worst|funniest|strangest) (thing|story|movie) (I know of|I have ever seen)
there's nothing (better than|like|as nice as) (a good cup of tea|this place|a warm bed|{city})
I like (both of them|this one more|the other two better|the red one best), (don't you|too)
they're (all|both|almost|exactly) the same (to me|size|price|color|as ours), (aren't they|I think)
it's (more|less) (expensive|important|difficult|dangerous) than (it used to be|you'd think|before)
he (told me|thinks|knows|heard|told us) [that] (he was late|they were here|you knew|it was over)
she (thought|knew|heard|hoped) (I|we|they) (knew|would come|were there|had enough|wanted to go)
(he|she|they) told (me|us|her|him) (not to worry|to wait here|where to go|the whole story)
(he|she|they) asked (me|us) (if we were hungry|what time it was|to come over|how you were)
(he|she|{name}) wanted to know (who you are|where it was|how much it cost|why I left|if it's true)
I (told|asked|wanted|expected) (him|her|them|{person}) to (be here by {clock}|wait for me|do that)
I (heard|thought|knew|was told) (you|they|we) were (coming|there|sick|right|in {city}|moving here)
I knew (it|that|you would come|he was wrong|they were here|she wouldn't write) all along
I only (knew|heard|know|need) (half of it|one of them|the first four|a little of it)
{person} (told me|always thought|heard|knew) it (was too late|would be okay|was here somewhere)
they say (it's going to snow|it's good for you|the food is great there|you can't eat it)
what did you (hear|know|think|tell them|say) about (it|him|her|me|the {noun}|the new neighbors)?
somebody (told|wrote to|said to) me that (it's free now|you know him|they left|we had won)
I thought (we had more {item}|you knew|I heard something|you said no|they were there)
I always wanted to (know|be a doctor|have a dog|see {city}|live here|learn that|write to him)
she wants (me|us|him|them) to (be there|know|eat more|come too|write it down|hear it first)
he didn't (want|need|have) to (hear it|talk about it|be here|know the truth|go there|wait)
nobody (knew|said|told us|asked) (who did it|what it was for|where they were going|why)
I (saw|heard) (on television|on the news) that (they won|he died|it's over now|we may get snow)
you know (as well as I do|very well) (what I mean|who did it|it's not true|why I'm here)
I (know|knew) (that|it), but (I don't know how|I forgot|nobody else did|what can I do|it's no use)
I know (you're right|how you feel|they're here|who you are|it's late|her from school|no one here)
I (hear|know|guess) (you're|they're|he's|she's) (going to {city}|working again|not here) now
I (can|can't|could|couldn't) hear (you|the music|them from here|what they were saying)
come over here, (you can hear it better|I want to tell you something|there's room for two)
(there|here) (it is|they are|she is|he is|we are), (right on time|at last|just as I said|again)
here are (two for you|the four you wanted|all their letters|some for the kids), (see|okay)
is it (for|from) (me|her|us|both of us|your mother|the kids|{name}) or someone else?
I have (two of those|four brothers|eight or nine left|a few of them|one just like it) at home
(their|our|your) (son|daughter|dog|friend|team) (is over there|was here too|won again|is so nice)
they're going to (lose their house|be there by {clock}|miss their train|stay for dinner)
you're (right|late|too kind|so funny|not alone|always welcome here), (you know that|they said)
it's (your|her|his|their|our) (own fault|turn now|birthday on {weekday}|first day|favorite {noun})
I (don't|didn't) (agree|believe that|like the idea|see it that way|want to fight), (sorry|but okay)
in my opinion, (it's too long|the book was better|he should have won|they did the right thing)
I think (it's great|it was okay|you should go|we're lost|she's right|he'll be fine|I know her)
I don't think (he knows|it's true|they're here|we have any|you heard me|I can|she would do that)
(what do you|what does she|what do they) think (about it|of the new {noun}|of {name}|I should do)?
don't (worry about it|be so sad|tell anyone|say that|ask me why|believe all you hear), okay?
you (should|could|might|ought to) have (been there|seen it|heard him|asked first|known better)
he must have (known|been here|heard us|forgotten|seen it|missed the bus|gone right past it) by now
we would have (been there|helped you|liked it), but (we didn't know|it was too far|nobody asked)
(right|okay|well|so), (let's see|let me think|where were we|what now|that's all for now|who's next)
I used to (live there|know him|like {item}|be afraid of it|work for them|go every {weekday})
it's (no|not a) (big deal|problem), (don't worry|we can do it later|they know|I knew that)
you (look|sound) (tired|worried|a bit sad|so different), (are you okay|what happened|why)?
is everything (all right|okay|fine|going well) (at home|with you two|there|at school|now)?
by the way, (did you call {person}|what's his name|do we need {item}|who won|whose is it)?
I (bet|guess|doubt|think) (he knew|they heard us|it was you|she meant you|he'll be late)
to (tell you the truth|be fair), I (knew it|don't care|didn't hear it|thought so too|was wrong)
it's a (great|long|funny|true|good) story, (do you want to hear it|I'll tell you later|you know)
of course (I know|you may|we can|they will|I heard|it's for you|not|I do), why do you ask?
so (what|who|where|when) (was it|is it|are we|were they) (then|really|this time|now)?
either (way|one) is (fine with me|okay|too expensive|better than nothing|a good choice) [, I think]
me (too|neither), (I know what you mean|to be honest|I have to say|you know)
so (do I|am I|did we|was she|is mine|have they|would I), (you know|I think|to be honest)
you'd better (ask first|hurry, it's late|go now|not be late|tell them|eat something|see a doctor)
I (haven't|hadn't) (heard from|spoken to|written to) (her|him|them|{name}) (in years|for weeks)
no one (told me|knows|is here|came|heard it|else was there), (so I went home|as usual|I think)
it's not (that I don't like him|what you know, it's who you know|for me, it's for {person})
by the way, (I saw {name} today|we need {item}|your sister called|I met {person} in {city})
if only I (knew|had known) (what to do|where they went|who he was|how to tell her|you were here)
I don't know, (I wasn't there|ask {person}|maybe next week|do you|it's hard to say|I forgot)
which is (bigger|nicer|farther from here), {city} or the town where you were born?
the weather has been (nice|awful|lovely|strange) here (all week|for days|since {weekday})
we hear it's going to (rain|snow|be windy) for (the next|another) (two|three|four) days
I don't know whether the weather will hold (until {weekday}|for the wedding|through the weekend)
it has been raining (on and off|all day|non-stop) since (early this morning|last night|{weekday})
it was so (hot|cold|windy) that nobody wanted to (go out|stay outside|walk to the store)
there's a (big storm|cold front|heat wave) on its way (here|from the west|from the coast)
the sun came out (right after lunch|for an hour or so|just as we were leaving)
the snow was (two|three|four) feet deep by the time we (woke up|got there|went to bed)
the wind blew (the roof off|the fence down|all the leaves off the trees) (last night|last week)
they say there will be (some|a bit of|a lot of) (rain|snow|fog) in {city} {when}
it got dark (early|by four o'clock|before we knew it) and (the road was wet|it began to rain)
the (roads|sidewalks|stairs) were covered (with ice|in snow) and (hardly anyone|no one) was out
it (hardly ever|almost never|sometimes) (snows|freezes) (here|there) in {month}
the warmest day of the year was (a|the first) {weekday} in (June|July|August)
(when|while|as soon as) the rain stopped, the (children|kids|boys) ran out into the (garden|street)
we were told that the flight (had been|was being|would be) (delayed|canceled) because of the fog
our (plane|train|bus) was (an hour|almost two hours|half an hour) late (again|as usual|of course)
it takes (about|at least|less than) {duration} to get (there|to the airport|home from here)
it took (us|them) the whole day to (drive|get) (home from|all the way to) {city}
it used to take (me|her|him) (an hour|forty minutes) to get to work (by bus|by train)
we missed the (last train|first bus|ferry) by (two minutes|a few seconds|less than a minute)
the train to {city} leaves (at {clock}|from platform four|every hour|in ten minutes)
they flew to {city} (for four days|for the weekend|two weeks ago|by themselves)
we've (always wanted to see|never been to|often talked about moving to|never liked) {city}
{name} has been to {city} (twice|four times|more than once), but I've never been there
I had never (seen the sea|been on a plane|left the country) before (that summer|I was twenty)
by the time we (got to the station|arrived), the train had (already left|just left)
the (tickets|rooms|flights) were (cheaper|more expensive) than (we'd expected|they were last year)
there were no (seats|rooms|tables) left, so we (had to wait|went somewhere else|came home)
we stayed in a (small|little|lovely) hotel (by the sea|near the station|with a view of the lake)
the hotel (was full|had no heat|had lost our booking), so we stayed with (friends|my aunt|them)
her (suitcase|passport|luggage) was (lost|stolen|left behind) (on the way home|at the airport)
it's a (two|three|four|five|six|eight) hour drive from here to (the coast|the border|{city})
we drove through (the mountains|four states|the whole night) to get (here|there|home)
there was only one road (into|out of) the village, and it was (closed|blocked) (for hours|by snow)
the road (along|to|by) the (river|lake|sea) was (closed for repairs|full of holes|very narrow)
they rode their bikes (to the sea|all the way here|along the river|down the road) and back
we took a (boat|ferry) across the (lake|bay|river) and (walked|rode) the rest of the way
I like (traveling|going on trips), but I don't like (packing|waiting around|long flights)
she's traveling (to {city}|around the world|for work) (with her two sons|on her own|by train)
he left for {city} (last week|on {weekday}), and he won't be back for (a month|two weeks)
the car (broke down|ran out of gas) (twice|on the highway|on the way here), so we were late
his car (was|had been) (stolen|towed|hit by a truck) while he was (at work|away|asleep)
it costs too much to (fix|keep|park) a car (here|in the city|these days)
we bought a (new|used|little red|blue) car (for our son|last month|for four thousand dollars)
the (brakes|tires|lights) on (our|their|her) old car (need|had) to be (replaced|checked)
there was so much traffic (on the bridge|this morning) that we were (an hour|half an hour) late
I couldn't find a (place to park|parking space) (anywhere|near the store|for almost an hour)
he (drove|went) right through a red light and (got a ticket|hit a truck|didn't even know it)
gas is (four|five) dollars a gallon now, which is (more than|twice what) it was (last year|before)
the man who fixed our car (didn't charge us|did it for free|was very honest)
she (passed|failed) her driving test (the first time|last week|on her third try)
the (truck|car|bus) in front of us (stopped|braked|turned) (all of a sudden|without warning)
the bus was (so full|so crowded) that we had to (stand the whole way|wait for the next one)
there are (two|three|four) cars in their driveway, but none of them (runs|is theirs|looks new)
my (brother|cousin|uncle) (buys and sells|fixes|collects) old cars (for a living|in his spare time)
our neighbors have (a dog|two dogs|some dogs) that barked (all night long|at everyone) last week
the people next door (moved in|moved out|had a party) (last weekend|a week ago|two days ago)
the woman who lives (across the street|upstairs|next door) is a (nurse|teacher|writer)
the couple whose house (burned down|was sold) (are|were) staying with (their son|friends of ours)
our neighbor (waters our plants|feeds our cat|takes in the mail) when we're (away|on vacation)
someone (had left|left) a (box|bag|bunch) of (flowers|apples|books) on (our|their) front steps
they're (building|putting up) a new (house|school|fence) right (next to ours|across the road)
the boy next door (threw|kicked) a ball through (our|the) (kitchen|front) window (again|last week)
there's a rumor that they're (selling the house|moving to {city}|getting a divorce)
everybody on our street knows (everyone else|him by name|what happened there)
it's a quiet street where (nothing ever happens|everyone knows each other|hardly any cars pass)
we get along (well|very well|just fine) with (our|all the|most of our) neighbors
the new neighbors (seem|are) (nice enough|friendly|very quiet), (though|but) we don't see them much
{name} and {name} live (two doors down|around the corner|a few blocks from here)
the cat (was asleep|slept) (on the sofa|in the sun|under the stairs) the whole (afternoon|day)
our dog (ran away|got loose|jumped the fence) and (was found|came back) (an hour|two days) later
the dog ate (the whole cake|eight cookies|one of my shoes) while we were (out|asleep|at work)
the cat hurt its (paw|tail|ear), so we took it to the vet (right away|the next day|last night)
they have two (cats|dogs|rabbits), one black and one white, who (hate|love) each other
she's had that (dog|cat|bird|horse) (since she was eight|for years|ever since I've known her)
the dog wags its tail (whenever|as soon as) it (hears|sees) (his car|us|the mailman)
there was a (mouse|bat|bird) in the {room}, and (nobody|none of us) knew what to do
the (kitten|puppy) they gave us is so small, and it won't eat (anything|much)
we had a (parrot|bird) that could say (hello|its own name|about four words)
some of the (fish|birds) (died|got sick) because (no one|nobody) had fed them (for days|in a week)
he walks the dog (before work|twice a day|every night), even when it's (raining|freezing|dark)
I've never seen a dog (run so fast|sleep so much|that was afraid of cats) before
whose dog is that over there (by the gate|in the road|with the red ball)?
a (bear|fox|deer) was seen (near the school|in our yard|by the road) (early this morning|yesterday)
the (whales|geese|birds) come back here every (year|spring) (around {month}|to have their young)
there are more than (a thousand|eight hundred|four hundred) kinds of (birds|fish|trees) there
the (river|lake) was so (clear|still) that (we|you) could see (right|all the way) to the bottom
the (leaves|trees) (turn|have turned) red and (gold|yellow|brown) (by|at the end of) {month}
bees need flowers, and (flowers|most plants) need bees (too|as well)
the tide (came in|went out) (faster than|much sooner than) we (thought it would|had been told)
we could hear the (sea|waves|wind in the trees) (from our room|all night|from where we sat)
we saw (a whole herd of deer|a bear and two cubs|four wild horses) on the way (here|home)
the oldest tree in (the park|town) was (cut down|hit by lightning|planted by a king)
the moon was so bright (last night|that night) that you could (read by it|see for miles)
some of these trees are (over|more than) (a|two|four) hundred years old
it's the highest mountain in the (country|world|state), and it's (a long|not an easy) way up
the garden is (so lovely|full of roses|full of weeds|full of butterflies) this time of year
the (house|barn|church) was built (over|about|nearly) (a|two) hundred years ago
the bridge was built in (eighteen eighty-four|nineteen oh two|nineteen thirty-seven)
the war (ended|began|broke out) in (nineteen fourteen|nineteen forty-five|the spring)
the king (was|had been) (killed|forced to leave|betrayed) by (his own son|his own men)
in those days, (most people|nobody|few people) (knew how to read|owned a car|went to college)
they had no (running water|heat|telephone) or electricity (back then|in those days)
my (grandfather|great-grandmother) came here (by ship|from Ireland) (as a child|before the war)
our town was (founded|settled) by (farmers|fishermen|miners) in the (early|late) eighteen hundreds
the castle was destroyed in the war, but some of the walls (remain|are still there|can be seen)
no one knows (who built it|why they left|what it was used for|whose it was)
for (hundreds|thousands) of years, people (believed|thought) that the (earth was flat|sun moved)
she was the first woman to (win|be given|receive) the prize, but she never spoke of it
he was (elected|chosen) president (four years|twenty years) after (he had lost|his father died)
once upon a time there (was|lived) a (king|poor farmer|woman) who had (four|two|three) sons
there (was|once was) a little (girl|boy) who (was afraid of|wasn't allowed to go into) the woods
the (witch|prince|old man) knocked (on the door|three times), but no one (answered|heard it)
and they (all|both) lived happily ever after, (or so|at least that's what) the story says
the {noun} was never (seen|heard of|found) again
the {noun} had been (there|hidden there) for (years|a long time) before anyone (knew|noticed)
she opened the (letter|box) and (saw|read|found) (her own name|what he had written)
he (heard|thought he heard) (a noise|footsteps|someone) (on the stairs|behind him|in the {room})
they walked (through the woods|along the road|for hours) without (saying|hearing) a word
it turned out (that he was|he'd been) (the thief|right|telling the truth) (all along|after all)
at first they didn't believe (her|him|me), but then they (saw it|heard it) for themselves
the end of the (book|story|movie) was (so sad|so lovely|so good) that (I|we all) cried
it's a story about (two sisters|a boy and his dog|four friends) who lose (their way|everything)
{name} {past} the {noun} (before anyone else|the day before yesterday|for the last time)
it was the {noun} that {name} {past} (last year|a week ago|when we were there)
the {plurals} were (already|still) there when we (came back|got here|went out)
all the {plurals} (we saw|they had|I've ever known) were (just like that|much older than that)
the {plurals} are over (here|there), (right by|next to) the {noun}
most of the {plurals} (have been|were|had been) sent (back|away) (already|before we knew it)
did you (hear|see|read) the news about (the fire|the mayor|the strike|the election)?
did you hear (what happened|about the accident) on (our street|the bridge|Main Street)?
I (read|saw) in the (paper|news) that (they've found him|prices are going up again)
the (mayor|president|minister) is (expected|going) to (speak|resign|meet with them) {when}
(four|eight|two) people were (hurt|killed) in (the fire|an accident) near {city} (last night|today)
nobody was (hurt|injured|home), but the (house|building) was (badly|completely) (damaged|destroyed)
the police (are still|have been) looking for (the man|two men) who (robbed the bank|stole the car)
the thieves (broke in|got in) through (a window|the back door) and (took everything|were seen)
he was (arrested|found|seen) (in {city}|at the airport|a week later) with (the money|a fake name)
it was (reported|announced) that the (factory|school|bank) would (be closed|close) in {month}
more than (two|four|eight) thousand workers (will lose|could lose|have lost) their jobs
the election (is|was|will be) held on the (first|second|third) {weekday} in {month}
they (won|lost) the vote by (a few hundred votes|only one|less than one percent)
according to the (news|paper), (prices|rents|taxes) have (risen|gone up|fallen) (again|by half)
there was (an interview|a story|a piece) about (him|her|them) in the paper (last week|yesterday)
the news is on (at {clock}|every hour|in a few minutes), right (before|after) the weather
the government (says|said) it (will|won't|would) raise (taxes|the minimum wage) (next|this) year
the peace talks (have|had) (failed|begun|been going on for weeks), and (no one|nobody) knows why
the woman (on TV|on the news) said (that she knew nothing|it wasn't her fault|we're all to blame)
we watched (the first episode|two episodes|the whole thing) last night, and it was (great|dull)
there's nothing (good|new|worth watching) on (TV|television) (tonight|anymore|these days)
there was a (show|program|movie) on last night about (whales|the war|people who live to a hundred)
I fell asleep (in the middle of|before the end of|halfway through) the (movie|show|second half)
she plays (a doctor|a lawyer|the mother) who (moves to|comes from) (a small town|{city})
is that the (actor|one|guy) who was in (that other show|the movie we saw|the one about the ship)?
it's the show (that everybody's|everyone is|they're all) talking about (at work|right now)
the book was (much better|a lot longer|funnier) than the (movie|film|show), (as usual|I thought)
the last season wasn't (as good as|any better than) the (first one|one before|others)
they (always|usually) show (the same|old) movies (at Christmas|over and over|on Sunday nights)
I won't tell you how it ends, (but|except that) (it's sad|you won't believe it|someone dies)
we've seen that (movie|one|episode) (four|five|at least ten) times, and it's still (funny|good)
what channel (is the game|is it|was that show) on?
we won (four to two|two to one|three to nothing|by eight points), but it wasn't (easy|a great game)
they lost (one to nothing|by two points|again|the final) (last night|on {weekday}|at home)
our team (hasn't won|has won only one game) (in weeks|since {month}|all season)
he scored (two|three|four) goals in the (first|second) half and (was hurt|won the game)
the game was (tied|almost over|getting exciting) (by then|with a minute left|when we got there)
{name} (threw|passed|kicked) the ball (to {name}|too high|right past me|too late)
she (ran a whole mile|swam half a mile) in (under|less than|just over) (eight|ten|twelve) minutes
the (coach|fans) couldn't believe (it|their eyes|what they had seen) when (we won|it was over)
she won a (gold|silver|bronze) medal at (the|her first) Olympics when she was (eighteen|twenty)
he (used to play|has played|plays) (tennis|golf|soccer) (on weekends|with us|every {weekday})
we're one of the (best|worst|youngest) teams in the (league|country|state) (this year|now)
their best player (was sick|broke his leg|got hurt), so they had to (play without him|change plans)
there were (over|more than|nearly) (forty|fifty|eighty) thousand people at the (game|match|stadium)
the race (starts|begins) at {clock} and goes right (by|past) our (house|building)
whoever wins (this one|tonight|on {weekday}) will play (them|{city}) in the final
I was never (any|very) good at (sports|basketball|swimming), but my (sister|brother) (was|is)
we have (two|four) tickets (for|to) the (game|match) on {weekday}, (which|and they) weren't cheap
I (work|worked) (from home|from nine to five|nights) (two|three|four) days a week
she (got|was offered|turned down|found) a (new|better|part-time) job (in {city}|at the hospital)
he's been (out of work|looking for a job|working there) (for|since) {month}
he has been working (there|here|for them) for (almost|over|about) (two|four|eight|ten) years
I have a meeting at {clock} that (won't|shouldn't) take (too long|more than an hour)
the meeting (was|has been) moved (from {weekday} to {weekday}|to {clock}|to next week)
my boss wants (the report|everything|it) (done|on her desk) by {weekday}, which is (too soon|fine)
I was (supposed|asked|told) to (write|send|finish) the report (by {weekday}|a week ago)
we (hired|found) (two|three|four) new people, and one of them has already (quit|gone home sick)
the people I work with are (nice|great|mostly younger than me), and the pay is (all right|good)
she (was promoted|got a raise|was let go) after (only a year|eight years|a few months) there
they're (hiring|laying people off|closing the office) (in {city}|because of the costs|this year)
nobody (at work|in the office) (knows|knew|told me) (what to do|about it|who's in charge)
he (makes|earns) (more|less|a lot more) than (I do|she does|we ever did)
she (is|was|wants to be) a (writer|nurse|lawyer|pilot), (like|just like) her (mother|father)
he (retired|quit his job|left the company) at (sixty|sixty-two|fifty-eight) to (write|travel|fish)
there's (so much|a lot of|too much) work (to do|left) before (we leave|the end of the week)
the (store|bank|post office) is (closed|open until {clock}) on {weekday}
the shop on the corner sells (bread and milk|everything you need|all kinds of cheese)
they're having a sale (on shoes|on coats|this week), and everything is (half off|so cheap)
I went (to the store|out) to buy {item} and (came home with|ended up buying) {item} (instead|too)
she bought (two|three|four|eight) (pairs of shoes|books|new shirts) and a (coat|dress|hat)
they were out of {item}, so I (got|bought|had to get) {item} and {item} (instead|for now)
we need {item}, {item} and {item}, (but|and) (that's it|not much else|nothing else)
it (costs|cost) (forty|twenty-five|ninety) dollars, (plus tax|not counting tax|which is too much)
the shoes (I bought|she wanted|he wears) (were on sale|are too tight|cost eighty dollars a pair)
they (charge|charged) (two|three|four) dollars for a (cup of coffee|bag|piece of cake)
the line (at the checkout|at the bank) was so long that I (gave up|left|almost went home)
I paid (cash|by card|in cash), (but|and) (they gave me|I got back) the wrong (change|amount)
it's (two for four|four for ten|three for five) dollars (this week|until {weekday}|right now)
a (pound|bag|box) of (apples|flour|coffee) (costs|is) (almost|about) (four|six|eight) dollars now
a dozen eggs and (a loaf of bread|two quarts of milk) came to (eight|ten|twelve) dollars
I don't know what size (she wears|to buy|he is), (so|but) I'll (keep|save) the receipt
the first one was too (big|small|tight), and the other (one|two) didn't fit (either|at all)
I'd like to (return|exchange) these, (since|because) (I've got|there are) two already at home
the (new|only) (bakery|bookstore) in town (has closed|was sold|is closing) (for good|again)
we (rent|own|just bought) a (small|two-bedroom) (house|apartment) (near here|by the lake|in {city})
the rent is (twelve|eight|fourteen) hundred dollars a month, (heat included|not including heat)
there (is|was) only one bathroom upstairs and (two|none) on the (ground|first) floor
the house (has|had) four bedrooms, two bathrooms and (a big yard|no garage|an old kitchen)
the (sofa|bed) was too (wide|big|heavy) to (get|fit|carry) (through the door|up the stairs)
we put the (table|desk|big chair) (by the window|in the {room}|where the piano used to be)
there's (a crack|a hole|a stain) in the (wall|ceiling) (above|behind|right by) the (bed|sofa|stove)
the walls (were|have been|are being) painted (blue|white|pale green) (for the first time|again)
they're (having|getting) the (roof|kitchen|floor) redone, (so|and) they're staying (with us|here)
the roof leaks whenever it rains (hard|all night|for more than a day)
we have to (buy|find|get) (two new beds|a bigger table|some chairs) before (they|our guests) come
the (kitchen|basement|spare room) is (a mess|too small|freezing), but no one seems to (mind|care)
there are (some|two|four) (boxes|books|chairs) (in the {room}|that don't belong here)
there isn't (enough|any) (room|space) in the {room} for (all of us|another bed|all their things)
there aren't (any|many|enough) (chairs|plates|clean glasses) for (everyone|all of us|eight people)
the (keys|scissors|glasses) were (in the drawer|under the sofa|right there|here) the whole time
the clock in the hall (has stopped|runs slow), but it was (my grandmother's|a gift, so we keep it)
somebody must have left the (back door|gate|window) open (all night|again), it's so cold in here
the house where (I grew up|she was born|we used to live) (is still there|was torn down|is for sale)
we (moved|are moving|moved in) here in {month}, (when|after|because) (our son|the baby) was born
the house was sold for (more than we paid|less than it's worth|about half of that)
the (stairs|floors) (creak|need work), but (it's|we think it's) a great old house
the (bill|loan|ticket) was (paid|due) (two weeks ago|on the first|last {weekday})
they (owe|owed|still owe) (us|the bank) (four|eight|two) (hundred|thousand) dollars
he (spent|lost) (all his|all of the|a lot of) money (on cars|on horses|in less than a year)
we're (trying|hoping) to save (two hundred dollars a month|for a house|some money) this year
I lent (him|her|them) (fifty|forty|a hundred) dollars, and I haven't seen (it|a cent of it) since
the (repairs|new windows) would cost (more than|almost) (four|six|ten) thousand dollars
it isn't worth (the money|that much|more than ten dollars), and (they|we both) know (it|that)
everything costs more (than it did|now than it did) (a year|four years|a while) ago
he left (the house|his money|everything) to his (son|two sons|sister) when he died
the money (was found|had been hidden|was kept) (under the bed|in an old shoe|in a box)
they can't afford (a car|to buy a house|to live here) (anymore|on what he makes|right now)
half of (it|the money) goes to (rent|taxes|the kids), and the (rest|other half) is (hers|ours)
{name} was born on the (first|second|fourth|eighth|twelfth|twentieth) of {month}
their wedding (is|was) on {month} (fourth|tenth|twenty-first), (in|outside|near) {city}
we (met|were married|moved here) (in|one night in) {month} of nineteen (ninety-eight|eighty-six)
it must have been (two|four|eight) in the morning when (they|we|the boys) (came|got) (home|in)
I (woke up|got up) at {clock} and couldn't (go back to sleep|hear a thing|find my glasses)
{person} (called|came by|wrote) to say that (it's a boy|they're okay|the letter had come)
{person} said (they were|we were|it was) (too late|right|in the wrong place) (again|all along)
{name} told (me|us) that (he|she) had (already|never) (eaten there|been here|read it)
{name} is (older|taller|a year younger) than {name}, but (not by much|you wouldn't know it)
{name}, whose (father|mother|sister) (is a judge|works here), (knew|told us) all about it
the (letter|package|check) {name} (sent|mailed) (us|them) (never came|got here today|was lost)
the (photos|pictures) were taken (by {name}|in {city}|on the last day|while we were there)
everything (he said|she told us|I heard) was (true|a lie|just a joke), (at least|or so) I thought
one of (them|the boys|her sons) (won|knew|ate) (everything|more than the rest of us)
we were (all|both|just) about to (leave|eat|go to bed) when (the phone rang|they walked in)
while I was (making dinner|in the shower|on the phone), someone (came by|knocked on the door)
if we'd known (about it|that), we (would|might) have (come|helped|stayed|bought two)
I would (rather|much rather) (stay|live) here than (go|move) (there|to {city}|back to the city)
neither {name} nor {name} (knew|could say) (where it was|who was there|why)
either (we buy it now or we'll have to wait|you're wrong or they are|he didn't know or he forgot)
not only was (it late|it raining|the bus late), but we were also (lost|hungry|in the wrong place)
I can't hear (you|a word|what you're saying|what she said|him at all) [from here]
can you hear me (now|all right|from over there|from up here)?
come over here, I can't hear (you|what you said|a thing)
did you hear (that noise|the good news|about {name}|what happened|what he said to her)?
I (was|am) so sorry to hear (that|about your (mother|father|job)|about the accident)
we heard (that|from {name} that) you (might|won't|would) be here {weekday}
it's good to hear (your voice|from you|that you're better|that you're coming here)
she's (here now|in here|right here|over there), can't you hear her?
here (you are|it is|they are|we are|we go), right where (you|we|I) left it
I (don't|never|hardly) hear from (him|her|them|{name}) (anymore|these days)
is (anyone|anybody|somebody) (here yet|over there|in there|at home)?
I thought I heard (a voice|someone|a knock at the door) [out there]
I don't know (now|yet|why|how|where|who|which one|what to do|what it is|if it's true)
no, I don't know (her|him|them|that man|that woman|those people) [at all]
now I know (why|how it works|what you mean|where he is|who it was|what to say)
I know (that|how you feel|where it is|what you mean|you're right), but not now
do you know (where|when|why|if|how) (he's|she's|they're|we're) going [now]?
no one knew (where he went|what to do|why she left|who it was) until now
there's no (way|time|need|reason|room|hurry|point|doubt) now, (you know that|I know)
right now I (know|have|need|want) no more than you (do|did)
you know what I (mean|think|want|need|heard|saw)?
he (knows|knew) (nothing|a lot|more than that) about (it|this|that|her|the new job)
let me know (when|if|as soon as) you (hear from|see|talk to|get a hold of) {person}
I've been waiting for (four|two|ten|eight|five) (hours|days|weeks) for (this|that|a call)
thanks for (coming|waiting|calling|the ride|your help|everything|being here with us)
we have a table for (four|two|six|eight) at {clock}
what's (it|that|this|all this) for?
it's for (you|us|him|her|me|my son|our house), not for (them|sale)
there were four of (us|them|you) for (dinner|lunch|breakfast), and now there are two
what (are|were) you looking for [in there]?
I'm looking for (my|her|his|our) (keys|glasses|four socks)
we've lived here for (four|eight|almost ten|over two) years [now]
I bought (it|this|these|four of them|two) for (my son|her birthday|the house|all of us)
I have to be there by {clock}, and it's too late to (walk|call|go home|eat)
it's too (hot|cold|late|early|far|much|hard) to (go out|walk|eat here|talk about it)
my two (sons|brothers|sisters|friends|dogs) want to come too
I want to go (to|with you to) (town|the store|the beach|{city}), too
the two of (us|you|them) (have to|need to|ought to|used to) talk (more|to each other)
there are (two|too many|too few|four) (ways|chairs|people|things) to (look at|think about)
it took (too long|two hours|two weeks|four days) to (get here|do it|find out|get to {city})
me too, I (love|hate|used to love|want) to (read|eat out|sleep late|sit in the sun) too
do you want one or two of (these|those|them)?
they're over there with their (kids|dog|friends|parents|two sons|new car)
there (is|was) a (man|woman|boy|girl) over there (who knows you|by the road|in their car)
they left their (car|coats|keys|bags|shoes) there, and they're (on the way|not here)
is there (a way|any way|time|anything) (for us|for them) to (get|drive|go) there?
there are (some|no|a lot of|so many|too many) {plurals} (there|here) (now|these days)
they're (not|never|always|still) there when (we|you|I) (need|want|call|come to see) them
there's (a|no|one|only one) (reason|place|thing) (they're|they are) (not|still) here
their (house|car|son|team|plane|road) is (over there|right there|the one on the left)
there was (nothing|no one|somebody|something|a lot of noise) in there (before|all night)
there you (go|are), (there's|that's) the one they're (looking for|talking about)
I hope they're (all right|okay|happy|having fun) in their new (house|home|school|jobs)
are there any (more|left|others) [in there]?
no, there (aren't|weren't) (any|any more|many left|enough of them)
there's (some|no|plenty of|a bit of) {item} (left|in there|on the table)
were there (a lot of|many|any) {plurals} (there|in their town|by the sea)?
the dog (hurt|licked|lost|won't eat) its (tail|foot|dinner), and it's (sad|not the first time)
it's (a nice|not a bad|an old|a lovely) (place|house|town), and its (streets|people) are kind
it's (been|not been) (too cold|so hot|raining|quiet) (here|there) (for weeks|all week)
it's (your turn|up to you|all right|time to go|no good|not for me|his, not hers)
the (company|school|town|store) (kept|lost|changed) its (name|good name|old name)
it's (one of|some of|all of|none of) (those|these|my) (things|days)[, you know]
its (color|size|price|name) is right, but it's (too|so|far too) (small|big|old|heavy) for us
you're right, your (idea|way|sister|son|answer) is (better|the best|right here)
is that your (car|coat|own phone|son's bag), or is it (his|hers|theirs|ours)?
your (mother|father|brother|boss) says you're (late|right|the best|too kind|on your own)
you're (going to|not going to|about to) (be late|miss your train|lose your way)
you're (welcome|so kind|too late|all set|the one who knows|not the only one)
if you're (ready|hungry|tired|sure|there), bring your (coat|friends|things|own food)
I know you're (busy|tired|upset|at work), but your (mom|son|food|four o'clock) is here
our (son|friends|neighbors|two dogs) (came|left|called|woke up) an hour ago
are our (bags|coats|seats|tickets|kids) (here|there|in your car|ready)?
the hour is late, and our (friends|parents|guests) are (still here|on their way)
we are (half an hour|an hour|two hours|four hours) from our (house|hotel|home)
our (plane|train|bus) leaves in (an|half an) hour, so are you (ready|coming|all set)?
are your {plurals} (better|worse|older|different) than (ours|theirs|mine)?
what are our (plans|chances|options) for {weekday}?
write it down right (away|here|now|there) [so you won't forget]
you're right, I should write (to her|to them|him a letter|more) right away
who's right, (him or her|you or me|my son or yours)?
turn right at (the light|the church|the next road), then it's on (the|your) right
did I write (it|your name|that word|her number) right?
he can't read or write (right now|without his glasses|in the dark|in the sun)
all right, I'll (be right there|see you there|do it|try it|let you know|write to him)
I have to buy (bread|a new coat|some shoes|it) by (four|eight|two|{weekday})
bye, I'll be (home|back|there|here) by (eight|noon|six|dinner)
we drove by the (store|market|mall) to buy {item}
she said bye and (went|walked|drove|ran) right by (me|us|the house|him)
by the way, did you buy (the {item}|a gift for {name}|our tickets|some more of it)?
they want to buy a (house|place|boat) by the (sea|beach|lake|river|road)
did you go by (yourself|car|bus|train|plane), or did you buy (a ticket|a car)?
there's a bee (in the {room}|in your hair|on my coat), be careful
I'll be (there|here|home|fine|all right|done) (in an hour|by then|before you are)
it'll be (fine|over|cold|too late) by the time (we|you|they) get there
where have you been (all day|all night|all this time)?
I've been (here|at home|in the {room}|out) all (day|night|along)
I've never been (to {city}|there|so tired|on a plane|by the sea) before
the (trash|paper) has been in the bin (for a week|for days|since {weekday})
have you (ever|never) been to see (the sea|{city}|his new place|her son)?
it's been (a while|years|too long|{duration}) since (I've seen|we saw) (you|her|the sea)
we can see the sea from (here|our room|the road|their house)
did you see (that|the sun|the sea|his face|what they did|who won)?
let me see (it|that|what you've got|your hand|if I can|how it's made)
I see (what you mean|why you left|how it is|where it was) now
I see (her|him|them|your son) (there|here|by the sea) [all the time]
our son (sat|played|slept|ran around) in the sun (all day|by the sea|for hours|too much)
the sun (came out|went down|was hot|was in my eyes), so my son (sat|stayed) inside
her son (won|read|made|knew|broke) (one|the first one|all of them|the whole thing)
one of (them|us|my sons|her friends|the girls) won (the game|a prize|the race)
no one (won|said|knew|heard) (anything|a thing) [in the end]
we won (one|two|four) and lost (one|eight|some), so (we're|they're) (out|through)
which one (won|is yours|do you want|did you buy|was it|is the right one)?
I knew (it|you would|that|he'd be late|nothing about the new one|she knew)
the new (boss|teacher|neighbor|guy) (knew|knows|said he knew) (all of us|my name)
what's new (with you|at work|these days|over there)?
there's nothing new (that I know of|over here|right now)
if I knew (how|where|why|who), I would (tell you|know what to do|be there now)
he threw it (through the window|through the fence|through a hole in the wall|away)
she went through (all of it|the whole thing|my things) and threw (some|most) of it (out|away)
we drove through the (rain|night|wood|town) and got through (all right|by eight)
who threw out (my|our|her) (old chair|shoes|books|letters|{item})?
the wood would (burn|break|be better) if it (were|was) dry
I would (love|like|hate|need|rather not have) to (see it|be there|go with you|know)
would you (like|want|mind|care for) some (more|help|of this|{item})?
it would be (nice|better|fun|good) to (see you|get away|have you here|be home)
he said he would (bring|buy|get|find) some wood for the (fire|table|floor|boat)
where did you wear that (coat|dress|hat|shirt)?
what should I wear, and where (are we going|will we be|do we meet)?
I don't know where (to wear it|she'll wear it|they were|he lives|we are|you were)
where were you (when I called|all day|before that|{weekday} night)?
we're (where we were|right where you are|not sure where they were)
they were (here|there|late|so kind|where we left them), weren't they?
I don't know whether (the weather will be|it'll be|he was) (good|fine|bad|all right)
whether (you like it or not|or not you go|it rains or not), we're going (there|out)
the weather was (so nice|too hot|no good|much better) (this week|all week|over there)
she's been (weak|sick|at home|off work) all week
I'll see you (this|next) week, whether (or not I feel weak|the weather is bad or not)
he felt weak for (a week|two weeks), but he's (stronger|all right|up) now
let's meet (there|here|at {clock}|for lunch) and (buy|get|eat) some meat
he doesn't eat meat (anymore|at all|on Fridays|these days)
nice to meet you, (I've heard a lot about you|we knew your son|I know your sister)
where (should|will|can|do) we meet (them|{when}|her|your friends)?
she ate (at|before|by|after) eight, and (I|we|he) ate later
we ate eight (eggs|cookies|apples|pieces of meat) (by ourselves|between us)
have you (read|ever read) the (red|blue|new|whole|other) book?
I read (it|that|the whole thing|about it) in (the paper|a red book|one night|bed)
the wind blew (her blue hat away|so hard|through the trees|the red leaves off the road)
which (do you like|would you wear), the red one or the blue one?
his face (went|was|turned) red when (she read it|I said that|he read what we wrote)
there's no way I weigh (that much|more than you|less than before)
by the way, how much (do you|does it|did the baby|would it) weigh?
I've (lost|put on) (some|a lot of) weight, but I can't wait to eat (this|that)
wait a (minute|second|while|bit), I'll be right (there|back|with you)
we had to wait (for an hour|in line|by the road|so long|for our son)
no way, it's way too (far|high|late|early|much|old|heavy) for (me|us|them)
hi, (how are you|is {name} there|are you on your way|what's new)?
hi, it's (me|your mother|just us|{name} here), (I'm home|I got your note)
say hi to (her|him|your mom|the boys|everyone) for (me|us) when you get there
it's too high (up|for me|to see from here), (I can't get it|you'll fall)
there's a (big|small) hole in (my sock|the road|the wall|your sleeve|one of them)
I ate the whole (thing|pie|pear|bag), (and I'm not sorry|it was so good)
the whole (day|week|house|family|time) (was|has been) (so nice|in peace|a bit much)
can I have (a|another|one more|a small) piece of (cake|bread|meat|paper|that pie)?
all I want is some peace and quiet (for once|for an hour|in my own house|{when})
I made a (nice|whole) pear (pie|cake), (have a piece|so take a piece home)
did (the|our|your) mail come (yet|in|by noon)?
the mail (is late|isn't here yet|came late) again [today]
the cat next door is a male, (not a female|and ours is too|or so I've heard|I know that)
their (house|car|boat|farm) is for sale (now|again|at last|by the way)
we set sail (at eight|for the island|in {month}|with the sun), and the sea was (calm|high)
I got (this|these|a pair|all of it) on sale for (four|eight|ten|two) dollars
the plane was late, (so we had to wait|and we missed the other one|just like last week)
it's a plain (old|white|blue) (shirt|dress|room), but it's (mine|nice|all right for me)
we rode (our bikes|the bus|a horse|with {name}) down the (old|long|other) road
he rode his bike (to school|to work|on the wrong side of the road|right by us)
there's a lot of (ice|snow|water|work) on the road (to {city}|by our house|up there)
which witch was it in (the story|that movie|the play), the (good|bad|red|old) one?
which (way|road|house|of these|of those) is it, this one or that one?
the witch in the (wood|story|movie) ate (the whole house|some of it|the poor prince)
that's some sum of money (for one week|for a pair of shoes|to pay for that|by now)
some of (it|them|us|these|those|the men|the women) (went home|came too late|won)
the maid made (the beds|tea|some food|the whole room look nice) (for us|by noon)
she made (me|us|him|them) (wait|laugh|eat it all|go back) [for an hour]
it's made of (wood|glass|steel|paper|real gold), (I heard|I know|it says here)
I need a new pair of (shoes|glasses|socks|boots|gloves), and so does my son
there's a pear tree (by the road|in our yard|next to the house) with (no|some) pears
we walked past the (school|church|store|house) where (we met|I used to live)
in the past (week|year|few days|two months) I've (been sick|seen it all|heard nothing)
it's (half|ten|twenty) past (four|eight|ten|two), and (they're|she's|he's) not here yet
she passed (her test|me the salt|by our house|right by me), then (sat down|said hi)
he's older than (me|her|they are|you think|I thought)[, I know that now]
if (that's|it's) so, then (we'll go|why not|I know what to do|it's more than we need)
it was (better|worse|more|bigger|less) than (that|before|I thought), and then it (got worse|ended)
I'd rather (walk|stay|wait|eat here) than (go by car|go there|be late|sit in the sun)
get off (the bus|the train|that chair|my bed), all of you
most of (them|us|the men|the kids) were off (to a good start|in a hurry|by then)
he fell off (of it|his bike|the roof|the chair) (the other day|in front of all of us)
take (some of it|one of them|a bit of it) off (first|the top|of there|my hands)
she sat down and said (nothing|hi|no|so|that it's over|what she had to say)
he said he set (it|the bag|the box|your coat) (on the table|down there|by the door)
we sat (there|here|in the sun|in the car|by the sea) and (talked|said nothing|ate)
I set it (down|here|on the chair|next to the bed) and sat (down|by it|there with it)
they set off (at|before|by) eight, she said, (and that's that|not that late)
I live (here|there|in {city}|on this road|by the sea), but I have to leave (soon|{when})
where do you live, and when do you (have to|want to|need to) leave?
they (used to|don't want to|can't) live here, (so|and) they'll leave in {month}
leave (it|them|him|her) (there|here|alone|to me), (he lives|we live) right here
is this (one|car|the one) yours, or (are these|is that one|are those)?
these are (mine|ours|for you|the new ones), but this is (yours|his|hers|theirs)
I like this (one|place|song|house) more than (these|those|the others|that one)
these (men|women|people|girls) (aren't|weren't) (like that|like this|so kind)
he won't (go|eat|say|wait|tell me|leave) if he doesn't want to
I want (it|that|this|one|him|her|them) here, but (she|he|they) won't (let me|listen)
they won't want (this|these|to go|to know|any of it), will they?
it won't (be|take|cost|hurt) (long|much|that much) if you (want it|want to wait)
I can't (see|hear|find|believe) it, but (you|she|they|maybe he) can
can you (come|do it|help us|hear us) (or not|at all)?
I can (see|hear|read) that, but I can't (read|write|say|hear) this
as long as I can (walk|see|hear|drive|eat), I can't (complain|ask for more)
can't we (just|all) (go home|eat here|sit down|do it later)?
can I have (another|another one|the other one|some more), please?
the other (one|piece|cup) (is too small|was so good|has a hole)
one of them (came|won|left|read), and the other (didn't|did too|one won't)
on the other hand, (it's his own|she's on her own|it's not our own|I'd be on my own)
I'd (like|want|need) another (day|week|chance|look) [or two], (if I can|one way or another)
some (came|left|ate) early, and the others (were|came|ate) late
she lives on her own (in {city}|now|with two dogs|in the old house)
he has his own (room|place|desk), and it's on (the right|the first floor|our side)
the man (over there|in the hat) and the other men (work|live|came) here
some men are like that, but this man (isn't|wasn't|won't be)
the woman (next door|on the phone|in red) knows all the women (here|there|in town)
two women and a man (came in|sat here|got off|waved to us), and one woman (left|sat down)
it's like (night and day|a dream|nothing I've seen) (in here|out there|in the dark)
I like (it|the light|this light|the sun) in the {room}
I have to (go|get up|be there|leave|work) (now|by eight|early {when}|in an hour)
{person} had to (wait|go|walk home|write it down|buy another one)
he has to (be|get|go) (there|home|back) (by four|as soon as he can|in the morning)
do (we|you|they|I) have to (be there|get up|wait here|tell her) (so early|at all)?
I want to (give it|get it|bring it|show it) to (her|him|them|my son|{name})
I (want|need|would like) it to be (right|nice|new|over|as good as the other)
(are|aren't) you going to (get up|tell us|give it to me|let him in|be here) {when}?
(I'm|he's|she's|we're|they're|you're) going to (need|want|get|have) a lot of {item}
I used to (live|work|walk|go|sit) (there|here|by the sea) (in the past|all the time)
she used to be (one of us|my teacher|here a lot|as tall as me), (I know|I heard)
he was supposed to (be here|call|meet me|let me know) (by now|an hour ago|at {clock})
(you're|we're|they're) supposed to (wait|eat|be here|get there|write) by {clock}
you need to be (here|there|on time|up) by (six|eight|noon), (not later|all right)?
we (don't need|won't need|didn't want|don't have) to be there (at all|before {clock})
get up, it's (late|eight|time to go|past ten) and (we're|you're) going to be late
I get up at {clock} and get it (all done|over with|out of the way) right away
give me (a minute|a hand|the other one|another|some of that) (first|and then we'll go)
just give it to me, (please|I'll do it|I know how)
I gave it to (him|her|{person}), and (he|she) gave it back to (us|me)
let me (see|go|know|think|in|try it|tell you) (first|now), (will|won't) you?
let him (in|go|see it|have it|be|talk), (let her|let them) (too|as well)
tell me (why|what|when|who|where|how) (it was|he knew|they were|she is) [right now]
{name}, tell us (about it|who won|what you heard|the whole story), we want to know
tell (him|her|them) (I said hi|we're here|it's for you|to wait for me|not to be late)
it's set to (rain|snow|be cold|be hot) (all week|{when}|by the weekend)
a lot of (people|men|women|them|us) (want|need|like) (to be here|this kind of thing)
that's a lot of (money|food|work|weight|mail|wood) for (one man|four people|two of us)
it's kind of (cold|late|sad|nice|far|weird) (in here|out there|at the moment), isn't it?
what kind of (meat|wood|car|man|book|weather) (is it|was it|do you like)?
we ran out of {item} again, (so I went out|you know|and it's late)
get out of (here|bed|the car|the way|the sun) (right now|for a bit)
come up to (the house|our room|see us), or (I'll|we'll) come down to (you|see you)
I went down to the (store|beach|sea|road) and up to the (house|top|church)
as well as (that|this|her son|the men), there were (two women|four others|our friends)
she (sings|writes|reads|cooks) as well as (you|her mother|he does|anyone I know)
as soon as (I know|we hear|he's here|they're there), (I'll|we'll) let you know
I came as soon as I (could|heard|knew|got off work|got your note)
not at all, it's (no trouble|nothing|our own|all right|good to see you)
I don't (know|like|hear|see|want|need) (it|him|her|them|that) at all
it's in the {room}, on the (table|floor|left|other side|chair|shelf)
in the (morning|evening|end|meantime), (I|we) (sat|ate|walked|stayed) by the sea
by the time it was (eight|four|noon), (they|we|the men) (had left|were gone)
by the end of the (day|week|month|hour), I'll be (done|home|too tired to eat)
I've (got|had|heard|seen|read) it, you've (got|had|heard|seen|read) it, and he hasn't
we've been (here|there|through it) before, they haven't, and she hasn't either
I'd (have gone|have come|have known) if you'd (asked|told|let) (me|us) (first|before)
he'd (be here|come) if he could, and she'd (be|come) too if they'd let her
(we'd|they'd|I'd|you'd|she'd) better (go|eat|wait|leave|get up) (now|soon|before eight)
he'll (be|stay) here, she'll be there, and they'll (meet us|see you) (later|{when})
it'd be (nice|better|a shame) if you'd (wait|call|write|come), wouldn't it?
(that'll|it'll|this will) be (eight|four|ten|two) dollars, (please|and here's your bag)
who's (there|here|next|coming|on the phone), and whose (coat|car|bag|turn) is (this|it)?
I (wasn't|haven't been|won't be) there, and you (weren't|haven't been|won't be) either
(isn't|wasn't) (she|he|it) (here|there|right|the one|too late)?
(don't|didn't) (you|they|we) (know|hear|see|want) (that|them|him)?
she (can't|couldn't|won't|doesn't|didn't) hear (us|you|me|a thing) [from there]
you (shouldn't|couldn't|wouldn't|needn't) have (waited|paid|known|come) for (us|me|that)
I (should've|could've|would've|might've) (known|won|waited|written|been there) [by now]
(aren't|weren't) (they|you|we|the boys) (here|there|ready|late|home) (by then|yet)?
I hadn't (heard|seen|known|read) (it|that) before, and he hadn't either
what's (he|she) (like|up to|waiting for), and where's (he|she) (from|going|been)?
how's (it going|your son|the new job|the family|everything) (there|these days|now)?
that's (it|right|all|mine|not mine|what I heard|the whole story), there's no more
I'm (not sure|all right|on my way|in the {room}), (but you're not|but they're not|and he's home)
let's (go|eat|see|wait|sit|meet) (there|here|now|in the sun|for a while), shall we?
there's a way to get there, but it's (far away|a long way [away]|two hours away)
it's (a long way|two hours away|not far away|four miles away), (by the way|I know)
she (went|ran|walked|drove|moved) away (for a while|that night|the other day)
a part of (me|it|the house|our road) fell apart (that week|a year ago|right then)
apart from (that|you|him|the weather), it was (a nice day|all right|no trouble at all)
we're all ready to (go|leave|eat), but (he's|they've) already (left|eaten|gone)
is it (already|past|almost|only) eight?
(we're|they're|you're) all ready to go (then|by now|already), I hope
every day (is|was) the same, (but|and) these are my everyday (shoes|clothes|plates)
I see (her|him|them) every day, (it's|just) an everyday thing (for us|by now)
an ice (cream|cold drink) and a nice (cake|cup of tea|piece of pie) for my son
it was (a nice day|an icy night|a nice morning|an icy road) [for a walk]
it was a nice (idea|house|talk|surprise), (thank you|and a nice time, too)
to gather (wood|everyone|our things) together took us (an hour|all day|the whole week)
we (live|work|sat|ate|came|go) together, (all together|the two of us|and so do they)
maybe (he's right|it's new|she knows|we'll see|they're home), (or maybe not|it may be)
it may be (true|late|too late|here|a while), or maybe (it isn't|not|I'm wrong)
she came in to (eat|see me|say hi), and (ran|walked|went) into (my room|the other room)
he got into (the car|bed|a good school|trouble) and went in to (work|sleep) (late|early)
some time ago (I|we) (met|saw|heard) {name}, and sometimes (we|they) (talk|meet|write)
sometimes I (need|want) some time (off|for me|to read|to be on my own|to think)
we'll be (late|here forever|sorry) if we don't leave before (eight|four|noon|they do)
be here before (four|eight|they leave|it gets dark|the others), all right?
I can't stay any more, I don't (live|work|eat) (here|there) anymore
any one of (us|them|you) could, but did anyone (hear|know|say) (it|that|anything)?
everyone (knew|heard|saw) every one of (them|the eight|those)
I've had enough, (thank you|thanks), it was (so good|a whole lot|quite a lot)
be quiet, (the baby's asleep|I can't hear|he's quite tired), it's quite late
what a (nice|lovely|long|cold|great) (day|night|week|hour) it's been for all of us
it was (fair|not fair), the (bus|train) fare was (too high|eight dollars|way too much)
my (shoes|pants|boots) are loose, and I'd hate to lose them
hit the (brake|brakes), the (road|bridge|street) ends right there
we'll take a break (at four|in an hour|by noon), I (need|want) one (too|now)
oh dear, the deer ran (off|right by us|through the wood|across the road)
he sent (her|me|us) flowers, and the scent (was so nice|went through the whole house)
it cost a dollar and ten cents, (which makes sense|it makes no sense)
the knight in the story rode all night (through the wood|to the sea|on his own)
good night, (sleep well|see you then|I'll see you at eight), (dear|my son|you two)
are you all (there|here|in|all right)?
(all but two|almost all|both) of us are (here|there|ready) already
I guess the guest was (late|here|him|one of yours)
talking aloud isn't allowed (in here|in there|after eight|here at night)
the stairs are steep, and he (stares|stared) at (them|me|us) (all day|from there)
we'll (wheel|carry) it (in|out|over there|up the road) for you, (it's no weight at all|all right)
I feel (fine|better|all right|weak) after I (fill up on|eat) {item}
will you still be (there|here) until I come, or will (he|they|your son) be?
his (knee|hand|foot|heart) (is|was) worse than hers, (he said|as far as I know)
he's lost his (hat|keys|glasses|phone), and she's lost hers
I didn't think (he'd|she'd|they'd) (sing|say|bring) (anything|a thing)
ask him when (he's|she's|they're) (leaving|living there|coming|through), then ask them
""".strip().splitlines()
)
