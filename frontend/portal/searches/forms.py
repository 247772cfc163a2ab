"""The form of a synonym: one word or phrase per line."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from search.models import SynonymLanguage
from search.synonyms import LONGEST_WORD, MOST_WORDS, SynonymData

_LONGEST = MOST_WORDS * (LONGEST_WORD + 2) * 2


class SynonymForm(forms.Form):
    """What customers write, and what they find then."""

    words = forms.CharField(
        label=_("Words"),
        max_length=_LONGEST,
        help_text=_("One word or phrase per line. Whoever looks for one of them also finds the others."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    meant = forms.CharField(
        label=_("In one direction only: what is meant"),
        max_length=_LONGEST,
        required=False,
        help_text=_("One per line. Fill this in when the words above should find these, and not the other way round."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(
        label=_("For customers who read"), choices=SynonymLanguage.choices, required=False, initial=""
    )

    def synonym(self) -> SynonymData:
        """What was decided, for the service."""
        data = self.cleaned_data
        return SynonymData(data["language"], _lines(data["words"]), _lines(data["meant"]))


def initial_of(data: SynonymData) -> dict[str, str]:
    return {"language": data.language, "words": "\n".join(data.words), "meant": "\n".join(data.meant)}


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
