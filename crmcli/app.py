"""The root command, and how errors become exit codes."""

import os
import sys
from typing import Annotated

import typer
from typer.main import get_command

import crmcli
from crmcli.commands.session import Session, begin, current
from crmcli.commands.word import common_options, epilog
from crmcli.errors import CrmError
from crmcli.lazy import LazyGroup
from crmcli.output.clean import one_line


class Root(LazyGroup):
    """crmcli."""

    package = "crmcli.commands"
    table = {  # noqa: RUF012 - a table, never changed
        "reactivate": "Whom to call today, and why",
        "best": "The best customers, and what part of the revenue they bring",
        "rfm": "Who the best customers are, and who is leaving",
        "revenue": "What moved the revenue: buyers, mean sale, sales per buyer",
        "revenue what-if": "What it would be with more buyers, larger sales, more repeat",
        "forecast": "Who will buy again, when and for how much",
        "worth": "What the base would be worth to a buyer",
        "retention": "How many customers come back, and how many are lost",
        "profit": "Who earns, and who costs more than he brings",
        "discount": "The largest discount that still leaves the margin",
        "attention": "Who gets too many touches, who none, which leads wait",
        "loyalty": "How content customers are, and how many will stay",
        "funnel": "How many deals reach each stage, and where they are lost",
        "contact": "People and companies: add, show, list, edit, tag, archive, merge, delete",
        "touch": "Calls, meetings, letters: add, list",
        "deal": "Possible sales: add, move, show, list",
        "purchase": "Sales and refunds: add, refund, list",
        "import": "Read a workbook, a text file or vCards as they are",
        "import template": "A workbook to be filled in and imported",
        "export": "Write everything out again: a workbook, .csv, .json",
        "stage": "The steps of the funnel: add, rename, list",
        "channel": "Where contacts come from: add, edit, list",
        "product": "What is sold: add, list",
        "employee": "Who sells: add, list, handover",
        "segment": "Saved filters over contacts: add, list, show, fields, remove",
        "config": "Settings: list, get, set",
        "base": "The base as a whole: copy it to another file, to a server or back",
        "backup": "Backups: create, verify, list, restore, prune",
        "undo": "Take back the last operation",
        "history": "Who changed what, and when",
        "doctor": "See whether the base is sound, and what mends it",
        "demo": "Make a sample shop and answer its questions",
    }

    verbs = {  # noqa: RUF012
        "contact": "add show list edit tag archive duplicates merge distinct delete restore purge",
        "touch": "add list",
        "deal": "add move show list",
        "purchase": "add refund list",
        "export": "contacts touches deals purchases products all",
        "stage": "add rename list",
        "channel": "add edit list",
        "product": "add list",
        "employee": "add list handover",
        "segment": "add list show remove fields",
        "config": "list get set",
        "base": "copy",
        "backup": "create verify list restore prune",
    }

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.params += common_options()


app = typer.Typer(
    cls=Root,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog=epilog(["crmcli demo", "crmcli import customers.xlsx --yes", "crmcli reactivate"]),
)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"crmcli {crmcli.__version__}\n")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version")
    ] = False,
) -> None:
    """The customer base of a small business, in its owner's terminal."""


def main(args: list[str] | None = None) -> int:
    """Runs the program and returns its exit code."""
    session = begin()
    _open_closed_streams()
    try:
        code = get_command(app).main(args, prog_name="crmcli", standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as stop:
        if isinstance(stop, SystemExit) and not isinstance(stop.__context__, BrokenPipeError):
            raise
        _forget_stdout()
        return 0
    except Exception as error:
        if "debug" in session.flags and not isinstance(error, typer.TyperException):
            raise
        return _fail(error)
    if code == 130:
        _say(f"stopped{_stored(session)}", code)
    return code if isinstance(code, int) else 0


def _open_closed_streams() -> None:
    """A stream that the caller has closed leads nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - as long as the program


def _stored(session: Session) -> str:
    """What is to be said of the base where the command did not end well."""
    return f"; operation {session.operation_id} was stored" if session.operation_id else "; nothing was changed"


def _fail(error: Exception) -> int:
    """Says in one line what went wrong; the exit code."""
    if isinstance(error, typer.TyperException):
        return _fail_usage(error)
    if isinstance(error, typer.Abort):
        return _say(f"stopped{_stored(current())}", 130)
    if isinstance(error, CrmError):
        return _say(str(error), error.exit_code)
    from crmcli.base.failures import as_crm_error

    if known := as_crm_error(error):
        return _say(str(known), known.exit_code)
    if isinstance(error, OSError | MemoryError):
        return _say(f"{_want(error)}{_stored(current())}", 1)
    return _say(_unforeseen(error), 1)


def _unforeseen(error: Exception) -> str:
    from crmcli.commands.damage import told_of_damage

    told = f"{type(error).__name__}: {error}. This is a mistake of ours; --debug shows where"
    return told_of_damage() or told


def _want(error: OSError | MemoryError) -> str:
    """What the system did not give."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for this"
    return f"{error.filename or 'output'}: {error.strerror}"


def _fail_usage(error: typer.TyperException) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{error.format_message()}\n")
        return error.exit_code
    message = error.format_message()
    stop = "" if message.endswith((".", "?", ")")) else "."
    hint = f"{stop} See: {context.command_path} --help" if context else ""
    return _say(f"{message}{hint}", error.exit_code)


def _say(message: str, code: int) -> int:
    sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.stderr.write(f"crmcli: {one_line(message)}\n")
    return code


def _forget_stdout() -> None:
    """The reader went away (`| head`): what is still to be written, at exit too, goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
