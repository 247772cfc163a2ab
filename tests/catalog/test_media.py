"""Pictures and documents: checked by content, pictures written anew, served to those who see the goods."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from catalog.editing import NewProduct, create_product
from catalog.enums import MediaKind, VariantState
from catalog.media import pictures, services, storing
from catalog.media.documents import recognised
from catalog.media.services import MediaData, add_media
from catalog.models import Media, Product, Variant, VisibilityRule
from catalog.queries import listed_variants, product_detail
from catalog.visibility import UNRESTRICTED
from core.errors import InvalidInput, NotAllowed, NotFound
from core.tenancy import use_tenant
from tests.counting import statements
from tests.world import World

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
DXF = b"999\nmade by hand\n  0\nSECTION\n  2\nHEADER\n"
STEP = b"ISO-10303-21;\nHEADER;\n"
HTML = b"<html><script>alert(1)</script></html>"


def image(size: tuple[int, int] = (1200, 600), form: str = "JPEG", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#1a6b4f").save(out, form, **more)
    return out.getvalue()


def acting(world: World) -> Any:
    return use_tenant(world.acme.scope, party="tenant")


def add(world: World, *contents: bytes, sku: str = "VN-1001", **data: Any) -> Media:
    values = {"kind": MediaKind.IMAGE, "title_fr": "Vis", "title_en": "Screw"} | data
    with acting(world):
        add_media(
            variant_id=world.acme.variants[sku],
            contents=[(f"file {place}", content) for place, content in enumerate(contents)],
            data=MediaData(**values),
            actor=world.acme.staff,
        )
        return Media.objects.order_by("-position", "-pk")[0]


def count(world: World) -> int:
    with acting(world):
        return Media.objects.count()


def src(media: Media, size: int = 96) -> str:
    return f"/media/{media.pk}/{media.digest[:12]}/{size}.webp"


def href(media: Media) -> str:
    return f"/media/{media.pk}/{media.digest[:12]}/download/"


def body(response: Any) -> bytes:
    assert response.status_code == 200, response.status_code
    return bytes(response.content)


def test_a_picture_is_written_anew_in_fixed_sizes_and_without_metadata(world: World, browser: Any) -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    exif[0x0112] = 6  # held upright: to be turned by a quarter
    media = add(world, image(exif=exif))
    assert (media.width, media.height, media.content_type) == (400, 800, "image/webp")
    client = browser(world.acme.host)
    for size, expected in ((96, (48, 96)), (240, (120, 240)), (800, (400, 800))):
        content = body(client.get(src(media, size)))
        assert b"SECRET" not in content
        with Image.open(io.BytesIO(content)) as shown:
            assert (shown.format, shown.size, dict(shown.getexif())) == ("WEBP", expected, {})
    assert client.get(src(media, 801)).status_code == 404
    assert client.get(href(media)).status_code == 404


def test_transparency_stays_and_small_pictures_are_not_blown_up() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (50, 20), (255, 0, 0, 0)).save(out, "PNG")
    picture = pictures.rendered(out.getvalue())
    assert (picture.width, picture.height) == (50, 20)
    with Image.open(io.BytesIO(picture.files[96])) as shown:
        assert shown.mode == "RGBA"


@pytest.mark.parametrize(
    "content",
    [HTML, b"", PDF, image(form="GIF"), image()[:200], b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ids=["html", "empty", "pdf", "gif", "torn", "svg"],
)
def test_what_is_no_picture_is_refused(world: World, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(world, content)
    assert refused.value.field == "upload"
    assert count(world) == 0


def test_pictures_with_too_many_pixels_are_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    content = image((6000, 5001), "PNG")
    monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("it was decoded"))
    with pytest.raises(InvalidInput, match="too many pixels"):
        pictures.rendered(content)


def test_a_picture_needs_a_title(world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(world, image(), title_fr=" ", title_en="")
    assert refused.value.field == "title_fr"
    media = add(world, image())
    with acting(world), pytest.raises(InvalidInput):
        services.describe(media_id=media.pk, title_fr="", title_en="", actor=world.acme.staff)


@pytest.mark.parametrize(
    ("content", "kind", "suffix"),
    [
        (PDF, MediaKind.DATA_SHEET, "pdf"),
        (PDF, MediaKind.CAD, "pdf"),
        (DXF, MediaKind.CAD, "dxf"),
        (b"AutoCAD Binary DXF\r\n\x1a\x00\x00", MediaKind.CAD, "dxf"),
        (STEP, MediaKind.CAD, "step"),
        (DXF, MediaKind.DATA_SHEET, ""),
        (HTML, MediaKind.DATA_SHEET, ""),
        (HTML, MediaKind.CAD, ""),
        (b"%PDF-1.7\n", MediaKind.OTHER, ""),
        (HTML + PDF, MediaKind.OTHER, ""),
    ],
)
def test_documents_are_known_by_their_content(content: bytes, kind: MediaKind, suffix: str) -> None:
    if suffix:
        assert recognised(content, kind).suffix == suffix
    else:
        with pytest.raises(InvalidInput):
            recognised(content, kind)


def test_a_document_is_a_download(world: World, browser: Any) -> None:
    media = add(world, PDF, kind=MediaKind.SAFETY_SHEET, title_fr="Fiche de sécurité", title_en="", language="fr")
    client = browser(world.acme.host)
    response = client.get(href(media))
    assert body(response) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="fiche-de-securite.pdf"'
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    again = client.get(href(media), headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    html = client.get("/catalog/p/VN-1001/").content.decode()
    assert href(media) in html
    assert "Safety data sheet · FR · PDF · 1 kB" in html
    assert client.get(src(media)).status_code == 404
    assert client.get(f"/media/{media.pk}/{'0' * 12}/download/").status_code == 404


def test_several_files_come_all_or_none_and_once(world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(world, image(), HTML)
    assert str(refused.value).startswith("file 1 – ")
    assert count(world) == 0
    add(world, image(), image((300, 300)))
    add(world, image())
    assert count(world) == 2


@pytest.mark.parametrize("reason", ["draft", "archived", "hidden", "another variant"])
def test_files_of_goods_that_are_not_seen_are_not_served(world: World, browser: Any, reason: str) -> None:
    media = add(world, image(), for_variant=True)
    visitor, staff = browser(world.acme.host), browser(world.acme.host, world.acme.owner)
    assert visitor.get(src(media)).status_code == 200
    with acting(world):
        variant = Variant.objects.get(sku="VN-1001")
        if reason == "hidden":
            VisibilityRule.objects.create(product_id=variant.product_id, is_visible=False)
        elif reason == "another variant":  # its product stays on sale
            Variant.objects.filter(sku="VN-1002").update(product=variant.product)
            Variant.objects.filter(pk=variant.pk).update(state=VariantState.ARCHIVED)
        else:
            Variant.objects.filter(pk=variant.pk).update(state=reason)
    for client in (visitor, browser(world.acme.host, world.delmas.admin), browser(world.bolt.host, world.bolt.owner)):
        assert client.get(src(media)).status_code == 404
    assert staff.get(f"/portal/catalog{src(media)}").status_code == 200
    assert visitor.get(f"/portal/catalog{src(media)}").status_code == 303


def test_only_the_supplier_changes_files(world: World) -> None:
    media = add(world, image())
    changes: tuple[Callable[..., Any], ...] = (
        lambda who: services.remove(media_id=media.pk, actor=who),
        lambda who: services.bring_forward(media_id=media.pk, actor=who),
        lambda who: services.describe(media_id=media.pk, title_fr="x", title_en="", actor=who),
        lambda who: add_media(
            variant_id=world.acme.variants["VN-1001"],
            contents=[("x", PDF)],
            data=MediaData(MediaKind.OTHER),
            actor=who,
        ),
    )
    for actor in (world.delmas.buyer, world.bolt.staff):
        for change in changes:
            with acting(world), pytest.raises(NotAllowed):
                change(actor)
    with use_tenant(world.bolt.scope, party="tenant"), pytest.raises(NotFound):
        services.remove(media_id=media.pk, actor=world.bolt.staff)
    assert count(world) == 1


def test_files_go_with_the_last_that_has_them(world: World, drain: Callable[[], int]) -> None:
    content = image()
    first, second = add(world, content), add(world, content, sku="VN-1002")
    assert first.digest == second.digest == hashlib.sha256(content).hexdigest()
    for media, is_left in ((first, True), (second, False)):
        with acting(world):
            services.remove(media_id=media.pk, actor=world.acme.staff)
        drain()
        with acting(world):
            assert (storing.content_of(media.digest, "240") is not None) is is_left


def test_the_variant_s_own_picture_comes_first(world: World) -> None:
    with acting(world):
        product = Product.objects.get(code="VN-1001")
        Variant.objects.filter(sku="VN-1002").update(product=product)
    shared = add(world, image(), title_en="All")
    own = add(world, image((90, 90)), title_en="Own", sku="VN-1002", for_variant=True)
    with acting(world):
        ids = [world.acme.variants[sku] for sku in ("VN-1001", "VN-1002", "VN-1003")]
        with statements() as captured:
            listed = listed_variants(ids, UNRESTRICTED)
        assert len(captured) == 1
        found = [listed[key].image for key in ids]
        assert [media.id if media else None for media in found] == [shared.pk, own.pk, None]
        detail = product_detail("VN-1002", UNRESTRICTED)
        assert detail is not None
        assert [media.title_en for media in detail.media] == ["Own", "All"]
        detail = product_detail("VN-1001", UNRESTRICTED)
        assert detail is not None
        assert [media.title_en for media in detail.media] == ["All"]


def test_the_order_is_changed_by_hand(world: World) -> None:
    ids = [add(world, image((size, size))).pk for size in (10, 20, 30)]
    with acting(world):
        services.bring_forward(media_id=ids[2], actor=world.acme.staff)
        assert list(Media.objects.values_list("pk", flat=True)) == [ids[0], ids[2], ids[1]]


def test_the_page_uploads_names_and_removes(world: World, browser: Any) -> None:
    client = browser(world.acme.host, world.acme.owner)
    path = f"/portal/catalog/{world.acme.variants['VN-1001']}/"

    def send(*contents: bytes, **form: str) -> Any:
        files = [SimpleUploadedFile(f"{place}.jpg", content) for place, content in enumerate(contents)]
        return client.post(f"{path}media/", {"kind": "image", "upload": files, **form})

    for answer, message in (
        (send(image()), "Say what the picture shows"),
        (send(HTML, title_fr="Vis"), "0.jpg – This is not a PNG, JPEG or WebP image."),
        (send(title_fr="Vis"), "Choose a file."),
        (send(b"", title_fr="Vis"), "This file is empty."),
    ):
        assert answer.status_code == 422
        assert message in answer.content.decode()
    assert count(world) == 0
    assert send(image(), image((50, 50)), title_fr="Vis").status_code == 303
    with acting(world):
        first, second = Media.objects.all()
    html = client.get(path).content.decode()
    assert src(first) in html
    assert src(second) in html
    assert client.post(f"{path}media/{first.pk}/", {"title_fr": "Autre"}).status_code == 303
    assert client.post(f"{path}media/{second.pk}/", {"remove": "1"}).status_code == 303
    with acting(world):
        assert [media.title_fr for media in Media.objects.all()] == ["Autre"]


def test_pictures_stand_in_the_list_and_on_the_page(world: World, browser: Any) -> None:
    media = add(world, image())
    html = browser(world.acme.host).get("/catalog/p/VN-1001/").content.decode()
    assert f'src="{src(media, 800)}" alt="Screw"' in html
    with acting(world):
        Variant.objects.filter(sku="VN-1001").update(product_id=Product.objects.get(code="VN-1002").pk)
        Media.objects.update(product_id=Product.objects.get(code="VN-1002").pk)
    html = browser(world.acme.host).get("/catalog/p/VN-1002/").content.decode()
    assert f'<img class="thumb" src="{src(media)}" alt="Screw" width="38" height="38" loading="lazy">' in html


def test_a_draft_s_files_are_served_to_its_supplier_only(world: World, browser: Any) -> None:
    with acting(world):
        draft: UUID = create_product(data=NewProduct("N-1", "Vis"), actor=world.acme.staff)
        data = MediaData(MediaKind.IMAGE, "Vis")
        add_media(variant_id=draft, contents=[("x", image())], data=data, actor=world.acme.staff)
        media = Media.objects.get()
    assert browser(world.acme.host).get(src(media)).status_code == 404
    assert browser(world.acme.host, world.acme.owner).get(f"/portal/catalog{src(media)}").status_code == 200
