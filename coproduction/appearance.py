"""The council's look: its colours, checked for contrast, and its logo, checked for kind and size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from coproduction.errors import UserError

TEXT_CONTRAST = 4.5
"""Least contrast of text (WCAG 2.2, 1.4.3, level AA)."""

PART_CONTRAST = 3.0
"""Least contrast of what one must see to use a control: its edge, the mark of the focus (WCAG 2.2, 1.4.11)."""

LOGO_BYTES = 100_000
"""The largest logo, in bytes."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LOGO_KINDS = {
    ".svg": ("image/svg+xml", re.compile(rb"<svg[\s>]")),
    ".png": ("image/png", re.compile(rb"\A\x89PNG\r\n\x1a\n")),
    ".jpg": ("image/jpeg", re.compile(rb"\A\xff\xd8\xff")),
    ".jpeg": ("image/jpeg", re.compile(rb"\A\xff\xd8\xff")),
    ".webp": ("image/webp", re.compile(rb"\ARIFF....WEBP", re.DOTALL)),
}
_ACTIVE_SVG = re.compile(rb"<script|<foreignObject|\son\w+\s*=|javascript:|<!ENTITY", re.IGNORECASE)
_KIND_NAMES = "SVG, PNG, JPEG or WebP"

PAIRS: tuple[tuple[str, str, float], ...] = (
    *((text, ground, TEXT_CONTRAST) for text in ("text", "link") for ground in ("page", "paper", "good", "bad")),
    ("text", "own", TEXT_CONTRAST),
    *(("muted", ground, TEXT_CONTRAST) for ground in ("page", "paper")),
    ("on_brand", "brand", TEXT_CONTRAST),
    *(("brand", ground, PART_CONTRAST) for ground in ("page", "paper")),
    *(("focus", ground, PART_CONTRAST) for ground in ("page", "paper", "good", "bad")),
    ("muted", "bad", PART_CONTRAST),
)
"""Every pair of colours the pages use: what is drawn, on what, and the least contrast between them."""


class Palette(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The colours of one scheme, each as `#rrggbb`: text and controls, and the grounds they stand on."""

    page: str
    paper: str
    text: str
    muted: str
    line: str
    brand: str
    on_brand: str
    link: str
    own: str
    good: str
    bad: str
    focus: str


LIGHT = Palette(
    page="#faf6ef",
    paper="#ffffff",
    text="#23211d",
    muted="#5c574e",
    line="#d9d1c3",
    brand="#0b6b50",
    on_brand="#ffffff",
    link="#0b6b50",
    own="#dcefe6",
    good="#dcefe6",
    bad="#fbe3de",
    focus="#1d4ed8",
)

DARK = Palette(
    page="#1a1917",
    paper="#272522",
    text="#f3eee5",
    muted="#b9b2a5",
    line="#46423b",
    brand="#7ed3b0",
    on_brand="#10241c",
    link="#7ed3b0",
    own="#1f4336",
    good="#1f4336",
    bad="#55261d",
    focus="#9dc1ff",
)


class Colours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The colours a council gives, by the names of `Palette`; those it leaves out are ours."""

    light: dict[str, str] = {}
    dark: dict[str, str] = {}

    def palettes(self) -> dict[str, Palette]:
        """Both schemes, complete; raises `UserError` (unknown_colour, bad_colour, low_contrast)."""
        palettes = {"light": _complete("light", LIGHT, self.light), "dark": _complete("dark", DARK, self.dark)}
        if low := [sentence for scheme, palette in palettes.items() for sentence in _too_low(scheme, palette)]:
            raise UserError("low_contrast", pairs="; ".join(low))
        return palettes


class Logo(msgspec.Struct, frozen=True):
    """The council's logo as it is served."""

    content: bytes
    content_type: str


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two `#rrggbb` colours, 1 to 21 (WCAG 2.2, contrast ratio and relative luminance)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def stylesheet(palettes: dict[str, Palette], elements: str = ":root") -> str:
    """The palettes as custom properties of `elements` (a selector), the dark one for those who prefer dark."""
    light, dark = (_properties(palettes[scheme]) for scheme in ("light", "dark"))
    return f"{elements}{{{light}}}\n@media (prefers-color-scheme:dark){{{elements}{{{dark}}}}}\n"


def read_logo(path: Path) -> Logo:
    """Read the logo; raises `UserError` (bad_logo) for another kind of file, a large one, or an SVG with scripts."""
    try:
        content = path.read_bytes()
    except OSError:
        raise UserError("bad_logo", path=path, reason="it cannot be read") from None
    if len(content) > LOGO_BYTES:
        reason = f"it has {len(content)} bytes, and at most {LOGO_BYTES} are allowed"
        raise UserError("bad_logo", path=path, reason=reason)
    content_type, form = _LOGO_KINDS.get(path.suffix.lower(), ("", re.compile(rb"(?!)")))
    if form.search(content) is None:
        raise UserError("bad_logo", path=path, reason=f"its ending and its content are not those of {_KIND_NAMES}")
    if path.suffix.lower() == ".svg" and _ACTIVE_SVG.search(content):
        raise UserError("bad_logo", path=path, reason="it holds scripts or entities")
    return Logo(content, content_type)


def _complete(scheme: str, ours: Palette, given: dict[str, str]) -> Palette:
    for name, value in given.items():
        if name not in Palette.__struct_fields__:
            raise UserError("unknown_colour", name=f"{scheme}: {name}", names=", ".join(Palette.__struct_fields__))
        if _COLOUR.fullmatch(value) is None:
            raise UserError("bad_colour", name=f"{scheme}: {name}", value=value)
    # A link is in the council's brand unless it says otherwise.
    links = {"link": given["brand"]} if "brand" in given else {}
    return msgspec.structs.replace(ours, **{**links, **given})


def _too_low(scheme: str, palette: Palette) -> Iterator[str]:
    for drawn, ground, least in PAIRS:
        colours = getattr(palette, drawn), getattr(palette, ground)
        ratio = contrast(*colours)
        if ratio < least:
            # Cut, not rounded: 4.49 is not shown as the 4.5 that it is not.
            shown = int(ratio * 100) / 100
            yield f"{scheme}: {drawn} ({colours[0]}) on {ground} ({colours[1]}) has {shown}:1 and needs {least}:1"


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    """An sRGB channel (0 to 1) without its gamma."""
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _properties(palette: Palette) -> str:
    colours = msgspec.structs.asdict(palette)
    return "".join(f"--{name.replace('_', '-')}:{value};" for name, value in colours.items())
