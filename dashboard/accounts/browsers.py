"""What a browser calls itself, in words that a person knows. Pure."""

import re

# The first that fits: most browsers also claim to be the ones after them.
_BROWSERS = {
    "WeChat": re.compile(r"MicroMessenger/(\d+)"),
    "Edge": re.compile(r"Edg\w*/(\d+)"),
    "Opera": re.compile(r"OPR/(\d+)"),
    "Firefox": re.compile(r"Firefox/(\d+)"),
    "Chrome": re.compile(r"Chrome/(\d+)"),
    "Safari": re.compile(r"Version/(\d+).* Safari/"),
}
_SYSTEMS = {
    "HarmonyOS": re.compile("HarmonyOS|OpenHarmony"),
    "Android": re.compile("Android"),
    "iOS": re.compile("iPhone|iPad"),
    "Windows": re.compile("Windows"),
    "macOS": re.compile("Mac OS X"),
    "Linux": re.compile("Linux"),
}


def device_words(agent: str) -> str:
    """Return browser and system, such as "Firefox 140 · Windows"; of a program, what it says itself."""
    browsers = ((name, found[1]) for name, pattern in _BROWSERS.items() if (found := pattern.search(agent)))
    system = next((name for name, pattern in _SYSTEMS.items() if pattern.search(agent)), None)
    name, version = next(browsers, ("", ""))
    return " · ".join(filter(None, (f"{name} {version}", system))) if name else agent
