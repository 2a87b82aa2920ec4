"""What people see when something is wrong: one catalogue of codes, sentences and what to do next."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    # settings and configuration
    "bad_setting": "The setting {name} is {value!r}, but it must be {expected}. Correct it and start again.",
    "council_missing": "There is no configuration file {path}. Copy council.yml from the repository, or set COUNCIL_FILE.",
    "council_invalid": "The configuration file {path} cannot be used: {reason}. Correct it and start again.",
    # serving
    "port_in_use": "Port {port} is in use by another program. Stop that program, or choose another port: make serve PORT={free}.",
    # catalogue
    "unknown_format": "{path} is neither a CSV file nor JSON-LD. See docs/catalogue.md for the two formats.",
    "no_such_file": "There is no file {path}. Check the name.",
    "import_refused": "Nothing was imported from {path}: {count} rows have errors. Correct them and import again:\n{errors}",
    # chat API
    "not_found": "This conversation is not here any more. Please start a new one.",
    "unauthorized": "This conversation needs its token: send it as Authorization: Bearer.",
    "bad_request": "The request could not be read: {reason}.",
    "unknown_choice": "That choice was not offered in this conversation. Please choose one that is shown.",
    "text_too_long": "That is more than {limit} characters. Please say it in fewer words.",
    "unavailable": "The assistant is not available for a moment. Nothing is lost: please try again.",
    # erasure
    "unknown_reference": "There are no answers with the reference {reference}. Perhaps they were deleted already; otherwise check the code.",
}


class UserError(Exception):
    """An error a person sees: `code` names it, `str()` is the sentence with what to do next."""

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        super().__init__(MESSAGES[code].format(**details))
