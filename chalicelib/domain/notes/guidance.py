"""What makes a note useful: a few cautious rules, and examples to learn from.

The rules know English words only, so they keep silent about other scripts and about anything longer than a phrase.
"""

import re

from chalicelib.domain.notes.model import Example, Hint, NoteGuide
from chalicelib.domain.text import words

SHORT = 3
PHRASE = 8
# A figure, a date, a wish or a plan is something that a colleague can act on.
_CUES = """
allergic allergy anniversary appointment ask avoid birthday book bracelet budget call carat collect daughter
deliver deposit dislikes due email engagement engraving fiance finger fitting follow gift hates husband
interested invite january february march april may june july august september october november december likes
looking loves monday mother needs next partner platinum prefers promised proposal remind repair requested resize
return ring saturday send show size son spouse sunday thursday friday tuesday wednesday wait wants wedding week
whatsapp wife wishes wrist
"""
_OPINIONS = """
annoying arrogant awful cheapskate crazy difficult dumb fussy greedy horrible idiot lazy lovely
miserable moody nasty nice picky rude snob snobbish stingy stupid ugly unfriendly unpleasant weird
"""
CUES = frozenset(_CUES.split())
OPINIONS = frozenset(_OPINIONS.split())
JUDGEMENTS = re.compile(r"\b(?:good|bad|great|terrible|best|worst) (?:customer|client|person|lady|guy|man|woman)\b")

TOO_SHORT = Hint(
    code="too_short", hint="Say more: what do they want, in which metal or size, at what price, until when?"
)
NOTHING_TO_ACT_ON = Hint(
    code="nothing_to_act_on", hint="Add what a colleague can act on: a wish, a size, a budget, a date or a next step."
)
OPINION = Hint(
    code="opinion", hint="Write down what happened instead of what you think of the person; they may read it."
)

GUIDE = NoteGuide(
    advice=[
        "Write a note after every meeting, while you remember it.",
        "Name wishes, sizes, budgets, dates and the next step.",
        "Leave out opinions about the person.",
    ],
    good=[
        Example(text="Likes rose gold; up to 80,000 for their anniversary in May", why="metal, budget and occasion"),
        Example(text="Husband's birthday is 15 March: ring them a week ahead", why="a date and what to do about it"),
        Example(text="Show solitaires of 0.5-0.7 ct at the next visit, ring size 12", why="what to prepare"),
    ],
    poor=[
        Example(text="Nice customer", why="an opinion, nothing to act on"),
        Example(text="Was in the shop", why="the timeline says so already"),
        Example(text="Wondered about bangles", why="which ones, for whom, at what price?"),
    ],
)


def hints(text: str | None) -> list[Hint]:
    """Hints for a poor note; an empty list for one that says something, and for a withdrawn one (None)."""
    if text is None or not text.isascii():
        return _opinion(text or "")
    said = words(text)
    if any(word in CUES or any(c.isdigit() for c in word) for word in said):
        return _opinion(text)
    if len(said) <= SHORT:
        return [TOO_SHORT, *_opinion(text)]
    return [*([NOTHING_TO_ACT_ON] if len(said) <= PHRASE else []), *_opinion(text)]


def _opinion(text: str) -> list[Hint]:
    said = words(text)
    found = not OPINIONS.isdisjoint(said) or JUDGEMENTS.search(" ".join(said))
    return [OPINION] if found else []
