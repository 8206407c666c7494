"""Word lists the grammar draws from.

Spelling is decided here and in `numbers.py`, once: numbers are words with hyphens
("twenty-five percent"), times are words ("seven thirty a.m."), names have a capital.
"""

from __future__ import annotations


def listed(text: str) -> tuple[str, ...]:
    """Split at white space; an underscore stands for a space inside one entry."""
    return tuple(word.replace("_", " ") for word in text.split())


ROOMS = listed("""
living_room kitchen bedroom bathroom hallway hall office study dining_room garage basement attic
garden patio porch balcony terrace nursery guest_room laundry_room kids_room playroom workshop
entrance entryway corridor pantry conservatory loft cellar closet driveway backyard front_yard
master_bedroom family_room den lounge sunroom utility_room bedroom landing staircase stairs
gym library music_room shed greenhouse carport spare_room main_bedroom upstairs_bathroom
downstairs_hallway guest_bathroom shower toilet foyer deck veranda TV_room game_room
""")
PLACES = listed("upstairs downstairs outside inside here everywhere outdoors indoors")
LIGHTS = listed("""
light lights lamp lamps ceiling_light floor_lamp desk_lamp table_lamp bedside_lamp reading_light
night_light wall_light chandelier spotlights spotlight LED_strip light_strip fairy_lights
string_lights Christmas_lights Christmas_tree pendant_light downlights main_light main_lights
overhead_light under_cabinet_lights mirror_light closet_light porch_light lantern accent_lights
reading_lamp corner_lamp counter_lights piano_lamp bulb
""")
SWITCHES = listed("""
fan ceiling_fan heater radiator TV television coffee_machine coffee_maker kettle washing_machine
dryer dishwasher oven microwave toaster air_conditioner air_conditioning humidifier dehumidifier
air_purifier speaker speakers radio stereo printer computer monitor router projector sprinkler
sprinklers irrigation pump pool_pump fountain aquarium electric_blanket towel_warmer iron outlet
plug socket power_strip charger game_console extractor_fan boiler water_heater hot_tub doorbell
alarm_system camera cameras fireplace freezer refrigerator stove hob grill exhaust_fan
lawn_mower vent amplifier soundbar laptop tablet switch siren freezer_alarm heating_pad
""")
COVERS = listed("""
blinds blind curtains curtain shades shade shutters shutter roller_shutters awning garage_door
gate windows window skylight drapes roller_blind front_gate bedroom_curtains venetian_blinds
""")
LOCKS = listed("""
front_door back_door side_door garage_door patio_door door gate cellar_door shed_door
balcony_door main_door basement_door kitchen_door
""")
COLOURS = listed("""
red green blue yellow orange purple pink white warm_white cool_white turquoise violet cyan
magenta gold teal lavender amber crimson indigo lime peach salmon coral mint daylight soft_white
beige brown silver scarlet olive navy maroon sky_blue dark_red light_green bright_yellow
""")
SCENES = listed("""
movie_night good_night romantic_dinner party reading relax focus morning evening dinner cooking
bedtime holiday away sunset energy work cleaning gaming breakfast movie welcome_home arrival
leaving rainy_day candlelight study night cosy summer winter concentration nap_time yoga workout
story_time guest vacation thunderstorm tropical_twilight spring
""")
SCENE_KINDS = listed("scene mode scene routine")
SENSORS = listed("""
temperature humidity brightness air_quality battery_level power_consumption noise_level pressure
water_level moisture energy_usage carbon_dioxide_level light_level dew_point
""")
LIST_ITEMS = listed("""
milk bread eggs butter cheese apples bananas oranges tomatoes potatoes onions carrots rice pasta
flour sugar salt pepper coffee tea juice water chicken beef fish yogurt cereal honey jam soap
shampoo toothpaste toilet_paper paper_towels dish_soap detergent garlic lettuce spinach broccoli
cucumbers mushrooms lemons strawberries grapes olive_oil vinegar mustard ketchup chocolate cookies
crackers chips ice_cream beer wine batteries light_bulbs cat_food dog_food trash_bags tissues
diapers stamps candles napkins cinnamon vanilla cream bacon sausages ham turkey salmon shrimp tuna
beans lentils corn peas zucchini avocado peaches pears plums cherries mango pineapple melon walnuts
almonds peanut_butter oatmeal noodles tofu celery parsley basil ginger raisins popcorn lemonade
sparkling_water baking_powder yeast aluminum_foil sponges bleach vitamins band_aids aspirin
""")
TASKS = listed("""
call_the_dentist water_the_plants take_out_the_trash feed_the_cat feed_the_dog walk_the_dog
pay_the_rent do_the_laundry clean_the_kitchen buy_a_present pick_up_the_kids check_the_oven
turn_off_the_stove take_my_medicine send_the_letter book_a_table wash_the_car mow_the_lawn
call_the_plumber charge_the_phone pack_the_suitcase renew_the_passport vacuum_the_stairs
change_the_sheets empty_the_dishwasher write_to_the_landlord bring_in_the_mail check_the_mail
fix_the_faucet order_a_pizza study_for_the_test practice_piano go_for_a_run stretch
return_the_books iron_the_shirts sweep_the_floor defrost_the_chicken start_the_rice
lock_the_back_door visit_the_doctor drink_some_water
""")
LISTS = listed("shopping grocery to-do packing wish shopping shopping reading chores birthday")
TIMER_NAMES = listed("""
pizza pasta egg eggs tea laundry cake chicken rice bread potato cookie oven coffee homework nap
workout break steak roast soup noodle lasagna parking meditation soup fish vegetable tooth_brushing
""")
MEDIA = listed("""
music jazz rock classical_music pop_music some_music the_news the_radio my_playlist relaxing_music
an_audiobook a_podcast the_blues country_music dance_music Christmas_music lullabies rain_sounds
white_noise ocean_sounds folk_music soul_music hip_hop reggae party_music the_next_episode
quiet_piano_music workout_songs children's_songs some_opera the_soundtrack movie_music my_favorites
heavy_metal disco funk gospel techno swing guitar_music the_morning_show the_evening_news
""")
ARTISTS = listed("""
the_Beatles Mozart Beethoven Bach Queen Elvis Madonna Prince Adele Coldplay Vivaldi Chopin
Frank_Sinatra Johnny_Cash Bob_Dylan David_Bowie Nina_Simone Miles_Davis Pink_Floyd Fleetwood_Mac
the_Rolling_Stones Tina_Turner Stevie_Wonder Ella_Fitzgerald Louis_Armstrong Abba
""")
MEDIA_PLAYERS = listed("""
living_room_speaker kitchen_speaker bedroom_speaker TV television radio stereo office_speaker
soundbar kitchen_radio bathroom_speaker media_player music_box
""")
APPLIANCES = listed("""
washing_machine dryer dishwasher oven coffee_machine robot vacuum printer heat_pump boiler charger
""")
WEEKDAYS = listed("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
MONTHS = listed("""
January February March April May June July August September October November December
""")
DAY_PARTS = listed("""
morning afternoon evening night tonight noon midnight
""")
WHEN = listed("""
today tomorrow tonight this_evening this_afternoon this_morning tomorrow_morning tomorrow_evening
this_weekend next_week right_now later on_Monday on_Tuesday on_Wednesday on_Thursday on_Friday
on_Saturday on_Sunday
""")
CITIES = listed("""
London Paris Berlin New_York Boston Chicago Madrid Rome Vienna Sydney Dublin Amsterdam Seattle
Toronto Munich Tokyo Oslo Prague Denver Austin Edinburgh Manchester Lisbon Zurich Hamburg Miami
Cairo Warsaw Helsinki Stockholm Copenhagen Brussels Geneva Venice Glasgow Portland Melbourne
""")
NAMES = listed("""
Emma Liam Olivia Noah Ava Oliver Sophia Elijah Mia James Amelia William Harper Benjamin Evelyn
Lucas Abigail Henry Emily Theodore Ella Jack Elizabeth Levi Camila Alexander Luna Jackson Sofia
Mateo Avery Daniel Mila Michael Aria Mason Scarlett Sebastian Penelope Ethan Layla Logan Chloe
Owen Victoria Samuel Madison Jacob Eleanor Asher Grace Aiden Nora John Riley Joseph Zoey Wyatt
Hannah David Hazel Leo Lily Luke Ellie Julian Violet Hudson Lillian Grayson Zoe Matthew Stella
Ezra Aurora Gabriel Natalie Carter Emilia Isaac Everly Jayden Leah Luca Aubrey Anthony Willow
Dylan Addison Lincoln Lucy Thomas Audrey Maverick Bella Nathan Claire Caleb Skylar Josh Paisley
Ryan Anna Adrian Caroline Nolan Genesis Jeremiah Kennedy Easton Alice Sarah Paul Laura Mark Susan
Peter Mary Robert Linda Richard Barbara Charles Karen Steven Nancy Kevin Betty Brian Helen George
Sandra Edward Donna Ronald Carol Timothy Ruth Jason Sharon Jeffrey Michelle Gary Jessica Frank
Angela Scott Melissa Eric Brenda Stephen Amy Larry Kathleen Justin Virginia Dennis Rebecca Walter
Martha Patrick Debra Jerry Amanda Tyler Stephanie Aaron Christine Henry Marie Adam Janet Douglas
Catherine Nathaniel Diane Zachary Julie Kyle Joyce Noel Heather Arthur Teresa Gerald Doris Carl
Gloria Keith Cheryl Roger Jean Lawrence Kelly Sean Andrea Austin Judith Max Oscar Felix Clara Ida
Greta Hugo Otto Nina Tim Ben Sam Tom Kate Jane Ron Ray Ivan Maya Priya Ravi Ahmed Fatima Yuki Chen
Diego Lucia Marco Giulia Pierre Ingrid Lars Anton Freya Finn Rosa Pablo Mohammed Aisha Olga Boris
""")
PEOPLE = listed("""
mom dad grandma grandpa my_wife my_husband my_sister my_brother my_mother my_father the_kids
my_daughter my_son grandmother grandfather uncle aunt the_neighbor my_boss
""")
ASSISTANTS = listed("Jarvis Nabu Computer Alexa Friday Mycroft")

NOUNS = listed("""
man woman child dog cat bird horse house tree river mountain road car train boat plane city village
school teacher student doctor nurse farmer soldier king queen friend neighbor brother sister mother
father uncle baby boy girl team player game ball field park street bridge church market shop store
bank hospital hotel restaurant cafe museum theater station airport island beach lake forest farm
hill valley desert ocean storm wind rain snow cloud sun moon star sky earth fire stone rock sand
grass flower leaf seed fruit apple bread cake meal breakfast lunch dinner table chair bed desk
bottle cup plate knife fork spoon bowl box bag basket coat hat shirt dress shoe sock glove ring
watch umbrella phone book letter newspaper magazine picture painting song story poem film play
dance party wedding birthday present ticket journey trip holiday map key coin money price job
office factory company meeting report question answer problem idea plan reason lesson word sentence
language number name voice sound noise silence color shape size weight height speed power engine
machine tool hammer nail rope ladder wheel pipe wire paper pencil pen brush paint glass metal wood
plastic cotton wool leather silk heart hand foot arm leg head face eye ear nose mouth tooth hair
skin bone blood brain body health illness fever medicine law court judge police officer thief
prison crime government president minister election vote country border army war peace treaty
history science nature animal lion tiger elephant bear wolf fox rabbit mouse snake frog fish shark
whale spider bee butterfly chicken cow sheep pig goat duck computer screen program robot camera
rocket satellite planet winter summer autumn spring morning evening minute hour week month year
century future past captain pilot sailor driver cook waiter singer actor artist writer poet painter
lawyer engineer scientist manager worker guest visitor stranger crowd family parent cousin garden
fence wall roof floor ceiling corner stairs shelf drawer mirror pillow blanket towel candle lamp
clock bell drum violin trumpet orchestra choir concert stage audience channel episode goal score
match season coach champion medal record mile inch pound dollar penny thousand fraction example
mistake secret promise dream memory thought feeling anger joy fear hope love trust courage patience
luck danger accident rescue escape adventure treasure castle tower ghost witch dragon giant prince
princess
""")
PLURALS = listed("""
people children men women dogs cats birds houses trees cars trains boats friends neighbors teachers
students farmers soldiers players workers flowers books letters pictures songs stories questions
problems ideas plans rules shops streets bridges mountains rivers islands clouds stars leaves eggs
cows sheep horses wolves bees shoes clothes windows doors chairs tables plates glasses boxes keys
coins tickets maps tools wheels machines computers robots voices words numbers colors eyes hands
feet teeth bones minutes hours weeks months years prices jobs offices meetings animals insects
scientists engineers doctors nurses visitors guests parents twins thieves judges voters countries
""")
ADJECTIVES = listed("""
old young new big small large little long short tall high low wide narrow deep shallow heavy light
fast slow quick early late good bad great terrible nice lovely ugly beautiful pretty clean dirty
dry wet hot cold warm cool fresh sweet sour bitter salty loud quiet soft hard smooth rough sharp
dull bright dark pale rich poor cheap expensive free busy lazy tired hungry thirsty happy sad
angry afraid brave shy proud kind cruel polite rude honest clever stupid wise funny serious strange
normal common rare famous popular secret empty full open closed broken perfect simple easy difficult
possible important useful dangerous safe strong weak healthy sick alive dead ancient modern local
foreign national public private wooden golden round square flat straight curved hidden lost distant
gentle nervous careful curious generous jealous lonely patient stubborn calm wild huge tiny enormous
thick thin strict certain favorite usual sudden entire double final recent annual
""")
VERBS_PAST = listed("""
saw found lost took gave bought sold made built broke opened closed carried pulled pushed dropped
caught threw kicked followed watched heard told asked answered called visited left reached crossed
climbed painted cleaned washed cooked ate drank served brought sent received wrote read drew sang
played won forgot remembered learned taught studied loved liked hated feared wanted needed used
kept held hid showed chose changed fixed repaired destroyed burned cut filled emptied moved lifted
covered touched felt smelled tasted counted measured checked tested described explained believed
promised refused accepted admired borrowed shared saved wasted stole protected attacked defended
discovered invented designed planned started finished stopped continued avoided missed expected
ignored joined married greeted helped thanked surprised disturbed replaced rescued
""")
VERBS_BASE = listed("""
see find lose take give buy sell make build break carry pull push drop catch throw follow watch
hear tell ask answer visit leave reach cross climb paint clean wash cook eat drink serve bring send
write read draw sing play know win forget remember learn teach study love like hate want need use
keep hold hide show choose change fix repair destroy burn fill move lift cover touch feel smell
taste count measure check test describe explain believe understand share save protect avoid miss
expect ignore join help thank replace wait run walk swim fly jump sleep dream laugh cry smile talk
listen think travel stay return work rest grow fall rise shine
""")
VERBS_MOVE = listed("""
walked ran drove rode flew swam sailed travelled hurried wandered climbed jumped looked went came
returned moved rushed crawled marched stepped waited stood sat slept rested lived worked played
danced sang laughed cried smiled shouted whispered fell disappeared stayed
""")
ADVERBS = listed("""
slowly quickly quietly loudly carefully suddenly finally usually often sometimes never always rarely
again together alone early late today yesterday tomorrow soon already almost completely certainly
probably perhaps clearly easily gently happily sadly angrily bravely politely honestly secretly
everywhere nowhere outside inside nearby abroad twice once recently immediately
""")
PREPOSITIONS = listed("""
in on under behind beside near across through into over around between before after without with
from against toward along above below beyond during inside past among
""")
CONJUNCTIONS = listed("because although while when before after until if since unless but so")
SUBJECTS = listed("I you we they he she it everybody nobody somebody someone everyone")
ADJECTIVE_OPENERS = listed("""
the_weather the_food the_movie this_book that_song our_trip their_team the_game the_concert
the_meeting her_story his_idea the_traffic my_job the_coffee this_place
""")
COMMON = listed("""
about above across act actually add afford again against age ago agree ahead air allow almost
along also always among amount angle another any anybody anyone anything anyway anywhere apart
appear area around arrive aside ask asleep at attend available aware away baby back base basic
bath bear because become before began behind being believe belong best better between big bit
black block blow board body both bother bottom break breathe brief bring brought build busy but by
calm camp can cannot card care careful case cause central chance chat check cheer choice circle
claim class climb close cloth club come comfort common complete concern consider contain control
copy correct cost could count couple course crack cry cup current customer daily damage deal dear
decide deliver demand depend desire detail did differ direct do does done don't double doubt down
draft drag drop during duty each ease east easy edge effect effort eight either else end enjoy
enough enter equal especially even event ever every everybody everyone everything exact except
excuse exercise exist expect explain express extra fact fail fair fall far feed feel few fight
figure fill finally find finger first fit five fix floor flow fold follow for force forget form
forth four frame from full fun further gather general get getting give given gives glad go goes
going gone got great group grow guess guide had half hang happen hardly has have having hear heard
heat heavy help her here hers herself hide high him himself his hit hold hope how however huge
hurry hurt I I'd I'll I'm I've if imagine important improve in include indeed inside instead
interest into is isn't issue it it's its itself join judge jump just keep kept kick kind knew
knock know lack laid land large last late later laugh law lay lead lean least leave left lend less
let let's letting level lie lift like likely limit line lip list listen little live load local
lock long look loose lot loud love low luck made main make makes making manage many matter may
maybe mean meant meet member mention might mild mind mine miss mix modern moment more most mostly
move much must my myself near nearly need neither never new next nice nine no nobody none nor
normal not note nothing notice now number of off offer often oh okay on once one only onto open or
order other others otherwise ought our ours out outer over own pack page pair part pass past pay
perhaps pick piece place plan plant play please plenty point pool pop possible pour prefer prepare
press pretty print private probably produce proper prove provide pull pure purpose push put quick
quite raise range rather reach react read ready real really receive record refer regard regular
remain remove repeat reply rest return rich ride right roll rough round row rub rule run safe said
same say says scale search seat second see seem seen seldom select sell send sense separate serve
set settle seven several shake shall shape share she shift short should shout show shut side sign
similar simple since single sit six size skin slide slightly smart smell so solve some somebody
somehow someone something sometimes somewhere soon sort spare speak special spend spot spread
stand start state stay step stick still stop straight strike stuff such suit supply support
suppose sure switch take taken taking talk tell ten than thank that that's the their them
themselves then there there's these they thing think this those though thought three through throw
till to today together told too took top total touch toward track trade train treat trip trouble
true trust try turn twelve twice two type under understand unit until up upon us use used useful
usual usually value very view voice wait walk want warn was wasn't watch way we we'd we'll we're
we've wear well went were what whatever when whenever where wherever whether which while who whole
whose why wide will win wish with within without won't wonder work worry worth would wouldn't wrap
wrong yard yes yet you you'd you'll you're you've your yours yourself zero
""")
