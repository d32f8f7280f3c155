"""Requests to speak at certain times: after a while, again and again, counting aloud, at an age of the call."""

from __future__ import annotations

import random
import re

from model.studio import phrases_errands, phrases_plans, phrases_sayings, phrases_waits
from model.studio import phrases_words as words
from model.studio.grammar import Grammar

_RULES: dict[str, tuple[str, ...]] = {
    "chore": (
        "turn off the {device}", "turn the {device} off", "switch on the {device}", "check the {device}",
        "check on the {food}", "stir the {dish}", "take the {food} out", "take out the {rubbish}", "call my {relative}",
        "call {name}", "phone the {job}", "text {name}", "write to {name}", "send the {paper}", "sign the {paper}",
        "print the {paper}", "read the {paper}", "water the {plants}", "feed the {animal}", "walk the {animal}",
        "let the {animal} in", "brush the {animal}", "drink some water", "drink my {drink}", "make some {drink}",
        "have some {food}", "eat my {food}", "wash the {clothing}", "fold the {clothing}s", "lock the {entry}",
        "close the {entry}", "open the {entry}", "check the {entry}", "stand up", "sit up straight", "take a break",
        "take my pills", "move the {vehicle}", "leave for the {place}", "go to the {place}", "pick up {name}",
        "pick up the {parcel}", "start the {device}", "charge my {gadget}", "plug in the {gadget}",
        "look out of the {entry}", "empty the {device}", "save my work", "join the meeting", "change the {gadget}",
        "buy {food}", "put the {food} away", "flip the {food}", "turn the page", "look away from the screen",
        "clean my {body_thing}", "practise the {instrument}",
    ),
    "exercise": (
        "stretch", "breathe", "breathe in and out", "take a deep breath", "drink water", "stand up", "switch sides",
        "change legs", "look up", "blink", "relax", "jump", "do a push up", "do a squat", "roll my shoulders",
        "sit up straight", "smile", "stir the {dish}", "check the {device}", "take a sip", "move my {body}",
        "shake my {body}", "turn around", "change the position", "look far away", "count my steps", "lift my {body}",
        "swap hands", "touch my {body}", "keep going", "hold my breath", "bend my {body}", "look left and right",
        "walk around", "tap the {thing}", "turn the {thing}", "clap", "look at the {thing}",
    ),
    "saying": (
        "{thing}", "{animal}", "hello", "go", "now", "beep", "ready", "{colour} {thing}", "hello {name}", "tick",
        "next", "stop the {device}", "time flies", "good morning", "hurry up", "wake up {name}", "your turn",
        "{name}, it is your turn", "switch", "change", "{food}", "the {food} is ready", "dinner is ready", "well done",
        "keep going", "{number}", "ding", "cheers", "still here", "one more", "{city}", "the {vehicle} is coming",
        "it is late", "lights out", "action", "cut", "the {adjective} {thing}", "{animal} and {animal}", "surprise",
        "yes", "almost there", "bravo", "roll", "hold", "release", "jump", "left", "right", "up", "down", "push",
        "turn",
    ),
    "time": (
        "in {wait}", "in {wait}", "after {wait}", "{wait} from now", "when {wait} have passed", "once {wait} are over",
        "as soon as {wait} are up", "in exactly {wait}", "in about {wait}", "when {wait} are gone",
        "not before {wait} are over", "at the end of {wait}", "in another {wait}", "the moment {wait} are through",
        "after {wait} have gone by", "when the clock has run for {wait}", "in something like {wait}",
    ),
    "ask_task": (
        "remind me to {task}", "tell me to {task}", "let me know that I have to {task}", "give me a call to {task}",
        "ping me to {task}", "say that I should {task}", "I need a reminder to {task}", "prompt me to {task}",
        "alert me to {task}", "nudge me to {task}", "warn me to {task}", "jog my memory to {task}",
        "make sure I {task}", "don't let me forget to {task}", "see to it that I {task}", "ask me to {task}",
        "I would like to be told to {task}", "bring it up that I must {task}", "I want a reminder to {task}",
        "push me to {task}", "speak up so that I {task}", "order me to {task}", "let me hear that I should {task}",
        "keep in mind that I have to {task}",
    ),
    "ask_word": (
        "say {word}", "say {word}", "say the word {word}", "call out {word}", "shout {word}", "speak the word {word}",
        "tell me {word}", "let me hear {word}", "give me a {word}", "I want to hear {word}", "utter {word}",
        "announce {word}", "I would like to hear {word}", "please pronounce {word}", "make it known with {word}",
        "cry {word}", "just say {word} once", "surprise me with {word}",
    ),
    "pace": (
        "every {wait}", "every {wait}", "once every {wait}", "each {wait}", "at intervals of {wait}",
        "with {wait} in between", "each time {wait} are over", "whenever {wait} have passed", "in a rhythm of {wait}",
        "again and again every {wait}", "regularly, every {wait}", "one time per {wait}", "after every {wait}",
        "always after {wait}", "over and over, every {wait}",
    ),
    "before_reason": (
        "I'm quite busy, so", "I always forget things, so", "I'm cooking,", "I'm working out right now,",
        "my hands are full,", "since I can't see a clock,", "for my training,", "this is important,",
        "there is something I need,", "we're playing a game,", "I'm testing you,", "before I forget,", "as usual,",
        "while I work,", "help me out here,", "here is the plan,", "I have no watch,", "the doctor told me to, so",
        "let's do this,",
    ),
    "after_reason": (
        "because I forget everything", "I really need that", "it's important", "so that I'm not late",
        "or I will forget it", "I'm counting on you", "that would help me a lot", "my memory is terrible",
        "I can't look at the clock", "as we always do", "otherwise it burns", "that's all I need", "and nothing else",
        "if that's possible", "while I do something else",
    ),
    "remind": (
        "{ask_task} {time}", "{time} {ask_task}", "{time}, {ask_task}", "{before_reason} {ask_task} {time}",
        "{ask_task} {time}, {after_reason}", "{before_reason} {time} {ask_task}", "{ask_task}, but {time}",
        "{ask_task}, {time}", "{ask_task} {time}", "{time} {ask_task}", "{time}, {ask_task}, {after_reason}",
        "{ask_task} {time}", "remind me to {task} in {wait}", "in {wait} remind me to {task}",
        "remind me in {wait} to {task}", "tell me to {task} in {wait}", "in {wait}, tell me to {task}",
        "tell me in {wait} that I have to {task}", "let me know in {wait} to {task}",
        "give me a reminder to {task} in {wait}", "set a reminder to {task} in {wait}",
        "after {wait}, remind me to {task}", "wait {wait} and then tell me to {task}", "make sure I {task} in {wait}",
        "don't let me forget to {task} in {wait}", "give me a shout in {wait} to {task}",
        "nudge me to {task} when {wait} have gone by", "poke me in {wait} so that I {task}",
        "remind me that I need to {task} {wait} from now", "warn me in {wait} to {task}",
        "in {wait} I have to {task}, remind me", "I want to {task} in {wait}, tell me when",
        "I should {task} in {wait}, so please tell me then", "help me remember to {task} in {wait}",
        "start a timer for {wait} and then tell me to {task}", "I must {task} in {wait}, remind me then",
    ),
    "say_once": (
        "{ask_word} {time}", "{time} {ask_word}", "{time}, {ask_word}", "{before_reason} {ask_word} {time}",
        "{ask_word} {time}, {after_reason}", "{before_reason} {time} {ask_word}", "{ask_word}, but {time}",
        "{ask_word}, {time}", "{time}, {ask_word}, {after_reason}", "{ask_word} {time}", "say {word} in {wait}",
        "in {wait} say {word}", "in {wait}, say {word}", "say {word} after {wait}", "after {wait} say {word}",
        "wait {wait} and say {word}", "wait for {wait}, then say {word}", "say {word} {wait} from now",
        "say the word {word} in {wait}", "let me hear {word} in {wait}", "I want to hear {word} in {wait}",
        "be silent for {wait} and then say {word}", "call out {word} in {wait}", "shout {word} when {wait} are over",
        "when {wait} have passed, say {word}", "once {wait} are over, say {word}", "give me {wait}, then say {word}",
        "tell me {word} after {wait}", "hold on for {wait} and then say {word}", "count {wait} silently and say {word}",
        "stay quiet for {wait}, then say {word}", "in exactly {wait} say {word}",
        "as soon as {wait} are up, say {word}",
    ),
    "alarm": (
        "set a timer", "start a timer", "tell me", "let me know", "give me a sign", "ring a bell", "make a sound",
        "say something", "wake me", "call me", "set an alarm", "speak up", "alert me", "beep me", "raise your voice",
        "signal me", "I want an alarm",
    ),
    "timer": (
        "{alarm} {time}", "{time} {alarm}", "{time}, {alarm}", "{before_reason} {alarm} {time}",
        "{alarm} {time}, {after_reason}", "{alarm} for {wait}", "{before_reason} {time} {alarm}",
        "keep track of {wait}", "how about a timer of {wait}", "take the time, {wait}", "set a timer for {wait}",
        "set a {wait} timer", "start a timer of {wait}", "start a timer for {wait}", "give me a timer for {wait}",
        "tell me when {wait} are over", "tell me when {wait} have passed", "let me know when {wait} are up",
        "let me know after {wait}", "time {wait} for me", "alarm in {wait}", "put {wait} on the clock",
        "say when {wait} are up", "tell me when {wait} are gone", "ring in {wait}", "wake me in {wait}",
        "I need {wait} for my {dish}, tell me when they are over", "can I have a timer, {wait}",
        "measure {wait} for me", "keep an eye on the time and tell me when {wait} are over", "signal me after {wait}",
        "timer, {wait}", "the {dish} needs {wait}, start the clock", "my {drink} takes {wait}, tell me when it's done",
    ),
    "remind_often": (
        "{ask_task} {pace}", "{pace} {ask_task}", "{pace}, {ask_task}", "{before_reason} {ask_task} {pace}",
        "{before_reason} {pace} {ask_task}", "{ask_task}, {pace}", "{ask_task} {pace}", "{pace}, {ask_task}",
        "remind me to {task} every {wait}", "every {wait} remind me to {task}", "every {wait}, tell me to {task}",
        "tell me to {task} every {wait}", "remind me every {wait} to {task}",
        "I want to {task} every {wait}, so remind me", "let me know every {wait} to {task}",
        "keep reminding me to {task} every {wait}", "once every {wait} tell me to {task}",
        "give me a sign to {task} every {wait}", "I should {task} every {wait}, tell me each time",
        "make me {task} every {wait}", "at intervals of {wait}, remind me to {task}", "nudge me every {wait} to {task}",
        "each {wait}, remind me to {task}", "I'm training, tell me to {task} every {wait}",
        "help me {task} every {wait}", "call out every {wait} that I should {task}",
        "remind me again and again, every {wait}, to {task}",
    ),
    "say_often": (
        "{ask_word} {pace}", "{pace} {ask_word}", "{pace}, {ask_word}", "{before_reason} {ask_word} {pace}",
        "{before_reason} {pace} {ask_word}", "{ask_word}, {pace}", "{ask_word} {pace}", "{pace}, {ask_word}",
        "say {word} every {wait}", "every {wait} say {word}", "every {wait}, say {word}",
        "keep saying {word} every {wait}", "I want to hear {word} every {wait}", "call out {word} every {wait}",
        "say {word} once every {wait}", "repeat {word} every {wait}", "let me hear {word} every {wait}",
        "say {word} again and again, every {wait}", "each time {wait} have passed, say {word}",
        "say {word} at intervals of {wait}", "give me a {word} every {wait}",
        "be my metronome and say {word} every {wait}", "start saying {word} every {wait}",
        "say {word} regularly, every {wait}", "at every {wait} mark say {word}", "say {word} with {wait} in between",
    ),
    "in_turns": (
        "say {word} and {other} in turn every {wait}", "alternate between {word} and {other} every {wait}",
        "every {wait} say {word}, then {other}, then {word} again", "say {word}, and {wait} later {other}, and so on",
        "take turns saying {word} and {other} every {wait}", "every {wait}, switch between {word} and {other}",
        "say {word} and {other}, one after the other, every {wait}",
        "say first {word} and then {other}, with {wait} between", "swap between {word} and {other} every {wait}",
        "every {wait} say either {word} or {other}, always in turn",
        "call out {word} and {other} alternately, every {wait}", "{word}, {other}, {word}, {other}, one every {wait}",
        "I want to hear {word} and {other} by turns every {wait}",
        "keep saying {word} and {other} every {wait}, alternating", "tell me {word}, then {other} every {wait}",
        "start with {word} and every {wait} change to {other} or back",
        "remind me to {word} and to {other} in turn, every {wait}",
        "every {wait} tell me to {word} or {other}, alternating",
    ),
    "until_told": (
        "", "", "", "until I say stop", "until I tell you to stop", "till I say stop", "until I stop you",
        "until I've had enough", "as long as I don't stop you", "until further notice", "and don't stop until I say so",
        "until I say that's enough", "forever",
    ),
    "until_word": (
        "until I say {cue}", "until you hear {cue}", "until you hear the word {cue}", "till I say {cue}",
        "and stop when I say {cue}", "and when I say {cue} stop", "up to the moment I say {cue}",
        "as long as I don't say {cue}", "and end it when you hear {cue}", "until I say the word {cue}",
        "and finish as soon as I say {cue}", "until the word {cue} comes", "stopping at the word {cue}",
        "but quit when I say {cue}", "keep on until I say {cue}",
    ),
    "times": (
        "{count} times", "{count} times in all", "{count} times in total", "but only {count} times",
        "and do that {count} times", "for {count} rounds", "just {count} times", "{count} times, then stop",
        "and stop after {count} times", "exactly {count} times", "{count} times please",
        "but no more than {count} times", "repeat that {count} times", "and after {count} times you stop",
        "not more often than {count} times",
    ),
    "count_down": (
        "count down from {number}", "count down from {number} out loud", "count backwards from {number}",
        "do a countdown from {number}", "give me a countdown from {number}", "count from {number} down to one",
        "count down {number} seconds", "start a countdown from {number}", "I need a countdown from {number}",
        "count backwards from {number} to one", "let's hear a countdown from {number}",
        "do the countdown, start at {number}", "countdown from {number}", "count us down from {number}",
        "count me down from {number}", "loudly count down from {number}", "count the last {number} seconds down",
        "from {number} count down to one",
    ),
    "count_up": (
        "count to {number}", "count up to {number}", "count from one to {number}", "count up to {number} out loud",
        "count slowly to {number}", "let me hear you count to {number}", "count the seconds up to {number}",
        "count aloud up to {number}", "start counting and stop at {number}", "say the numbers from one to {number}",
        "count {number} seconds aloud", "count with me to {number}", "go from one up to {number}",
    ),
    "count_pace": (
        "one number every {wait}", "a number every {wait}", "with {wait} between the numbers",
        "slowly, every {wait} one number", "saying a number every {wait}", "{wait} for each number",
        "and leave {wait} between them", "one every {wait}",
    ),
    "then_say": (
        "and then say {word}", "and say {word} at the end", "then {word}", "and finish with {word}",
        "and at zero say {word}", "and after that say {word}", "followed by {word}", "and end with {word}",
    ),
    "at_age": (
        "when we have talked for {wait} say {word}", "when this call is {wait} old say {word}",
        "say {word} when we've been on this call for {wait}", "once we have been talking for {wait}, say {word}",
        "say {word} as soon as the call has lasted {wait}", "when the call reaches {wait}, say {word}",
        "at {wait} into the call, say {word}", "say {word} at the {wait} mark of this call",
        "when we are {wait} into this conversation say {word}", "after the first {wait} of this call say {word}",
    ),
    "tell_at_age": (
        "tell me when we have talked for {wait}", "tell me when we've been on this call for {wait}",
        "let me know when this call is {wait} old", "tell me when the call has lasted {wait}",
        "let me know once we have been talking for {wait}", "warn me when we reach {wait} of talking",
        "give me a sign when the call is {wait} long",
        "I don't want to talk longer than {wait}, tell me when we get there",
        "say something when we are {wait} into this call", "tell me as soon as our conversation has gone on for {wait}",
    ),
    "second_timer": (
        "and another one for {wait}", "and a second timer for {wait}", "and also one for {wait}", "plus one of {wait}",
        "and one more for {wait}",
    ),
    "and_also_say": (
        "and then say {word} in {wait}", "and in {wait} say {word}", "and {word} in {wait}",
        "and after {wait} say {word}",
        "and also say {word} in {wait}", "and then {word} {wait} from now", "and in {wait} {word}",
    ),
    "and_also": (
        "and to {task} in {wait}", "and in {wait} to {task}", "and also to {task} in {wait}",
        "and to {task} after {wait}", "and then in {wait} to {task}",
    ),
    "change": (
        "make it {wait} instead", "actually make it {wait}", "no, make that {wait}", "change it to {wait}",
        "let's say {wait} instead", "wait, I meant {wait}", "sorry, {wait} is better", "on second thought, {wait}",
        "hm, better {wait}", "change the time to {wait}", "I changed my mind, {wait}", "could you make it {wait}",
        "please use {wait} instead", "forget what I said, {wait} from now", "do it in {wait} instead",
        "I'd rather have {wait}", "not that long, {wait} from now", "correction, {wait}", "let's do {wait} after all",
    ),
    "add": (
        "add {wait}", "give me {wait} more", "{wait} more please", "extend it by {wait}", "make it {wait} longer",
        "I need another {wait}", "add another {wait} to that",
    ),
    "cancel": (
        "cancel that", "cancel it", "cancel the timer", "never mind", "forget it", "forget about that",
        "stop the timer", "you can cancel that", "no need anymore", "I don't need that anymore", "actually don't",
        "actually, cancel that", "drop that", "leave it", "no reminder needed", "scratch that", "delete the reminder",
        "please cancel the reminder", "oh, forget what I said", "call it off", "let's not do that",
    ),
    "stop": (
        "stop", "stop it", "stop now", "okay stop", "please stop", "that's enough", "enough", "you can stop now",
        "stop please", "okay, that's enough", "no more", "alright, stop", "stop that", "thanks, that's enough",
        "you may stop", "that will do", "stop counting", "quit it", "end it", "okay enough", "I've had enough",
        "stop reminding me", "you can stop reminding me", "thank you, you can stop", "finish",
    ),
    "device": (
        "oven", "heating", "washing machine", "radio", "light", "fan", "dishwasher", "stove", "iron", "kettle",
        "heater", "printer", "camera", "toaster", "grill", "lamp",
    ),
    "dish": (
        "soup", "sauce", "rice", "pasta", "tea", "stew", "curry", "dough", "porridge", "custard", "risotto",
    ),
    "rubbish": ("rubbish", "trash", "bins", "recycling", "garbage"),
    "relative": (
        "mother", "father", "sister", "brother", "boss", "wife", "husband", "doctor", "aunt", "son", "daughter",
        "dentist", "bank", "landlord",
    ),
    "paper": (
        "letter", "report", "invoice", "email", "contract", "form", "article", "parcel", "application", "bill",
        "photos", "answer", "recipe",
    ),
    "plants": ("plants", "flowers", "tomatoes", "garden", "roses", "lawn", "herbs", "tree"),
    "drink": ("tea", "coffee", "juice", "milk", "cocoa", "lemonade", "water", "smoothie"),
    "entry": ("door", "window", "gate", "garage", "back door", "cellar", "shop", "balcony door"),
    "place": (
        "station", "airport", "office", "gym", "school", "market", "bakery", "dentist", "party", "library", "cinema",
        "post office",
    ),
    "parcel": ("parcel", "children", "kids", "keys", "dry cleaning", "groceries", "tickets"),
    "gadget": ("phone", "laptop", "battery", "headset", "tablet", "watch", "camera", "filter"),
    "body_thing": ("teeth", "desk", "glasses", "room", "shoes", "hands", "screen", "kitchen"),
    "name": words.NAMES, "job": words.JOBS, "animal": words.ANIMALS, "food": words.FOODS, "clothing": words.CLOTHES,
    "thing": words.THINGS, "colour": words.COLOURS, "vehicle": words.VEHICLES, "adjective": words.ADJECTIVES,
    "instrument": words.INSTRUMENTS, "body": words.BODY, "city": words.CITIES,
}  # fmt: skip
_GRAMMAR = Grammar(_RULES, phrases_waits.RULES, phrases_plans.RULES, phrases_errands.RULES, phrases_sayings.RULES)


def draw(rule: str, rng: random.Random, **given: str) -> str:
    """A line of a rule, for example `remind` with its `task` and `wait`."""
    return _inflected(_GRAMMAR.draw(rule, rng, **given))


def saying(rng: random.Random) -> str:
    """Words to say at a time."""
    from_numbers = {"number": rng.choice(("one", "two", "three", "ten", "zero"))}
    return _GRAMMAR.draw("saying", rng, **from_numbers)


def _inflected(text: str) -> str:
    """`a minute are over` to `a minute is over`, `a ten seconds timer` to `a ten second timer`."""
    text = re.sub(r"(minute|a minute and a half) are\b", r"\1 is", text)
    text = re.sub(r"(minute|a minute and a half) have\b", r"\1 has", text)
    text = re.sub(r"\b(second|minute)s (timer|mark)\b", r"\1 \2", text)
    text = re.sub(r"\b(every|each|another|extra|the|next|per) a (minute|second)", r"\1 \2", text)
    return re.sub(r"\ba a\b", "a one", text)
