"""Numbers of bytes and seconds as people read them."""

from slicer.i18n import tr as _


def sizeText(size: float) -> str:
    """A number of bytes in words, such as "33 KB", "19 MB" or "3.7 GB"."""
    if size >= 1e9:
        return _("{size} GB").format(size=f"{size / 1e9:.1f}")
    if size >= 1e6:
        return _("{size} MB").format(size=f"{size / 1e6:.0f}")
    return _("{size} KB").format(size=f"{max(size / 1e3, 1):.0f}")


def durationText(seconds: float) -> str:
    """A time that is only known roughly, such as "12 s" or "3 min"."""
    if seconds < 90:
        return _("{seconds} s").format(seconds=max(round(seconds), 1))
    return _("{minutes} min").format(minutes=round(seconds / 60))
