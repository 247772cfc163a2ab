"""Light stemming for French and English at once: plural and feminine, nothing cleverer.

A catalogue mixes both languages, often in one name, so one function serves both. It need not give real words,
only the same form for what a buyer takes for the same word: ``batterie``, ``batteries``, ``battery`` →
``batteri``.
"""

from __future__ import annotations

from functools import lru_cache

_NOT_PLURAL_TEXT = """
acces atlas bois bras campus canvas chassis choix colis concours corps cours debris devis epais express francais
frais gris gros lens logis mais matelas mors palais parcours plus poids pois propos puis remis repas repos sous
talus tamis tapis temps tiers tournevis trois univers velours viscous
"""
NOT_PLURAL = frozenset(_NOT_PLURAL_TEXT.split())
NOT_PLURAL_IN_AUX = frozenset({"chaux", "faux", "taux"})
PLURAL_IN_X = ("eaux", "yaux", "eux", "oux")
DOUBLED = ("ll", "nn", "tt", "pp", "mm", "rr")
SHORTEST = 3

_STOP_WORDS_TEXT = """
a au aux avec ce ces d dans de des du en et l la le les ou par pour s sans sur un une x an and by for from of on or
the to with
"""
STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())
"""Words that need not match: buyers write them, catalogues leave them out."""


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The form under which a folded word is compared. Words with digits and very short ones stay as they
    are.
    """
    if len(word) <= SHORTEST or not word.isalpha():
        return word
    return _without_ending(_singular(word))


def _singular(word: str) -> str:
    if word in NOT_PLURAL or word.endswith("ss"):
        return word
    if word.endswith("s"):
        return word[:-1]
    if word.endswith(PLURAL_IN_X):
        return word[:-1]
    if word.endswith("aux") and word not in NOT_PLURAL_IN_AUX:
        return f"{word[:-3]}al"
    return word


def _without_ending(word: str) -> str:
    bare = word.rstrip("e")
    if len(bare) >= SHORTEST:
        word = bare
    if len(word) > SHORTEST and word.endswith("y"):
        word = f"{word[:-1]}i"
    if len(word) > SHORTEST and word.endswith(DOUBLED):
        word = word[:-1]
    return word
