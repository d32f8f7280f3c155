"""Days, months, units and negations of five languages. Tables and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping

LANGUAGES = ("en", "es", "fr", "it", "pt")


def _table(rows: str) -> dict[str, dict[str, str]]:
    """One line a thing: its wordings in the five languages, parted by |, alternatives by commas."""
    tables: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for row in rows.strip().splitlines():
        cells = [cell.strip() for cell in row.split("|")]
        thing = cells[0].split(",")[0].strip()
        for language, cell in zip(LANGUAGES, cells, strict=True):
            tables[language] |= {word.strip(): thing for word in cell.split(",") if word.strip()}
    return tables


WEEKDAYS: Mapping[str, Mapping[str, str]] = _table("""
monday,mondays|lunes|lundi,lundis|luned\u00ec|segunda
tuesday,tuesdays|martes|mardi,mardis|marted\u00ec|ter\u00e7a
wednesday,wednesdays|mi\u00e9rcoles|mercredi,mercredis|mercoled\u00ec|quarta
thursday,thursdays|jueves|jeudi,jeudis|gioved\u00ec|quinta
friday,fridays|viernes|vendredi,vendredis|venerd\u00ec|sexta
saturday,saturdays|s\u00e1bado,s\u00e1bados|samedi,samedis|sabato,sabati|s\u00e1bado,s\u00e1bados
sunday,sundays|domingo,domingos|dimanche,dimanches|domenica,domeniche|domingo,domingos
""")

# May and March are also words of other meaning, and are left out in the languages where they are.
MONTHS: Mapping[str, Mapping[str, str]] = _table("""
january|enero|janvier|gennaio|janeiro
february|febrero|f\u00e9vrier|febbraio|fevereiro
april|abril|avril|aprile|abril
june|junio|juin|giugno|junho
july|julio|juillet|luglio|julho
august|agosto|ao\u00fbt|agosto|agosto
september|septiembre,setiembre|septembre|settembre|setembro
october|octubre|octobre|ottobre|outubro
november|noviembre|novembre|novembre|novembro
december|diciembre|d\u00e9cembre|dicembre|dezembro
""")

UNITS: Mapping[str, Mapping[str, str]] = _table("""
%,percent|%,ciento|%,pourcent|%|%
\u20ac,euro,euros|\u20ac,euro,euros|\u20ac,euro,euros|\u20ac,euro|\u20ac,euro,euros
$,dollar,dollars|$,d\u00f3lar,d\u00f3lares|$,dollar,dollars|$,dollaro,dollari|$,d\u00f3lar,d\u00f3lares
kilometre,kilometres,kilometer,kilometers,km|kil\u00f3metro,kil\u00f3metros,km|kilom\u00e8tre,kilom\u00e8tres,km|chilometro,chilometri,km|quil\u00f4metro,quil\u00f4metros,quil\u00f3metros,km
mile,miles|milla,millas|mile,miles|miglio,miglia|milha,milhas
kilogram,kilograms,kilo,kilos,kg|kilogramo,kilogramos,kilo,kilos,kg|kilogramme,kilogrammes,kilo,kilos,kg|chilogrammo,chilogrammi,chilo,chili,kg|quilograma,quilogramas,quilo,quilos,kg
litre,litres,liter,liters|litro,litros|litre,litres|litro,litri|litro,litros
hour,hours|hora,horas|heure,heures,h|ora,ore|hora,horas
minute,minutes|minuto,minutos|minute,minutes|minuto,minuti|minuto,minutos
week,weeks|semana,semanas|semaine,semaines|settimana,settimane|semana,semanas
month,months|mes,meses|mois|mese,mesi|m\u00eas,meses
year,years|a\u00f1o,a\u00f1os|an,ans,ann\u00e9e,ann\u00e9es|anno,anni|ano,anos
""")

NEGATIONS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:no|not|never|nobody|nothing|none|neither|nor|nowhere|cannot|without)\b|n't\b"),
    "es": re.compile(r"\b(?:no|nunca|jam\u00e1s|nadie|nada|ning\u00fan|ninguno|ninguna|ni|tampoco|sin)\b"),
    "fr": re.compile(r"\b(?:ne|non|pas|jamais|personne|rien|aucun|aucune|ni|sans)\b|\bn'"),
    "it": re.compile(r"\b(?:no|non|mai|nessuno|nessun|nessuna|niente|nulla|n\u00e9|neanche|nemmeno|senza)\b"),
    "pt": re.compile(r"\b(?:n\u00e3o|nunca|jamais|ningu\u00e9m|nada|nenhum|nenhuma|nem|sem)\b"),
}
# Words of denial that deny nothing: questions at the end of a sentence, and phrases of politeness.
NO_NEGATIONS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"\bno problem\b|\bnot only\b|, \w+n't \w+\?|\bnothing but\b|\bwhy not\b|\bno doubt\b"),
    "es": re.compile(r"\bde nada\b|,? \u00bfno\?|, no\?|\bno s\u00f3lo\b|\bno solo\b|\bsin duda\b|\bsin embargo\b"),
    "fr": re.compile(r"\bn'est-ce pas\b|\bde rien\b|\bpas seulement\b|\bsans doute\b|\b(?:une|la|cette) personne\b"),
    "it": re.compile(r"\bnon \u00e8 vero\?|, no\?|\bdi niente\b|\bnon solo\b|\bsenza dubbio\b"),
    "pt": re.compile(r"\bde nada\b|, n\u00e3o( \u00e9)?\?|\bn\u00e3o s\u00f3\b|\bsem d\u00favida\b"),
}
