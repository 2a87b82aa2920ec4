"""What people see when something is wrong: one catalogue of codes, sentences and what to do next."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    # settings and configuration
    "bad_setting": "The setting {name} is {value!r}, but it must be {expected}. Correct it and start again.",
    "port_too_high": "PORT {port} leaves no room for {names} after it: the highest port is {limit}. Choose a PORT of at most {highest}.",
    "same_port": "{first} and {second} are both {port}, but each needs a port of its own. Change one of them; where they are not set, RASA_PORT is PORT + 1 and ACTIONS_PORT is PORT + 2.",
    "no_model": "There is no trained model in {path}. Run `make serve` once, or `rasa train`, and try again.",
    "unknown_question": "There is no question {name!r}. There are: {names}.",
    "unknown_language": "There are no rules for the language {name!r}. There are rules for: {names}.",
    "no_text": 'Say which text: coproduction understand "now and then" --question env1. Or use --review.',
    "council_missing": "There is no configuration file {path}. Copy council.yml from the repository, or set COUNCIL_FILE.",
    "council_invalid": "The configuration file {path} cannot be used: {reason}. Correct it and start again.",
    "unknown_colour": "The configuration file names a colour there is not: colours {name}. There are: {names}.",
    "bad_colour": 'In the configuration file, colours {name} is {value!r}, but it must be like "#0b6b50", in quotes. Correct it and start again.',
    "low_contrast": "Some colours in the configuration file cannot be read well together: {pairs}. Choose darker or lighter ones (WCAG 2.2, level AA) and start again.",
    "bad_logo": "The logo {path} cannot be used: {reason}. Correct it, or take logo out of the configuration file.",
    "domain_marker": "{path} has no line {marker!r}. Put it back where the instrument's part begins.",
    "bad_database_url": "DATABASE_URL is no database address, or its driver is not installed. Give one like sqlite:///file.db, or none.",
    "no_database": "The database cannot be reached or is none. Check DATABASE_URL, and that the database is running.",
    "not_taken": "The database does not take what was to be stored ({kind}), so nothing was. Look for odd values in what was given; if there are none, report an error of the program.",
    # serving
    "port_in_use": "Port {port} is in use by another program. Stop that program, or choose another port: make serve PORT={free}.",
    "training_failed": "The model could not be trained. What went wrong stands in {log}.",
    "not_healthy": "The assistant was not ready after {seconds} seconds. What went wrong stands in {logs}.",
    "supervisor_ended": "The supervisor ended unasked, so everything was stopped. Start again; nothing is lost. What it did last stands in {log}.",
    # export
    "unknown_ending": "The ending of {path} names no format. Give one of {formats}, or --format.",
    "output_needed": "A file in the format {format} cannot be shown on a screen. Say where it goes: --output FILE.{format}",
    "margins_invalid": "The interviews cannot be weighted by {path}: {reason}. docs/record.md describes the file.",
    "weights_for_interviews": "Only the table of interviews can be weighted. Leave out --weights, or --table matches.",
    "days_reversed": "--from {first} is after --to {last}, so nothing can lie between. Change one of them.",
    "not_among": "{option} knows no {value!r}. There are: {names}.",
    "too_many_rows": "An Excel sheet has room for {most} rows, and there are more. Choose a shorter period with --from and --to, or another format, like parquet or sav.",
    "not_written": "The file could not be written: {reason}. Check the free space on the disk.",
    # catalogue
    "unknown_format": "{path} is neither a CSV file nor JSON-LD. See docs/catalogue.md for the two formats.",
    "no_such_file": "There is no file {path}. Check the name.",
    "wrong_columns": "Nothing was imported from {path}: its columns are not those of the template ({reason}). Correct its first line as docs/catalogue.md says and import again.",
    "import_refused": "Nothing was imported from {path}: {count} rows have errors. Correct them and import again:\n{errors}",
    "unreadable_catalogue": "Nothing was imported from {path}: {reason}. Correct the file and import again.",
    "bad_source": "{source!r} cannot name a source. Use small letters, digits, - and _, starting with a letter, 40 characters at most.",
    "skip_errors_csv": "Rows of a CSV file cannot be skipped. Correct them, then import the whole file.",
    "unknown_opportunity": "There is no opportunity {identifiers} in the catalogue. Check the id with: coproduction opportunities list",
    "not_publishable": "{identifier} cannot be published without {missing}. Give them with --sector, --effort, --company and --place.",
    "over": "{identifier} cannot be published: it was over on {date}. Reject it, or wait for its source to bring a new date.",
    "bad_opportunity_value": "{column} is {value!r}, but it must be {expected}.",
    # chat API
    "not_found": "This conversation is not here any more. Please start a new one.",
    "unauthorized": "This conversation needs its token: send it as Authorization: Bearer.",
    "bad_request": "The request could not be read: {reason}.",
    "choice_passed": "That question was answered meanwhile, perhaps in another window. Nothing was changed: this is where you are now.",
    "not_from_here": "A conversation is started from the chat's own page, not from another website.",
    "unknown_choice": "That choice was not offered in this conversation. Please choose one that is shown.",
    "text_too_long": "That is more than {limit} characters. Please say it in fewer words.",
    "unavailable": "The assistant is not available for a moment. Nothing is lost: please try again.",
    "too_many_requests": "That was a lot in a short time. Please wait {seconds} seconds, then try again. Nothing is lost.",
    "closed": "The chat is closed at the moment. You can call {who} on {phone}.",
    "no_room": "The assistant cannot keep new answers at the moment, so it does not begin. Please come back later, or talk to {contact}.",
    "no_such_page": "There is nothing at this address. Check it, or go to the start page.",
    "method_not_allowed": "This address does not take that kind of request. docs/chat-api.md says which it takes.",
    "form_expired": "This page was open for too long, or was sent from another website. Nothing was done: please try again here.",
    "nothing_said": "Please type an answer, or choose one.",
    "internal": "Something went wrong on our side. Please try again in a moment.",
    # records and field interviews
    "unknown_instrument": "A record names the questionnaire {identifier}, which this release does not know. It knows {known}. Install the release that it was taken with, or put its instrument-VERSION.yml into coproduction/survey.",
    "responses_columns": "Nothing was imported from {path}: it has no column {columns}. Export the form of `coproduction instrument` as CSV, with the names of its questions as headers (in KoBo: XML values and headers).",
    "responses_refused": "Nothing was imported from {path}: {count} answers have errors. Correct them and import again:\n{errors}",
    "unreadable_responses": "Nothing was imported from {path}: it is no CSV file in UTF-8 ({reason}). Export it again.",
    # contacts
    "no_contacts_key": 'There are addresses to keep and no key to encrypt them with. Make one with: python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())" and set CONTACTS_KEYS to it.',
    "bad_contacts_key": "CONTACTS_KEYS does not open what is stored, or is no key. Put back the key that was used, after a new one and a comma if there is a new one.",
    # backup
    "not_sqlite": "Only a SQLite file can be backed up and restored by this command. For PostgreSQL: pg_dump --format=custom --file=FILE DATABASE_URL and pg_restore --clean --if-exists --dbname=DATABASE_URL FILE; docs/operations.md says the rest.",
    "no_backup": "{path} is no backup of this assistant. Give a file that `coproduction backup` wrote.",
    "backup_damaged": "Nothing was changed: the database in {path} is damaged, or parts of it are missing. Take another backup.",
    "backup_too_new": "Nothing was changed: {path} is of a later release. Install that release, then restore.",
    "database_there": "There is a database already: {path}. Add --force to replace it; it is kept beside the new one.",
    "running": "The assistant is running (process {process}). Stop it, then restore.",
    # erasure
    "reference_missing": "Please type your reference code. The assistant told it to you in the chat.",
    "other_site": "This form was sent from another website, so nothing was deleted. Please use the form on this page.",
    "outcome_from_elsewhere": "This form was sent from another website, so nothing was noted. Please use the form on this page.",
    "outcome_incomplete": "Please choose the suggestion that you mean, and say whether you did it.",
    "not_suggested": "There is no interview with the reference {reference} in which this was suggested. Please check the code and the suggestion.",
    "no_list": "{path} is no list of erased interviews. `coproduction erased --output FILE` writes one.",
    "unknown_reference": "There are no answers with the reference {reference}. Perhaps they were deleted already, or the time of the code is over; otherwise check the code.",
}


class UserError(Exception):
    """An error a person sees: `code` names it, `str()` is the sentence with what to do next."""

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        super().__init__(MESSAGES[code].format(**details))


class TooManyRequestsError(UserError):
    """Somebody asks faster than the limits allow; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("too_many_requests", seconds=seconds)
