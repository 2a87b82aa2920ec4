"""Modes: the ways in which interviews are held, as the record names them."""

from __future__ import annotations

WEB = "web"
FACE_TO_FACE = "face-to-face"

MODES = {
    WEB: "chat with the assistant on the council's website",
    FACE_TO_FACE: "interview in person with a form, by a field interviewer",
}
"""Code of `mode` in the record → what it means."""
