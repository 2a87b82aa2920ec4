"""Writes the lists of first names and surnames that redaction knows, from Faker's: `python scripts/name_lists.py`.

They are files of the product, because Faker itself would take 60 MB of each process.
"""

from importlib import import_module
from pathlib import Path

from coproduction.records.gazetteer import folded

RECORDS = Path(__file__).resolve().parents[1] / "coproduction" / "records"
HEADER = (
    "# Written by scripts/name_lists.py from the lists of Faker (MIT licence, Daniele Faraglia and contributors).\n"
)
LOCALES = """
    cs_CZ da_DK de_DE en_GB en_IE en_IN en_KE en_NG en_NZ en_PK en_US es_ES fr_DZ fr_FR ha_NG hr_HR hu_HU ig_NG it_IT
    lt_LT lv_LV nl_NL pl_PL pt_PT ro_RO sk_SK sv_SE sw tr_TR tw_GH yo_NG zu_ZA
""".split()
"""Where the names of people in British towns come from, so far as Faker writes them in Latin letters."""


def name_list(kind: str) -> str:
    """The names of a kind (`first_names` or `last_names`), one a line, in small letters without accents."""
    names: set[str] = set()
    for locale in LOCALES:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for attribute in filter(lambda name: name.startswith(kind), dir(provider)):
            names.update(map(folded, getattr(provider, attribute)))
    return HEADER + "".join(
        f"{name}\n" for name in sorted(names) if len(name) > 1 and name.isascii() and " " not in name
    )


if __name__ == "__main__":
    (RECORDS / "first_names.txt").write_text(name_list("first_names"), encoding="ascii")
    (RECORDS / "surnames.txt").write_text(name_list("last_names"), encoding="ascii")
