"""The council's look: what is accepted, and what is said about colours and logos that cannot be used."""

import re
from pathlib import Path

import pytest

from coproduction.appearance import DARK, LIGHT, LOGO_BYTES, PAIRS, Colours, Palette, contrast, read_logo, stylesheet
from coproduction.errors import UserError

STYLE = Path("coproduction/web/static/style.css").read_text()
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert round(contrast(one, other), 2) == ratio
    assert contrast(one, other) == contrast(other, one)


def test_our_own_colours_pass_in_both_schemes():
    assert Colours().palettes() == {"light": LIGHT, "dark": DARK}


def test_a_pair_below_aa_is_named_with_its_ratio_and_what_it_needs():
    with pytest.raises(UserError) as caught:
        Colours(light={"link": "#7fb3d5"}).palettes()
    assert caught.value.code == "low_contrast"
    assert "light: link (#7fb3d5) on page (#faf6ef) has 2.09:1 and needs 4.5:1" in str(caught.value)
    assert "dark:" not in str(caught.value)


def test_a_ratio_just_below_is_not_rounded_up():
    with pytest.raises(UserError, match=r"has 4\.47:1 and needs 4\.5:1"):
        Colours(light={"brand": "#777777", "link": "#000000"}).palettes()


def test_the_edge_of_a_control_needs_three_to_one():
    with pytest.raises(UserError, match=r"focus \(#cccccc\) on paper \(#ffffff\) has 1\.6:1 and needs 3\.0:1"):
        Colours(light={"focus": "#cccccc"}).palettes()


def test_a_brand_colour_alone_colours_the_links_too():
    palette = Colours(light={"brand": "#5b2a86"}).palettes()["light"]
    assert (palette.brand, palette.link) == ("#5b2a86", "#5b2a86")


@pytest.mark.parametrize("value", ["red", "#fff", "#12345g", "#1234567", "url(x)", "#0b6b50;}"])
def test_a_colour_is_six_hexadecimal_digits(value):
    with pytest.raises(UserError) as caught:
        Colours(dark={"brand": value}).palettes()
    assert caught.value.code == "bad_colour"
    assert "dark: brand" in str(caught.value)


def test_an_unknown_colour_is_refused_with_the_names_there_are():
    with pytest.raises(UserError, match="on_brand") as caught:
        Colours(light={"accent": "#000000"}).palettes()
    assert caught.value.code == "unknown_colour"


def test_the_pages_use_the_palettes_colours_and_no_others():
    used = {name.replace("-", "_") for name in re.findall(r"var\(--([a-z-]+)\)", STYLE)}
    assert used == set(Palette.__struct_fields__)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=[;, ])", STYLE)


def test_every_colour_that_is_read_or_must_be_seen_is_in_a_checked_pair():
    checked = {name for drawn, ground, _ in PAIRS for name in (drawn, ground)}
    assert set(Palette.__struct_fields__) - checked == {"line"}  # it only divides


def test_the_stylesheet_has_both_schemes():
    style = stylesheet(Colours(light={"brand": "#5b2a86"}).palettes())
    light, dark = style.split("@media (prefers-color-scheme:dark)")
    assert "--brand:#5b2a86;" in light
    assert "--on-brand:#10241c;" in dark


# Logos


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("logo.svg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>', "image/svg+xml"),
        ("logo.png", PNG, "image/png"),
        ("logo.JPG", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("logo.webp", b"RIFF\x04\x00\x00\x00WEBP", "image/webp"),
    ],
)
def test_a_logo_is_told_by_its_ending_and_content(tmp_path, name, content, kind):
    (tmp_path / name).write_bytes(content)
    logo = read_logo(tmp_path / name)
    assert (logo.content, logo.content_type) == (content, kind)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("logo.svg", PNG, "its ending and its content"),
        ("logo.png", b"<html>", "its ending and its content"),
        ("logo.gif", b"GIF89a", "its ending and its content"),
        ("logo.png", PNG + b"\0" * LOGO_BYTES, "at most 100000"),
        ("logo.svg", b"<svg><script>alert(1)</script></svg>", "scripts"),
        ("logo.svg", b'<svg onload="alert(1)"></svg>', "scripts"),
        ("logo.svg", None, "cannot be read"),
    ],
)
def test_a_logo_that_cannot_be_used_is_refused_with_the_reason(tmp_path, name, content, reason):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError) as caught:
        read_logo(tmp_path / name)
    assert caught.value.code == "bad_logo"
    assert reason in str(caught.value)
