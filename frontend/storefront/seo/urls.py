"""What search engines ask for."""

from __future__ import annotations

from django.urls import URLPattern, path

from frontend.storefront.seo import views

urlpatterns: list[URLPattern] = [
    path("robots.txt", views.robots, name="storefront_robots"),
    path("sitemap.xml", views.sitemap, name="storefront_sitemap"),
]
