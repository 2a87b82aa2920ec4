"""Instrument files of invented versions, for tests."""

from pathlib import Path

from coproduction.survey.instrument import current_instrument, read_instrument
from coproduction.survey.versions import read_versions

SOURCE = Path("coproduction/survey/instrument.yml").read_text(encoding="utf-8")


def version(folder, number, *replacements):
    """An instrument file of a version, made from the present one by replacing passages."""
    text = SOURCE.replace('version: "1.0"', f'version: "{number}"')
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / f"instrument-{number}.yml"
    path.write_text(text, encoding="utf-8")
    return read_instrument(path)


def three_versions(folder):
    """Version 0.8 with a question since dropped; 0.9 with another wording and one category more; the present one."""
    extra = """  - name: trust
    kind: closed
    scale: efficacy
    ask_if: {sector: [1]}
    text: "How much do you trust the council?"
    why: "It is a question of an earlier version, for tests only."
    label: Trust in the council
  - name: more
"""
    last = "{code: 3, name: anywhere, label: Anywhere}"
    last = "{code: 3, name: anywhere, label: Anywhere}"
    fourth = (last, f"{last}\n      - {{code: 4, name: abroad, label: Abroad}}")
    version(folder, "0.8", ("  - name: more\n", extra), fourth)
    version(folder, "0.9", ("Would you be willing to do a bit more", "Would you do more"), fourth)
    return read_versions(folder, current_instrument())
