"""Words of other languages with their English ones, and short phrases with their Spanish ones."""

from __future__ import annotations

import random

from model.studio.grammar import Grammar, sentence
from model.studio.phrases_cue_requests import FOREIGN_RULES

LANGUAGES: dict[str, dict[str, str]] = {
    "Spanish": dict(
        zip(
            "casa perro gato agua libro mesa silla puerta coche calle ciudad pan leche queso manzana "
            "pescado huevo azúcar amigo hermana madre padre niño mujer hombre escuela trabajo "
            "dinero tiempo noche mañana rojo verde azul blanco negro grande pequeño playa montaña bosque árbol flor "
            "caballo pájaro camisa  cocina cama iglesia puente semana corazón mano cabeza gracias".split(),
            "house dog cat water book table chair door car street city bread milk cheese apple fish "
            "egg sugar friend sister mother father child woman man school work money time night tomorrow "
            "red green blue white black big small beach mountain forest tree flower horse bird shirt kitchen "
            "bed church bridge week heart hand head thanks".split(),
            strict=True,
        )
    ),
    "French": dict(
        zip(
            "maison chien chat eau livre chaise porte voiture rue ville pain lait pomme poisson oeuf sucre "
            "ami frère soeur mère père enfant femme homme école travail argent nuit demain rouge vert bleu blanc "
            "noir grand petit plage montagne forêt arbre fleur cheval oiseau chemise cuisine lit église pont "
            "semaine coeur main tête merci".split(),
            "house dog cat water book chair door car street city bread milk apple fish egg sugar friend "
            "brother sister mother father child woman man school work money night tomorrow red green blue white "
            "black big small beach mountain forest tree flower horse bird shirt kitchen bed church bridge week "
            "heart hand head thanks".split(),
            strict=True,
        )
    ),
    "German": dict(
        zip(
            "Haus Hund Katze Wasser Buch Tisch Stuhl Tür Strasse Stadt Brot Milch Käse Apfel Fisch Zucker Freund "
            "Bruder Schwester Mutter Vater Kind Frau Schule Arbeit Geld Zeit Nacht Morgen rot grün blau weiss "
            "schwarz gross klein Strand Berg Wald Baum Blume Pferd Vogel Hemd Küche Bett Kirche Brücke Woche Herz "
            "Kopf danke".split(),
            "house dog cat water book table chair door street city bread milk cheese apple fish sugar friend "
            "brother sister mother father child woman school work money time night morning red green blue white "
            "black big small beach mountain forest tree flower horse bird shirt kitchen bed church bridge week "
            "heart head thanks".split(),
            strict=True,
        )
    ),
    "Italian": dict(
        zip(
            "cane gatto acqua libro tavola sedia porta macchina strada città pane latte formaggio mela pesce uovo "
            "zucchero amico fratello sorella bambino donna uomo scuola lavoro soldi notte domani rosso bianco nero "
            "spiaggia montagna bosco albero fiore cavallo uccello camicia cucina letto chiesa ponte settimana cuore "
            "mano grazie".split(),
            "dog cat water book table chair door car street city bread milk cheese apple fish egg sugar friend "
            "brother sister child woman man school work money night tomorrow red white black beach mountain forest "
            "tree flower horse bird shirt kitchen bed church bridge week heart hand thanks".split(),
            strict=True,
        )
    ),
}
_RULES: dict[str, tuple[str, ...]] = {
    "when": (
        "if I use a {language} word", "whenever a {language} word slips in", "every time I say a {language} word",
        "when I say something in {language}", "if a word is not English", "when you hear a foreign word",
        "if I forget a word and say it in {language}", "each time I mix in {language}",
        "as soon as I say a {language} word", "if I fall into {language}", "when a word comes out in {language}",
        "whenever I use the {language} word for something", "if I switch to {language}",
        "every time a foreign word comes", "when I don't find the English word",
    ),
    "what": (
        "say the English word", "tell me the English one", "give me the English word", "say it in English",
        "help me with the English word", "say what it is in English", "call out the English word",
        "translate it to English at once", "put in the English word", "interrupt me with the English word",
        "say the right English word", "tell me what it is called in English",
    ),
    "frame": (
        "{when}, {what}", "{what} {when}", "I'm learning English, {when}, {what}",
        "I want to practise my English, {what} {when}", "I mix up my languages, so {when}, {what}",
        "while I talk, {what} {when}", "{when} please {what}", "let's train, {when}, {what}",
        "my English is not perfect, {when}, {what}", "listen, {when}, {what}", "{what} {when}, okay",
    ),
    "translate": (
        "translate what I say into Spanish", "translate everything I say into Spanish", "say what I say in Spanish",
        "be my interpreter for Spanish", "interpret for me into Spanish",
        "please translate me into Spanish while I speak", "whatever I say, say it in Spanish",
        "turn my words into Spanish", "I'll speak English and you say it in Spanish",
        "put everything I say into Spanish", "from now on translate into Spanish", "translate my sentences to Spanish",
        "act as an interpreter, English to Spanish", "translate me live into Spanish",
        "repeat everything I say in Spanish", "let my friend hear me in Spanish",
        "I need a Spanish translation of what I say", "start translating into Spanish",
    ),
}  # fmt: skip
_GRAMMAR = Grammar(_RULES, FOREIGN_RULES)
SPANISH_PHRASES: dict[str, str] = {
    "good morning": "buenos días", "good afternoon": "buenas tardes", "good night": "buenas noches", "hello": "hola",
    "goodbye": "adiós", "see you tomorrow": "hasta mañana", "see you later": "hasta luego", "thank you": "gracias",
    "thank you very much": "muchas gracias", "please": "por favor", "excuse me": "perdón", "I'm sorry": "lo siento",
    "yes": "sí", "no": "no", "of course": "claro", "how are you": "cómo está", "I'm fine": "estoy bien",
    "what's your name": "cómo se llama", "my name is Anna": "me llamo Anna", "my name is Peter": "me llamo Peter",
    "nice to meet you": "mucho gusto", "I don't understand": "no entiendo", "I don't know": "no sé", "I know": "lo sé",
    "can you help me": "puede ayudarme", "where is the bathroom": "dónde está el baño",
    "where is the station": "dónde está la estación", "where is the hotel": "dónde está el hotel",
    "where is the beach": "dónde está la playa", "where is the bank": "dónde está el banco",
    "how much is it": "cuánto cuesta", "it is too expensive": "es demasiado caro", "it is cheap": "es barato",
    "the bill please": "la cuenta por favor", "a table for two": "una mesa para dos",
    "a table for four": "una mesa para cuatro", "I would like a coffee": "quisiera un café",
    "I would like a beer": "quisiera una cerveza", "a glass of water": "un vaso de agua", "I am hungry": "tengo hambre",
    "I am thirsty": "tengo sed", "I am tired": "estoy cansado", "I am cold": "tengo frío", "I am hot": "tengo calor",
    "I am lost": "estoy perdido", "I am happy": "estoy feliz", "I am sick": "estoy enfermo",
    "I have a reservation": "tengo una reserva", "I need a doctor": "necesito un médico",
    "I need a taxi": "necesito un taxi", "call the police": "llame a la policía", "turn left": "gire a la izquierda",
    "turn right": "gire a la derecha", "straight on": "todo recto", "it is near": "está cerca",
    "it is far": "está lejos", "the train is late": "el tren llega tarde",
    "when does the bus leave": "cuándo sale el autobús", "a ticket to Madrid": "un billete a Madrid",
    "one moment": "un momento", "what time is it": "qué hora es", "it is late": "es tarde",
    "it is early": "es temprano", "today is Monday": "hoy es lunes", "today is Friday": "hoy es viernes",
    "tomorrow is Sunday": "mañana es domingo", "the weather is nice": "hace buen tiempo",
    "it is raining": "está lloviendo", "it is cold": "hace frío", "it is hot": "hace calor",
    "I like the food": "me gusta la comida", "I like music": "me gusta la música",
    "I like your house": "me gusta tu casa", "the food is very good": "la comida es muy buena",
    "I live in London": "vivo en Londres", "I come from England": "soy de Inglaterra",
    "I work in a school": "trabajo en una escuela", "I have two children": "tengo dos hijos",
    "I have a dog": "tengo un perro", "I have a cat": "tengo un gato", "my uncle is a doctor": "mi tío es médico",
    "my sister is a teacher": "mi hermana es profesora", "my mother is at home": "mi madre está en casa",
    "the house is big": "la casa es grande", "the car is red": "el coche es rojo",
    "the door is open": "la puerta está abierta", "the shop is closed": "la tienda está cerrada",
    "the water is cold": "el agua está fría", "the room is small": "la habitación es pequeña",
    "we are ready": "estamos listos", "we are friends": "somos amigos", "we want to eat": "queremos comer",
    "we want to pay": "queremos pagar", "let's go": "vamos", "come here": "ven aquí", "wait here": "espera aquí",
    "sit down": "siéntese", "be careful": "cuidado", "I love you": "te quiero", "happy birthday": "feliz cumpleaños",
    "good luck": "buena suerte", "cheers": "salud", "see you on Monday": "hasta el lunes",
    "I want to buy bread": "quiero comprar pan", "I want to go home": "quiero ir a casa",
    "I want to sleep": "quiero dormir", "where are you": "dónde estás", "where do you live": "dónde vives",
    "who is that": "quién es", "what is this": "qué es esto", "why not": "por qué no",
    "I can't find my key": "no encuentro mi llave", "the key is on the table": "la llave está en la mesa",
    "my phone is broken": "mi teléfono está roto", "it is very important": "es muy importante",
    "it is not possible": "no es posible", "everything is fine": "todo está bien", "that's right": "así es",
    "that's wrong": "eso está mal", "I agree": "estoy de acuerdo", "again please": "otra vez por favor",
    "more slowly please": "más despacio por favor", "do you speak English": "habla inglés",
    "I speak a little Spanish": "hablo un poco de español", "the meeting is at three": "la reunión es a las tres",
    "the meeting is tomorrow": "la reunión es mañana", "I will call you tomorrow": "te llamo mañana",
    "I have no time": "no tengo tiempo", "I have an idea": "tengo una idea", "I have a question": "tengo una pregunta",
    "you are right": "tiene razón", "the airport is far": "el aeropuerto está lejos",
    "the museum is open": "el museo está abierto", "my room has no light": "mi habitación no tiene luz",
    "the soup is cold": "la sopa está fría", "the bread is fresh": "el pan está fresco",
    "without sugar please": "sin azúcar por favor", "with milk please": "con leche por favor",
    "two coffees please": "dos cafés por favor", "three tickets please": "tres entradas por favor",
    "the children are playing": "los niños están jugando", "the dog is sleeping": "el perro está durmiendo",
    "my father is working": "mi padre está trabajando", "she is my wife": "es mi esposa",
    "he is my husband": "es mi marido", "they are my parents": "son mis padres", "welcome": "bienvenidos",
}  # fmt: skip


def foreign_request(rng: random.Random, language: str) -> str:
    """Asks for the English word wherever a foreign one is used."""
    return _GRAMMAR.draw("frame", rng, language=language)


def foreign_word(rng: random.Random, language: str) -> tuple[str, str]:
    """A word of a language and the English one."""
    return rng.choice(list(LANGUAGES[language].items()))


def translation_request(rng: random.Random) -> str:
    return _GRAMMAR.draw("translate", rng)


def phrase_pair(rng: random.Random) -> tuple[str, str]:
    """A short phrase and its Spanish."""
    english, spanish = rng.choice(list(SPANISH_PHRASES.items()))
    return sentence(english), sentence(spanish)
