"""Writes the lists of names that redaction knows, from Faker's and a census: `python scripts/name_lists.py`.

They are files of the product, because Faker itself would take 60 MB of each process.
"""

from importlib import import_module
from pathlib import Path

import names as census
import simplemma

from coproduction.records.gazetteer import folded

RECORDS = Path(__file__).resolve().parents[1] / "coproduction" / "records"
HEADER = (
    "# Written by scripts/name_lists.py from the lists of Faker (MIT licence, Daniele Faraglia and contributors) and,\n"
    "# for first names, of the United States census of 1990 (public domain, as names 0.3 brings it).\n"
)
LOCALES = """
    cs_CZ da_DK de_DE en_GB en_IE en_IN en_KE en_NG en_NZ en_PK en_US es_ES fr_DZ fr_FR ha_NG hr_HR hu_HU ig_NG it_IT
    lt_LT lv_LV nl_NL pl_PL pt_PT ro_RO sk_SK sv_SE sw tr_TR tw_GH yo_NG zu_ZA
""".split()
"""Where the names of people in British towns come from, so far as Faker writes them in Latin letters."""


SHORTEST = 4
"""Letters of a name that is taken from the census: shorter ones are taken for words too often."""


def census_names() -> set[str]:
    """First names of the census that are no English words."""
    files = (path for key, path in census.FILES.items() if key.startswith("first"))
    found = {line.split()[0].lower() for path in files for line in Path(path).read_text().splitlines()}
    return {name for name in found if len(name) >= SHORTEST and not simplemma.is_known(name, lang="en")}


def name_list(kind: str) -> str:
    """The names of a kind (`first_names` or `last_names`), one a line, in small letters without accents."""
    names: set[str] = census_names() if kind == "first_names" else set()
    for locale in LOCALES:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for attribute in filter(lambda name: kind in name, dir(provider)):
            names.update(map(folded, getattr(provider, attribute)))
    return HEADER + "".join(
        f"{name}\n" for name in sorted(names) if len(name) > 1 and name.isascii() and " " not in name
    )


if __name__ == "__main__":
    (RECORDS / "first_names.txt").write_text(name_list("first_names"), encoding="ascii")
    (RECORDS / "surnames.txt").write_text(name_list("last_names"), encoding="ascii")
