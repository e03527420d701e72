"""How the reports' HTML templates are read."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


def html_templates(package: str) -> Environment:
    """Templates in the folder `templates` of a package: everything is escaped, a name that is missing is an error."""
    return Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
