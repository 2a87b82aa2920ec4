"""The codebook as DDI Codebook 2.5 (DDI Alliance, https://ddialliance.org/ddi-codebook), for archives and tools.

Elements stand in the order that the schema asks for. No frequencies are in it: a codebook is passed on more freely than
the data, and counts of few people must not travel with it.
"""

from __future__ import annotations

from datetime import date
from typing import TextIO
from xml.etree import ElementTree

from babel import Locale

from coproduction.reports.columns import EFFORT_MINUTES, INDICES, WEIGHT, Column, Measure
from coproduction.reports.described import Described, tables
from coproduction.reports.study import NOT_THE_WORDING_OF_2008, Study
from coproduction.survey.instrument import Instrument
from coproduction.survey.modes import MODES
from coproduction.survey.versions import Change, Versions, changes, changes_in_words, line_up

NAMESPACE = "ddi:codebook:2_5"
SCHEMA = "http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
LANGUAGE = "en"
MISSING_TYPES = {66: "not applicable", 77: "refusal", 88: "don't know", 99: "no answer"}

ABSTRACT = (
    "Short interviews in which people say what they do for community safety, the local environment or public health, "
    "whether they would do more, how much time they have, with whom and where they would do it, and which small thing "
    "to do they chose from those suggested to them."
)
KEYWORDS = ("co-production of public services", "community safety", "local environment", "public health")
ALL_RESPONDENTS = "People of 13 and over who took part and agreed that their answers are kept"
NO_WEIGHT = "This file describes no weight."
NO_PROBABILITY_SAMPLE = "Weighting does not make the sample a probability sample."
NATURES: dict[Measure, str] = {"nominal": "nominal", "ordinal": "ordinal", "scale": "interval"}
"""SPSS's levels of measurement as DDI names them."""
DERIVED_INDEX = "Mean over the answered items of often 100, sometimes 50, never 0; empty without an answered item."

Element = ElementTree.Element


def write_ddi(
    study: Study, versions: Versions, council: str, today: date, output: TextIO, weight: Column | None = None
) -> None:
    """Write the codebook of all records as DDI Codebook 2.5 XML, produced by `council` and dated `today`."""
    instrument = line_up(versions)
    root = Element(
        f"{{{NAMESPACE}}}codeBook", {"version": "2.5", f"{{{INSTANCE}}}schemaLocation": f"{NAMESPACE} {SCHEMA}"}
    )
    root.set("{http://www.w3.org/XML/1998/namespace}lang", LANGUAGE)
    _document(root, instrument, council, today)
    _study(root, study, instrument, versions, council, weight)
    history = list(changes(versions))
    files = tables(instrument, weight)
    for number, table in enumerate(files, start=1):
        _file(root, f"F{number}", table, study.stated_interviews if number == 1 else None)
    data = _add(root, "dataDscr")
    for number, table in enumerate(files, start=1):
        for column in table.columns:
            changed = [change for change in history if change.variable == column.name]
            _variable(data, f"F{number}", column, changed)
    ElementTree.register_namespace("", NAMESPACE)
    ElementTree.register_namespace("xsi", INSTANCE)
    ElementTree.indent(root)
    output.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    output.write(ElementTree.tostring(root, encoding="unicode") + "\n")


def _add(parent: Element, tag: str, text: str | None = None, /, **attributes: str) -> Element:
    element = ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    element.text = text
    return element


def _document(root: Element, instrument: Instrument, council: str, today: date) -> None:
    citation = _add(_add(root, "docDscr"), "citation")
    _add(_add(citation, "titlStmt"), "titl", f"Codebook: {instrument.title}")
    production = _add(citation, "prodStmt")
    _add(production, "producer", council)
    _add(production, "prodDate", today.isoformat(), date=today.isoformat())
    _add(production, "software", "coproduction")


def _study(
    root: Element, study: Study, instrument: Instrument, versions: Versions, council: str, weight: Column | None
) -> None:
    description = _add(root, "stdyDscr")
    citation = _add(description, "citation")
    title = _add(citation, "titlStmt")
    _add(title, "titl", instrument.title)
    _add(title, "IDNo", instrument.name, agency=council)
    _add(_add(citation, "rspStmt"), "AuthEnty", council)
    _add(_add(citation, "prodStmt"), "producer", council)
    for identifier in study.instruments or tuple(versions)[-1:]:
        _add(_add(citation, "verStmt"), "version", identifier, type="questionnaire")
    _scope(description, study)
    _method(description, study, versions, weight)
    use = _add(_add(description, "dataAccs"), "useStmt")
    _add(
        use,
        "restrctn",
        "Pseudonymous records of individuals. Comments are redacted by rules, which do not find every name.",
    )
    _add(use, "disclaimer", f"{study.sampling} {NOT_THE_WORDING_OF_2008}")


def _scope(description: Element, study: Study) -> None:
    scope = _add(description, "stdyInfo")
    subject = _add(scope, "subject")
    for keyword in KEYWORDS:
        _add(subject, "keyword", keyword)
    _add(scope, "abstract", ABSTRACT)
    summary = _add(scope, "sumDscr")
    for event, day in (("start", study.first), ("end", study.last)):
        if day is not None:
            _add(summary, "collDate", day.isoformat(), event=event, date=day.isoformat())
    for country in study.countries:
        _add(summary, "nation", Locale(LANGUAGE).territories.get(country, country), abbr=country)
    _add(summary, "anlyUnit", "Individual")
    _add(summary, "universe", ALL_RESPONDENTS, clusion="I")
    _add(summary, "dataKind", "Survey data")


def _method(description: Element, study: Study, versions: Versions, weight: Column | None) -> None:
    method = _add(description, "method")
    collection = _add(method, "dataColl")
    _add(collection, "timeMeth", "Continuous; some people take part more than once")
    _add(collection, "sampProc", study.sampling)
    for mode in study.modes:
        _add(collection, "collMode", MODES.get(mode, mode))
    _add(
        collection,
        "resInstru",
        f"Structured questionnaire with free-text answers that are coded. {NOT_THE_WORDING_OF_2008}",
    )
    if study.languages:
        _add(collection, "collSitu", f"Languages of the interviews: {', '.join(study.languages)}.")
    weighting = f"{weight.label}." if weight else NO_WEIGHT
    _add(collection, "weight", f"{weighting} {NO_PROBABILITY_SAMPLE}")
    for sentence in changes_in_words(versions):
        _add(method, "notes", sentence, type="version")
    appraisal = _add(method, "anlyInfo")
    _add(appraisal, "respRate", "Not known: how many people could have taken part is not counted.")
    _add(appraisal, "EstSmpErr", "None can be given for a self-selected sample.")


def _file(root: Element, identifier: str, table: Described, cases: str | None) -> None:
    text = _add(_add(root, "fileDscr", ID=identifier), "fileTxt")
    _add(text, "fileName", f"{table.name}.csv")
    _add(text, "fileCont", table.content)
    dimensions = _add(text, "dimensns")
    if cases is not None:
        _add(dimensions, "caseQnty", cases)
    _add(dimensions, "varQnty", str(len(table.columns)))
    _add(text, "fileType", "Comma-separated values with a header row", charset="UTF-8")


def _variable(data: Element, file: str, column: Column, history: list[Change]) -> None:
    place = f"{file}_{column.name}"
    variable = _add(data, "var", ID=f"V_{place}", name=column.name, files=file, intrvl=_interval(column))
    variable.set("nature", NATURES[column.measure])
    if column.name == WEIGHT:
        variable.set("wgt", "wgt")
    _add(variable, "labl", column.label)
    if column.question:
        _add(_add(variable, "qstn", ID=f"Q_{place}"), "qstnLit", column.question)
    _ranges(variable, column)
    if column.universe:
        _add(variable, "universe", column.universe, clusion="I")
    _categories(variable, column)
    if column.name in INDICES:
        _add(_add(variable, "derivation"), "drvdesc", DERIVED_INDEX)
    if column.kind == "time":
        _add(variable, "varFormat", type="character", category="date", formatname="ISO 8601")
    else:
        _add(variable, "varFormat", type="character" if column.kind == "text" else "numeric")
    for change in history:
        _add(variable, "notes", f"Version {change.version} of the questionnaire: {change.what}.", type="version")
    if column.verified is False:
        _add(variable, "notes", "Not verified against the questionnaire of 2008.", type="comparability")


def _categories(variable: Element, column: Column) -> None:
    for value, label in column.text_codes:
        _category(variable, value, label)
    for category in column.categories:
        _category(variable, str(category.code), category.label)
    for category in column.missing:
        _category(variable, str(category.code), category.label, MISSING_TYPES.get(category.code))


def _interval(column: Column) -> str:
    return "contin" if column.kind in ("number", "time") else "discrete"


def _ranges(variable: Element, column: Column) -> None:
    if column.categories:
        valid = _add(variable, "valrng")
        for category in column.categories:
            _add(valid, "item", VALUE=str(category.code))
    elif column.name in INDICES:
        _add(_add(variable, "valrng"), "range", UNITS="REAL", min="0", max="100")
    elif column.name == EFFORT_MINUTES:
        _add(_add(variable, "valrng"), "range", min="0")
    if column.missing:
        invalid = _add(variable, "invalrng")
        for category in column.missing:
            _add(invalid, "item", VALUE=str(category.code))


def _category(variable: Element, value: str, label: str, missing: str | None = None) -> None:
    attributes = {"missing": "Y", "missType": missing} if missing else {}
    category = _add(variable, "catgry", **attributes)
    _add(category, "catValu", value)
    _add(category, "labl", label)
