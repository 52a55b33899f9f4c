"""What this machine does to sign-in: its files' modes, its network, its browser and its desktop."""

from __future__ import annotations

from collections.abc import Iterator

from tray.core import text, text_autostart, text_doctor
from tray.core.autostart import Standing
from tray.core.diagnosis.facts import FIX_OF_AUTOSTART, Facts, fix_of_mode
from tray.core.diagnosis.finding import Finding, Level


def of_files(facts: Facts) -> Iterator[Finding]:
    """Tell which files and folders let others in."""
    for loose in facts.loose_modes:
        fix = fix_of_mode(loose)
        yield Finding("file-mode", Level.WARNING, *text_doctor.loose_mode(loose.path, loose.mode, loose.wanted), fix)


def of_network(facts: Facts) -> Iterator[Finding]:
    """Tell what stands between here and AWS."""
    network = facts.network
    for variable in network.endpoints:
        yield Finding("endpoint", Level.WARNING, *text.endpoint_replaced(variable))
    if network.proxies:
        yield Finding("proxy", Level.FINE, text_doctor.by_proxy(network.proxies))
    if network.loopback_by_proxy:
        yield Finding("proxy", Level.WARNING, *text_doctor.LOOPBACK_BY_PROXY)
    for source, file, why in network.certificates:
        yield Finding("ca-bundle", Level.PROBLEM, *text_doctor.certificates(source, file, why))
    for problem in network.unreachable:
        yield Finding("network", Level.PROBLEM, *problem)
    if network.reached:
        yield Finding("network", Level.FINE, text_doctor.reached(network.reached))


def of_desktop(facts: Facts) -> Iterator[Finding]:
    """Tell whether a sign-in page, an icon and a notice can be shown."""
    browsers = facts.browsers
    for source, program in browsers.missing:
        yield Finding("browser", Level.PROBLEM, *text_doctor.browser_missing(source, program))
    if not browsers.found:
        yield Finding(
            "browser", Level.WARNING, *(text_doctor.NO_BROWSER if browsers.display else text_doctor.NO_DISPLAY)
        )
    if not facts.session:
        yield Finding("session", Level.WARNING, *text.NO_SESSION_BUS)
        return
    if facts.tray:
        yield Finding("tray", Level.FINE, text.TRAY_FOUND)
    else:
        yield Finding("tray", Level.WARNING, *text.NO_TRAY)
    if facts.notifications:
        yield Finding("notifications", Level.FINE, text.NOTIFICATIONS_FOUND)
    else:
        yield Finding("notifications", Level.WARNING, *text.NO_NOTIFICATIONS)


def of_autostart(facts: Facts) -> Iterator[Finding]:
    """Tell whether the icon will be there after the next login; not to want it is no fault."""
    found = facts.autostart
    if found is None:
        return
    if found.problem is not None:
        yield Finding("autostart", Level.WARNING, *found.problem, FIX_OF_AUTOSTART)
    else:
        on = found.standing is Standing.ON
        yield Finding("autostart", Level.FINE, text_autostart.on(found.place) if on else text_autostart.OFF)
