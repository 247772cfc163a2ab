"""All HTML, CSS, JavaScript and translations of Comptoir, by audience.

The foundation lives here: the Jinja2 environment (`jinja`), the shell around every page
(`context`, `render`, `templates/base`), the macros (`templates/ui`), a tenant's colours
(`theming`), paging and query links (`paging`) and the error pages (`errors`). Each audience
is a sub-package: `marketplace`, `storefront`, `portal`, `operator`, `account`.
"""
