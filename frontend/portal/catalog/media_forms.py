"""Pictures and documents in the product editor: the form that takes files, and the rows of those that are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.enums import MediaKind
from catalog.media import documents, pictures
from catalog.media.queries import StaffMedia, staff_media
from catalog.media.services import MediaData
from frontend.media import PAGE, ROW, document_href, document_note, document_title, image_src

_LARGEST = max(documents.MAX_BYTES, pictures.MAX_BYTES)
_MOST_BYTES = 60 * 1024 * 1024


class SeveralFilesInput(forms.ClearableFileInput):
    """One can choose or drop several files."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Several files; what each of them is shows its content."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        files = data if isinstance(data, list | tuple) else [data]
        found = [super(SeveralFilesField, self).clean(file, initial) for file in files]
        if sum(file.size or 0 for file in found if file) > _MOST_BYTES:
            raise forms.ValidationError(_("Together these files are too large: upload them in parts."))
        return [file for file in found if file]


class MediaForm(forms.Form):
    """Files of one kind, and what they show."""

    upload = SeveralFilesField(
        label=_("Files"),
        help_text=_("Choose or drop: images as JPEG, PNG or WebP; documents as PDF; drawings as PDF, DXF or STEP."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
        widget=SeveralFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp,.pdf,.dxf,.step,.stp"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=MediaKind.choices)
    title_fr = forms.CharField(label=_("Title (French)"), max_length=160, required=False)
    title_en = forms.CharField(
        label=_("Title (English)"),
        max_length=160,
        required=False,
        help_text=_("Images need a title: it is read to those who do not see them."),
    )
    language = forms.ChoiceField(
        label=_("Language of the document"),
        choices=[("", "—"), ("fr", _("French")), ("en", _("English"))],
        required=False,
    )
    for_variant = forms.BooleanField(label=_("Of this variant only"), required=False)

    def media_data(self) -> MediaData:
        """What the files are, for the service."""
        data = self.cleaned_data
        return MediaData(
            kind=MediaKind(data["kind"]),
            title_fr=data["title_fr"],
            title_en=data["title_en"],
            language=data["language"],
            for_variant=data["for_variant"],
        )

    def contents(self) -> list[tuple[str, bytes]]:
        """Names and contents; of a file that is too large for any kind no more than shows that it is."""
        return [(file.name or "", file.read(_LARGEST + 1)) for file in self.cleaned_data["upload"]]


@dataclass(frozen=True, slots=True)
class MediaRow:
    """A picture or document in the editor."""

    id: UUID
    src: str
    href: str
    kind_text: str
    title: str
    name: str
    note: str
    title_fr: str
    title_en: str


def media_rows(variant_id: UUID) -> list[MediaRow]:
    """Pictures and documents of a variant and its product; one statement."""
    return [_row(media) for media in staff_media(variant_id)]


def _row(media: StaffMedia) -> MediaRow:
    info = media.info
    is_image = info.kind == MediaKind.IMAGE
    whose = gettext("this variant only") if media.is_of_variant else ""
    return MediaRow(
        id=info.id,
        src=image_src(info, ROW, area="portal") if is_image else "",
        href=image_src(info, PAGE, area="portal") if is_image else document_href(info, area="portal"),
        kind_text=str(MediaKind(info.kind).label),
        title=info.title,
        name=document_title(info),
        note=" · ".join(filter(None, ("" if is_image else document_note(info), whose))),
        title_fr=info.title_fr,
        title_en=info.title_en,
    )
