import pytest

from coproduction.dialogue.understanding.safety import find_command, find_danger, is_idiom, is_nonsense


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("someone is breaking into my house right now", "emergency"), ("call 999", "emergency"),
        ("my mum is not breathing", "emergency"), ("one side of his face has dropped", "emergency"),
        ("the pan is on fire", "emergency"), ("I can smell gas in the hall", "emergency"),
        ("there is a man trying to get into my house", "emergency"), ("please send help quickly", "emergency"),
        ("cant go on", "self_harm"), ("I am not ok", "self_harm"), ("what's the point of me", "self_harm"),
        ("not coping at all", "self_harm"), ("i throw up my food so i dont get fat", "self_harm"),
        ("child on the railway line", "emergency"), ("nothing matters anymore", "self_harm"),
        ("old lady opposite hasnt been seen for a week", "emergency"),
        ("my neighbours not answered the door since sunday", "emergency"),
        ("someone put something in my drink", "emergency"), ("my daughter has run away", "emergency"),
        ("my neighbour is being kept as a slave", "abuse"), ("I haven't eaten for three days", "abuse"),
        ("I dont want to be here any more", "self_harm"), ("everyone would be better off without me", "self_harm"),
        ("I have been saving up my tablets", "self_harm"), ("my friend is talking about suicide", "self_harm"),
        ("they took all grans savings, the new lodger", "abuse"), ("our cleaner emptied nans account", "abuse"),
        ("the kids next door are always dirty and hungry", "abuse"), ("nobody feeds me", "abuse"),
        ("no one has given my dad food for three days", "abuse"),
        ("my partner slapped me again", "abuse"), ("my grandson took all my pension money", "abuse"),
        ("the baby next door is left alone all night", "abuse"), ("nan has been left sitting in her own mess", "abuse"),
        ("I am bleeding", "emergency"), ("theyre smashing my window", "emergency"),
        ("theres smoke coming from next door", "emergency"), ("I've had a stroke", "emergency"),
        ("my neighbour wont wake up", "emergency"), ("my mum fell and isnt responding", "emergency"),
        ("two lads are nicking my neighbours car", "emergency"), ("call the police", "emergency"),
        ("nobody would miss me", "self_harm"), ("my neighbour is beating his wife", "abuse"),
        ("I worry about child abuse next door", "abuse"),
        ("my husband has collapsed and isn't breathing", "emergency"),
        ("the house next door is on fire", "emergency"),
        ("I can smell gas", "emergency"), ("there's a fire in my kitchen", "emergency"),
        ("there is a man with a knife outside", "emergency"), ("I need an ambulance", "emergency"),
        ("I've got chest pains", "emergency"), ("I'm being followed", "emergency"),
        ("I want to kill myself", "self_harm"), ("I don't want to be here anymore", "self_harm"),
        ("sometimes I think everyone would be better off without me", "self_harm"),
        ("I wish I was dead", "self_harm"),
        ("I've been cutting myself", "self_harm"), ("feeling suicidal", "self_harm"),
        ("can't go on like this", "self_harm"),
        ("I've taken too many tablets", "self_harm"), ("there's no point living", "self_harm"), ("kms", "self_harm"),
        ("my husband hits me", "abuse"), ("he hits me when he's drunk", "abuse"),
        ("my carer takes my money", "abuse"),
        ("the kids next door are always left on their own and look starved", "abuse"),
        ("I'm scared of my husband", "abuse"),
        ("my stepdad touches me", "abuse"), ("my grandson steals from my nan", "abuse"),
        ("she won't let me leave the house", "abuse"),
        ("I'm in an abusive relationship", "abuse"), ("mum is being neglected in the care home", "abuse"),
        ("my partner controls all my money", "abuse"), ("I was abused as a child", "abuse"),
        ("I sort my rubbish every week and water the plants, but honestly I just want to die", "self_harm"),
    ],
)  # fmt: skip
def test_danger_is_found_anywhere_in_a_message(text, kind):
    assert find_danger("en", text) == kind


@pytest.mark.parametrize(
    ("text", "as_topic"), [("domestic violence", None), ("domestic violence next door, he hits her", "abuse")]
)
def test_where_a_topic_is_asked_for_a_bare_mention_is_one(text, as_topic):
    assert find_danger("en", text) == "abuse"
    assert find_danger("en", text, asked_for_topic=True) == as_topic


@pytest.mark.parametrize(
    "text", ["90 and still alive", "suicide prevention", "attack helicopter", "I wish", "cos I can't walk far"]
)
def test_an_idiom_only_sounds_like_danger(text):
    assert is_idiom("en", text)
    assert find_danger("en", text) is None


@pytest.mark.parametrize(
    "text", ["I wish I was dead", "still alive but not for long", "I can't walk away from him", "", "often"]
)
def test_what_is_more_than_an_idiom_is_none(text):
    assert not is_idiom("en", text)


@pytest.mark.parametrize(
    "text",
    ["I can't breathe if I run so never", "whenever there's a gas leak",
        "I worry about burglars", "please send someone to mend my gate", "I phoned about a gas leak once",
        "I'd call 999", "always call 999",
        "my kids hit the roof if I don't", "I'm not going to kill myself over a yoghurt pot",
        "I cut myself on the recycling tins", "the food bin stinks I can't breathe",
        "preventing suicide in young men", "I want to help people who self harm", "I'm not ok with that",
        "this survey is killing me", "I'd die for a cup of tea",
        "my neighbour fell last winter so I check on her", "kids smash bottles in the park",
        "I worry about old people left alone at christmas", "the kids are hungry after school",
        "afraid of walking home at night", "I can't lift my arm very high these days", "they made me sign a petition",
        "what is the point of voting", "I can't go on the bus any more because of my hip",
     "I volunteer for a domestic violence charity", "she beats me at scrabble",
     "I always report fires to the council",
     "we had a break-in last year", "emergency", "I volunteer for the Samaritans",
     "I check smoke alarms so there is no fire",
     "I would call an ambulance if someone collapsed", "my knees hurt me", "beats me", "dying to help",
     "the park is neglected",
     "emergency planning", "I was burgled years ago", "often", "I could murder a cuppa", "fire away",
     "drug abuse in the park",
     "my neighbour had a heart attack last year", "I report broken street lights",
     "killing two birds with one stone", "",
     "bored to death of these questions", "my wife hits the gym", "he beat me at chess",
     "I want to live near the sea", "I cut myself a slice of cake", "I beat my wife at chess",
     "I had a heart attack in 2015 so I walk daily", "the bus drivers are suicidal"],
)  # fmt: skip
def test_harmless_words_raise_no_alarm(text):
    assert find_danger("en", text) is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("skip", "skip"), ("next please", "skip"), ("Stop!", "stop"), ("bye", "stop"), ("go back", "go_back"),
        ("can I change my answer", "go_back"), ("say that again please", "repeat"), ("start over", "start_over"),
        ("show my answers", "show_answers"), ("delete my data", "delete_answers"), ("why?", "ask_why"),
        ("why do you ask", "ask_why"), ("is this anonymous?", "ask_privacy"),
        ("can I talk to a person", "talk_to_person"),
        ("who are you?", "ask_about"), ("hiya", "greet"), ("thanks a lot", "thank"),
        ("are you a robot?", "ask_about"),
    ],
)  # fmt: skip
def test_a_control_phrase_is_its_intent(text, intent):
    assert find_command("en", text) == intent


@pytest.mark.parametrize("text", ["I never stop", "why not", "back garden", "skip fires", "often", "",
    "hello often", "no",
                                  "I'd like to stop crime", "next door"])  # fmt: skip
def test_a_control_word_inside_an_answer_commands_nothing(text):
    assert find_command("en", text) is None


@pytest.mark.parametrize(
    "text", ["", "   ", "...", "😀😀", "sdfghjk", "asdf", "asdfasdf", "qwerty", "aaaaaa", "?!?", "xcvbnm"]
)
def test_noise_is_nonsense(text):
    assert is_nonsense(text)


@pytest.mark.parametrize(
    "text", ["no", "2", "NHS", "hmmm", "brb", "rhythm", "trees", "často", "нет", "often 😀", "a", "ok", "GCSEs"]
)
def test_words_are_not_nonsense(text):
    assert not is_nonsense(text)
