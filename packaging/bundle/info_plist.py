"""What the application on macOS says of itself in its Info.plist, beside what PyInstaller writes there."""

APPLICATION_ID = "io.github.sso_tray.SsoTray"


def info_plist(version: str) -> dict[str, object]:
    """
    Give what the specification of the bundle adds.

    PyInstaller writes ``LSBackgroundOnly`` for a program of the console (``building/osx.py``), which forbids it any
    user interface: macOS would show no icon. ``LSUIElement`` alone keeps it out of the Dock. Without windows it would
    be put to App Nap as soon as it has been quiet for a while, and then reminders come late.
    """
    return {
        "CFBundleDisplayName": "SSO Tray",
        "CFBundleName": "SSO Tray",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "LSApplicationCategoryType": "public.app-category.developer-tools",
        "LSBackgroundOnly": False,
        "LSMinimumSystemVersion": "11.0",
        "LSUIElement": True,
        "NSAppSleepDisabled": True,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "The SSO Tray authors. MIT licence.",
    }
