"""Addresses of imports."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.portal.imports import media, views

urlpatterns: list[URLPattern] = [
    path("imports/", views.imports, name="portal_imports"),
    path("imports/media/", media.media_imports, name="portal_media_imports"),
    path("imports/media/<uuid:import_id>/", media.media_import, name="portal_media_import"),
    path("imports/media/<uuid:import_id>/files/", media.bring, name="portal_media_import_files"),
    path("imports/media/<uuid:import_id>/cancel/", media.cancel, name="portal_media_import_cancel"),
    path("imports/media/<uuid:import_id>/go-on/", media.go_on, name="portal_media_import_go_on"),
    path("imports/media/<uuid:import_id>/undo/", media.undo, name="portal_media_import_undo"),
    path("imports/media/<uuid:import_id>/files.csv", media.report, name="portal_media_import_report"),
    path("imports/<uuid:import_id>/", views.import_detail, name="portal_import"),
    path("imports/<uuid:import_id>/format/", views.change_format, name="portal_import_format"),
    path("imports/<uuid:import_id>/forget/", views.forget, name="portal_import_forget"),
    path("imports/<uuid:import_id>/check/", views.check, name="portal_import_check"),
    path("imports/<uuid:import_id>/apply/", views.apply, name="portal_import_apply"),
    path("imports/<uuid:import_id>/cancel/", views.cancel, name="portal_import_cancel"),
    path("imports/<uuid:import_id>/resume/", views.resume, name="portal_import_resume"),
    path("imports/<uuid:import_id>/changes/", views.changes, name="portal_import_changes"),
    path("imports/<uuid:import_id>/changes.csv", views.all_changes, name="portal_import_changes_csv"),
    path("imports/<uuid:import_id>/undo/", views.undo_import, name="portal_import_undo"),
    path("imports/<uuid:import_id>/refused.csv", views.refused, name="portal_import_refused"),
    path("imports/<uuid:import_id>/issues.csv", views.all_issues, name="portal_import_issues"),
]
