"""A hundred sentences of everyday speech that are no commands: frozen on 2026-11-21.

They are what a microphone hears of television, telephone and talk at table. None is made by the
grammar, and many lie near it on purpose: doors, lights, locks and windows that nobody is asked to
move.
"""

from __future__ import annotations

from home_en.words import alternatives

OUT_OF_GRAMMAR = alternatives(
    """
    I told him that we would be there before dinner. / She opened the door and nobody was standing
    there. / The lights went out all over the city last night. / You never told me that your sister
    was a doctor. / Our guests tonight have both written books about the war. / He locked himself
    out again and had to call a friend. / That was the best game of football I have seen in years. /
    We found the car two miles down the road. / Police are looking for a man in a dark coat. / Do
    you really think she would lie to us? / There was a window behind the desk, and it was always
    closed. / I can't believe that he said that to his own mother. / The price of bread has doubled
    since last year. / They were married in a small church by the sea. / If you ask me, the whole
    thing was a mistake. / My grandfather worked in this garage for forty years. / The minister said
    that there would be no new taxes. / Somebody must have seen what happened that evening. / After
    the break we will talk to the winner. / It took us three hours to get to the airport. / He
    walked into the kitchen and sat down without a word. / Nobody in this town remembers the old
    theater. / You should have heard the way she sang that night. / The blinds were down, so I
    thought you were asleep. / We have been friends since the first day of school. / I left my
    umbrella on the train again. / The doctor says he needs a little more rest. / What did they do
    with all of that money? / This little machine can make coffee for forty people. / Every winter
    the river freezes from one bank to the other. / He is the kind of man who never forgets a face.
    / The police broke down the front door this morning. / I was just about to say the same thing. /
    They turned the old factory into a museum. / She has been living in Paris for almost ten years.
    / Would you like some more soup, or have you had enough? / The team has lost every game since
    September. / My brother used to play the piano in a bar. / There is something wrong with the
    engine, I can hear it. / Thousands of people waited in the rain to see the queen. / You can't
    park here, this is a private road. / The gate was wide open and the horses had gone. / He says
    that he was at home the whole evening. / I always wanted to see the ocean before I die. / The
    new bridge will be finished by the end of the summer. / How could you do this to your best
    friend? / The temperature fell so fast that the lake froze overnight. / Two of the children were
    too tired to walk any further. / Let me tell you a few words about the history of this house. /
    The bank was robbed twice in the same week. / I don't know why she keeps all of these old
    letters. / The curtain rose and the audience fell silent. / It was so dark that we could not see
    our own hands. / He bought her a ring, but she gave it back. / The story begins in a village
    near the mountains. / We stayed up all night and talked about the future. / Your father would
    have been very proud of you. / The flight to London was late because of the storm. / Half of the
    seats were empty when the music began. / She closed her eyes and counted slowly to a hundred. /
    They say that this winter will be the coldest in years. / I met him once, a long time ago, in a
    hotel. / The farmer sold his last two cows in the spring. / Nothing is as boring as a Sunday
    with my uncle. / You two look as if you had seen a ghost. / The captain ordered everybody to
    leave the ship. / There used to be a bakery on the corner of our street. / He turned around and
    ran as fast as he could. / The judge did not believe a single word of it. / We ate fresh fish
    every day when we lived on the island. / Does anybody here speak a little Spanish? / The alarm
    rang, but everyone thought that it was a test. / My daughter wants to be a pilot when she grows
    up. / He put the key under a stone, where anyone could find it. / Scientists have discovered a
    new planet far away from the sun. / I would rather read a good book than go to that party. / The
    garden looked lovely after all of that rain. / She laughed so loudly that everybody turned
    around. / The train stopped in the middle of nowhere. / You were right about him from the very
    beginning. / We lost the keys to the shed and never found them. / The president will speak to
    the nation on Monday. / I have a strange feeling that somebody is following us. / Most of the
    shops in this street have closed for good. / He has been painting the same tree for thirty
    years. / It smells as if something were burning next door. / The actor forgot his lines in the
    second act. / Her voice sounded tired on the telephone. / They had dinner by candlelight and
    hardly spoke. / That shirt looked much better on your brother. / The fire started in the attic
    and spread within minutes. / Nobody had slept in the guest room since the accident. / I think we
    should tell him before it is too late. / The dog waited at the station every single day. / Where
    were you when they read out your name? / She speaks five languages and is learning a sixth. /
    The castle has more than two hundred rooms. / He poured himself another glass and looked out at
    the snow. / We were lucky that the wall did not fall on us. / And that, ladies and gentlemen, is
    the end of our show.
    """
)
