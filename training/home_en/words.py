"""What the templates' slots are filled with.

The evaluation's sentences are drawn from these lists too: a change of one that a held-out template
uses changes what is measured.
"""

from __future__ import annotations

_LISTS = """
room: living_room kitchen bedroom bathroom hallway hall office study dining_room garage basement
    attic garden patio porch balcony terrace nursery guest_room laundry_room kids_room playroom
    workshop entrance entryway corridor pantry conservatory loft cellar closet driveway backyard
    front_yard master_bedroom family_room den lounge sunroom utility_room bedroom landing staircase
    stairs gym library music_room shed greenhouse carport spare_room main_bedroom upstairs_bathroom
    downstairs_hallway guest_bathroom shower toilet foyer deck veranda TV_room game_room
place: upstairs downstairs outside inside here everywhere outdoors indoors
light: light lights lamp lamps ceiling_light floor_lamp desk_lamp table_lamp bedside_lamp
    reading_light night_light wall_light chandelier spotlights spotlight LED_strip light_strip
    fairy_lights string_lights Christmas_lights Christmas_tree pendant_light downlights main_light
    main_lights overhead_light under_cabinet_lights mirror_light closet_light porch_light lantern
    accent_lights reading_lamp corner_lamp counter_lights piano_lamp bulb
switch: fan ceiling_fan heater radiator TV television coffee_machine coffee_maker kettle
    washing_machine dryer dishwasher oven microwave toaster air_conditioner air_conditioning
    humidifier dehumidifier air_purifier speaker speakers radio stereo printer computer monitor
    router projector sprinkler sprinklers irrigation pump pool_pump fountain aquarium
    electric_blanket towel_warmer iron outlet plug socket power_strip charger game_console
    extractor_fan boiler water_heater hot_tub doorbell alarm_system camera cameras fireplace freezer
    refrigerator stove hob grill exhaust_fan lawn_mower vent amplifier soundbar laptop tablet switch
    siren freezer_alarm heating_pad
cover: blinds blind curtains curtain shades shade shutters shutter roller_shutters awning
    garage_door gate windows window skylight drapes roller_blind front_gate bedroom_curtains
    venetian_blinds
lock: front_door back_door side_door garage_door patio_door door gate cellar_door shed_door
    balcony_door main_door basement_door kitchen_door
colour: red green blue yellow orange purple pink white warm_white cool_white turquoise violet cyan
    magenta gold teal lavender amber crimson indigo lime peach salmon coral mint daylight soft_white
    beige brown silver scarlet olive navy maroon sky_blue dark_red light_green bright_yellow
scene: movie_night good_night romantic_dinner party reading relax focus morning evening dinner
    cooking bedtime holiday away sunset energy work cleaning gaming breakfast movie welcome_home
    arrival leaving rainy_day candlelight study night cosy summer winter concentration nap_time yoga
    workout story_time guest vacation thunderstorm tropical_twilight spring
sensor: temperature humidity brightness air_quality battery_level power_consumption noise_level
    pressure water_level moisture energy_usage carbon_dioxide_level light_level dew_point
item: milk bread eggs butter cheese apples bananas oranges tomatoes potatoes onions carrots rice
    pasta flour sugar salt pepper coffee tea juice water chicken beef fish yogurt cereal honey jam
    soap shampoo toothpaste toilet_paper paper_towels dish_soap detergent garlic lettuce spinach
    broccoli cucumbers mushrooms lemons strawberries grapes olive_oil vinegar mustard ketchup
    chocolate cookies crackers chips ice_cream beer wine batteries light_bulbs cat_food dog_food
    trash_bags tissues diapers stamps candles napkins cinnamon vanilla cream bacon sausages ham
    turkey salmon shrimp tuna beans lentils corn peas zucchini avocado peaches pears plums cherries
    mango pineapple melon walnuts almonds peanut_butter oatmeal noodles tofu celery parsley basil
    ginger raisins popcorn lemonade sparkling_water baking_powder yeast aluminum_foil sponges bleach
    vitamins band_aids aspirin
task: call_the_dentist water_the_plants take_out_the_trash feed_the_cat feed_the_dog walk_the_dog
    pay_the_rent do_the_laundry clean_the_kitchen buy_a_present pick_up_the_kids check_the_oven
    turn_off_the_stove take_my_medicine send_the_letter book_a_table wash_the_car mow_the_lawn
    call_the_plumber charge_the_phone pack_the_suitcase renew_the_passport vacuum_the_stairs
    change_the_sheets empty_the_dishwasher write_to_the_landlord bring_in_the_mail check_the_mail
    fix_the_faucet order_a_pizza study_for_the_test practice_piano go_for_a_run stretch
    return_the_books iron_the_shirts sweep_the_floor defrost_the_chicken start_the_rice
    lock_the_back_door visit_the_doctor drink_some_water
list: shopping grocery to-do packing wish shopping shopping reading chores birthday
timer: pizza pasta egg eggs tea laundry cake chicken rice bread potato cookie oven coffee homework
    nap workout break steak roast soup noodle lasagna parking meditation soup fish vegetable
    tooth_brushing
media: music jazz rock classical_music pop_music some_music the_news the_radio my_playlist
    relaxing_music an_audiobook a_podcast the_blues country_music dance_music Christmas_music
    lullabies rain_sounds white_noise ocean_sounds folk_music soul_music hip_hop reggae party_music
    the_next_episode quiet_piano_music workout_songs children's_songs some_opera the_soundtrack
    movie_music my_favorites heavy_metal disco funk gospel techno swing guitar_music
    the_morning_show the_evening_news
artist: the_Beatles Mozart Beethoven Bach Queen Elvis Madonna Prince Adele Coldplay Vivaldi Chopin
    Frank_Sinatra Johnny_Cash Bob_Dylan David_Bowie Nina_Simone Miles_Davis Pink_Floyd Fleetwood_Mac
    the_Rolling_Stones Tina_Turner Stevie_Wonder Ella_Fitzgerald Louis_Armstrong Abba
player: living_room_speaker kitchen_speaker bedroom_speaker TV television radio stereo
    office_speaker soundbar kitchen_radio bathroom_speaker media_player music_box
appliance: washing_machine dryer dishwasher oven coffee_machine robot vacuum printer heat_pump
    boiler charger
weekday: Monday Tuesday Wednesday Thursday Friday Saturday Sunday
month: January February March April May June July August September October November December
when: today tomorrow tonight this_evening this_afternoon this_morning tomorrow_morning
    tomorrow_evening this_weekend next_week right_now later on_Monday on_Tuesday on_Wednesday
    on_Thursday on_Friday on_Saturday on_Sunday
city: London Paris Berlin New_York Boston Chicago Madrid Rome Vienna Sydney Dublin Amsterdam Seattle
    Toronto Munich Tokyo Oslo Prague Denver Austin Edinburgh Manchester Lisbon Zurich Hamburg Miami
    Cairo Warsaw Helsinki Stockholm Copenhagen Brussels Geneva Venice Glasgow Portland Melbourne
name: Emma Liam Olivia Noah Ava Oliver Sophia Elijah Mia James Amelia William Harper Benjamin Evelyn
    Lucas Abigail Henry Emily Theodore Ella Jack Elizabeth Levi Camila Alexander Luna Jackson Sofia
    Mateo Avery Daniel Mila Michael Aria Mason Scarlett Sebastian Penelope Ethan Layla Logan Chloe
    Owen Victoria Samuel Madison Jacob Eleanor Asher Grace Aiden Nora John Riley Joseph Zoey Wyatt
    Hannah David Hazel Leo Lily Luke Ellie Julian Violet Hudson Lillian Grayson Zoe Matthew Stella
    Ezra Aurora Gabriel Natalie Carter Emilia Isaac Everly Jayden Leah Luca Aubrey Anthony Willow
    Dylan Addison Lincoln Lucy Thomas Audrey Maverick Bella Nathan Claire Caleb Skylar Josh Paisley
    Ryan Anna Adrian Caroline Nolan Genesis Jeremiah Kennedy Easton Alice Sarah Paul Laura Mark
    Susan Peter Mary Robert Linda Richard Barbara Charles Karen Steven Nancy Kevin Betty Brian Helen
    George Sandra Edward Donna Ronald Carol Timothy Ruth Jason Sharon Jeffrey Michelle Gary Jessica
    Frank Angela Scott Melissa Eric Brenda Stephen Amy Larry Kathleen Justin Virginia Dennis Rebecca
    Walter Martha Patrick Debra Jerry Amanda Tyler Stephanie Aaron Christine Henry Marie Adam Janet
    Douglas Catherine Nathaniel Diane Zachary Julie Kyle Joyce Noel Heather Arthur Teresa Gerald
    Doris Carl Gloria Keith Cheryl Roger Jean Lawrence Kelly Sean Andrea Austin Judith Max Oscar
    Felix Clara Ida Greta Hugo Otto Nina Tim Ben Sam Tom Kate Jane Ron Ray Ivan Maya Priya Ravi
    Ahmed Fatima Yuki Chen Diego Lucia Marco Giulia Pierre Ingrid Lars Anton Freya Finn Rosa Pablo
    Mohammed Aisha Olga Boris
person: mom dad grandma grandpa my_wife my_husband my_sister my_brother my_mother my_father the_kids
    my_daughter my_son grandmother grandfather uncle aunt the_neighbor my_boss
assistant: Jarvis Nabu Computer Alexa Friday Mycroft
noun: necessary rhythm schedule mountain neighbor hospital restaurant museum island umbrella
    breakfast knife letter picture story journey language color engine pencil science elephant
    whale planet engineer ceiling mirror orchestra medal secret courage dragon
adjective: narrow shallow terrible rough expensive thirsty polite strange famous difficult dangerous
    ancient foreign hidden gentle curious generous jealous stubborn enormous annual
"""


def listed(text: str) -> tuple[str, ...]:
    """Split at white space; an underscore stands for a space inside one entry."""
    return tuple(word.replace("_", " ") for word in text.split())


def alternatives(text: str) -> tuple[str, ...]:
    """Split at slashes between spaces; line breaks are spaces."""
    return tuple(" ".join(text.split()).split(" / "))


SLOTS: dict[str, tuple[str, ...]] = {}
"""Slot → what it may be; twice what is to be drawn twice as often."""
for _entry in _LISTS.strip().replace("\n    ", " ").splitlines():
    _name, _, _words = _entry.partition(": ")
    SLOTS[_name] = listed(_words)

SHORT = alternatives(
    """
    stop / pause / next / yes / no / play / skip / cancel / louder / quieter / mute / unmute /
    resume / continue / okay / help / stop it / never mind / go on / yes please / no thanks /
    thank you / lights on / lights off / light on / light off / volume up / volume down /
    turn it off / turn it on / turn it up / turn it down / next song / next track / previous /
    previous song / good night / good morning / goodbye / hello / repeat / repeat that / again /
    start / what time is it? / snooze / shuffle / confirm / back / up / down / on / off / left /
    right / enough / be quiet / wait / stop the music / pause the music / stop the timer /
    cancel the timer / stop the alarm / open / close / activate / deactivate / lock / unlock /
    brighter / darker / dimmer / warmer / cooler / everything off / all off
    """
)
"""What people say in a word or two."""
