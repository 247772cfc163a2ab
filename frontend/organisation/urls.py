"""A company's people, sites and roles, the same on every host."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.organisation import invitations, joining, people, roles, units

urlpatterns: list[URLPattern] = [
    path("company/people/", people.people, name="company_people"),
    path("company/people/<uuid:member_id>/", people.person, name="company_person"),
    path("company/joining/", joining.own_requests, name="company_joining"),
    path("company/join-requests/<uuid:request_id>/", joining.decide, name="company_join_request"),
    path("company/invitations/", invitations.invite, name="company_invite"),
    path("company/invitations/<uuid:invitation_id>/", invitations.manage, name="company_invitation"),
    path("invitation/<str:token>/", invitations.answer, name="invitation"),
    path("company/units/", units.new_unit, name="company_new_unit"),
    path("company/units/<uuid:unit_id>/", units.unit, name="company_unit"),
    path("company/roles/new/", roles.new_role, name="company_new_role"),
    path("company/roles/<uuid:role_id>/", roles.role, name="company_role"),
]
