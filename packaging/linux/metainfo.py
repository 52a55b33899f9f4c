"""The description that software centres show: AppStream metainfo."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import project

_PICTURES = (
    ("panel.png", "The icon and its menu in a panel"),
    ("setup-accounts.png", "Choosing the accounts and roles to set up"),
    ("profiles.png", "Finding one of many profiles by typing"),
)


def metainfo() -> str:
    """Write it out, with every release of the change log in short."""
    root = ET.Element("component", type="desktop-application")
    _add(root, "id", project.APPLICATION_ID)
    _add(root, "name", "SSO Tray")
    _add(root, "summary", project.summary())
    _add(root, "metadata_license", project.licence())
    _add(root, "project_license", project.licence())
    developer = _add(root, "developer", id="io.github.sso_tray")
    _add(developer, "name", project.authors())
    description = _add(root, "description")
    for paragraph in project.PARAGRAPHS:
        _add(description, "p", paragraph)
    _add(root, "launchable", f"{project.APPLICATION_ID}.desktop", type="desktop-id")
    _add(root, "icon", project.APPLICATION_ID, type="stock")
    home_page = project.home_page()
    if home_page:
        _add_addresses(root, home_page)
    _add(_add(root, "provides"), "binary", "sso-tray")
    categories = _add(root, "categories")
    _add(categories, "category", "Network")
    keywords = _add(root, "keywords")
    for word in ("aws", "sso", "iam", "identity center", "login", "tray"):
        _add(keywords, "keyword", word)
    _add(root, "content_rating", type="oars-1.1")
    _add_releases(root)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, "unicode")}\n'


def _add_addresses(root: ET.Element, home_page: str) -> None:
    """Name what software centres fetch or open; a picture can be named by no other than a whole address."""
    for kind, path in (("homepage", ""), ("bugtracker", "/issues"), ("vcs-browser", ""), ("help", "#readme")):
        _add(root, "url", home_page + path, type=kind)
    screenshots = _add(root, "screenshots")
    for number, (name, caption) in enumerate(_PICTURES):
        screenshot = _add(screenshots, "screenshot", **({} if number else {"type": "default"}))
        _add(screenshot, "caption", caption)
        _add(screenshot, "image", f"{home_page}/raw/main/docs/pictures/{name}", type="source")


def _add_releases(root: ET.Element) -> None:
    listed = _add(root, "releases")
    for release in project.releases():
        kind = {"type": "stable" if release.day else "development"}
        item = _add(listed, "release", version=release.version, date=project.day_of(release).isoformat(), **kind)
        changes = _add(_add(item, "description"), "ul")
        for change in release.in_short:
            _add(changes, "li", change)


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, name, attributes)
    child.text = text
    return child
