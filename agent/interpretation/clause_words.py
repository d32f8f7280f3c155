"""Small words by which clauses and phrases are told apart without a parser. Knows no policy."""

from __future__ import annotations

from collections.abc import Mapping


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# A clause of its own begins with them often enough: what stands before one can be translated.
OPENERS: Mapping[str, frozenset[str]] = {
    "en": _set("and but because so which who when while if where although though unless until since then or"),
    "es": _set("y e pero porque cuando mientras si donde aunque hasta quien pues entonces o u"),
    "fr": _set("et mais parce car quand lorsque si o\u00f9 pendant puisque donc puis quoique ou"),
    "it": _set("e ed ma perch\u00e9 quando mentre se dove anche per\u00f2 quindi poi oppure o"),
    "pt": _set("e mas porque quando enquanto se onde embora at\u00e9 pois ent\u00e3o ou"),
}

# They lean on the word after them: nothing is cut behind one.
LEANING: Mapping[str, frozenset[str]] = {
    "en": OPENERS["en"]
    | _set(
        "a an the this that these those my your his her its our their of to in on at by for from with without about "
        "into over under after before during between is are was were be been being am has have had do does did will "
        "would can could shall should may might must not no i you he she it we they please very as than"
    ),
    "es": OPENERS["es"]
    | _set(
        "el la los las un una unos unas lo este esta estos estas ese esa mi mis tu tus su sus nuestro nuestra de del a "
        "al en por para con sin sobre desde entre que como es son est\u00e1 est\u00e1n fue era ha han he ser no se me "
        "te le les nos muy m\u00e1s yo"
    ),
    "fr": OPENERS["fr"]
    | _set(
        "le la les l un une des du ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs de "
        "d \u00e0 au aux en dans par pour avec sans sur sous entre que qu qui comme est sont a ont ai \u00eatre ne n "
        "se s je j tu il elle nous vous ils elles tr\u00e8s plus"
    ),
    "it": OPENERS["it"]
    | _set(
        "il lo la i gli le l un uno una questo questa questi queste mio mia suo sua di del della dei delle a al alla "
        "ai in nel nella da dal per con senza su sul tra fra che come \u00e8 sono ha hanno ho essere non si mi ti ci "
        "vi molto pi\u00f9 io"
    ),
    "pt": OPENERS["pt"]
    | _set(
        "o a os as um uma este esta esse essa meu minha seu sua de do da dos das em no na nos nas ao \u00e0 por para "
        "com sem sobre entre que como \u00e9 s\u00e3o est\u00e1 foi tem t\u00eam ser n\u00e3o se me te lhe "
        "muito mais eu"
    ),
}
