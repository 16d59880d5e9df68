"""What every command has in common: its options, its examples, and that what it returns is shown."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperOption

from crmcli.commands.session import Session, current
from crmcli.errors import Wrong
from crmcli.settings import FORMATS

if TYPE_CHECKING:
    from crmcli.output.result import Done, Kind

Function = TypeVar("Function", bound=Callable[..., Any])


def _option(name: str, metavar: str | None, help: str) -> TyperOption:  # noqa: A002
    """An option that is kept, as text, in the session's flags."""
    flag = "employee" if name == "as" else name.replace("-", "_")

    def keep(_context: object, _option: object, value: Any) -> None:
        if value == "":
            raise typer.BadParameter(f"--{name} is empty")
        if value:
            current().flags[flag] = value if isinstance(value, str) else "yes"

    short = {"output": "-o"}
    known = {"format": "format", "limit": "limit"}
    typed = {"is_flag": True} if metavar is None else {"metavar": metavar}
    if name in known:
        typed["type"] = _checked_text(name)
    return TyperOption(
        param_decls=[f"--{name}", *([short[name]] if name in short else []), f"common_{flag}"],
        expose_value=False,
        is_eager=True,
        callback=keep,
        help=help,
        **typed,
    )


def _checked_text(name: str) -> Any:
    from typer.main import get_click_type
    from typer.models import OptionInfo

    def read(value: str) -> str:
        from crmcli.commands.typed import read_common

        return read_common(name)(value)

    return get_click_type(annotation=str, parameter_info=OptionInfo(parser=read))


def common_options(formats: Sequence[str] = FORMATS) -> list[TyperOption]:
    """The options of the program and of each of its commands, whose answers have these forms."""
    return [
        _option("base", "PATH|URL", "The base to work with"),
        _option("as", "EMPLOYEE", "Who acts"),
        _option("format", "FORMAT", f"How the answer looks: {', '.join(formats)}"),
        _option("output", "FILE", "Write the answer to a file"),
        _option("no-input", None, "Ask nothing: what would ask needs --yes"),
        _option("debug", None, "Show where a failure comes from"),
    ]


def _list_options() -> list[TyperOption]:
    return [
        _option("limit", "N", "How many rows (a terminal: 20, elsewhere: all)"),
        _option("meta", None, "JSON with the counts: {rows, total, left_out}"),
        _option("fail-if-empty", None, "Exit with 1 where there are no rows"),
    ]


class Word(TyperCommand):
    """A command: what its function returns is shown, and becomes the exit code."""

    lists = False
    asks = False
    formats: Sequence[str] = FORMATS

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.own = len(self.params)
        extra = _list_options() if self.lists else []
        if self.asks:
            extra.append(_option("yes", None, "Do it without asking"))
        self.params += [*extra, *common_options(self.formats)]
        self.rich_markup_mode = None

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The arguments as they are written: NAME, not {NAME}."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Its own arguments and options first, then those of every command."""
        own, common = self.params[: self.own], self.params[self.own :]
        for title, params in (
            ("Arguments", [p for p in own if p.param_type_name == "argument"]),
            ("Options", [p for p in own if p.param_type_name == "option"]),
            ("Common options", [*common, self.get_help_option(ctx)]),
        ):
            records = [record for p in params if p and (record := p.get_help_record(ctx))]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def form(self, session: Session) -> str:
        """The form that the answer is to have."""
        return session.format

    def invoke(self, ctx: Any) -> int:
        """Runs the command and shows what it returns, unless it has done so and returns the exit code."""
        from crmcli.commands.shown import shown
        from crmcli.output.show import refuse_unshowable

        session = current()
        form = self.form(session)
        if form not in self.formats:
            raise Wrong(f"--format {form}: this answer can be {' or '.join(self.formats)}")
        refuse_unshowable(form, session.output)
        if session.output:
            session.keep_from_output(session.base_files)
        return shown(super().invoke(ctx))


class ListWord(Word):
    """A command that returns a list."""

    lists = True


class JobWord(Word):
    """A command that does a whole job, and gives several answers."""

    formats = ("table", "json")


class AskingWord(Word):
    """A command that asks before it changes the base."""

    asks = True


def words(help: str, examples: Sequence[str] = ()) -> typer.Typer:  # noqa: A002
    """A noun with its verbs, or, without examples, a single word that has its own."""
    return typer.Typer(
        help=help,
        epilog=epilog(examples) if examples else None,
        rich_markup_mode=None,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )


def command(
    app: typer.Typer, name: str, examples: Sequence[str], cls: type[Word] = Word
) -> Callable[[Function], Function]:
    """Makes a function a command: its docstring is the help, which the examples end."""
    return app.command(name, cls=cls, epilog=epilog(examples))


def epilog(examples: Sequence[str]) -> str:
    """The end of a help text."""
    return "\n".join(["\b", "Examples:", *(f"  {example}" for example in examples)])


def said(line: str, *, otherwise: str = "", **record: Any) -> "Done":
    """What a command did: a line that says how to take it back, and a record for programs.

    `otherwise`: the line where the base was as it was to be already, and no operation was stored.
    """
    from crmcli.output.result import Column, Done

    operation_id = current().operation_id
    told = f"{line}. (crmcli undo {operation_id} takes it back)" if operation_id else f"{otherwise or line}."
    row = {**record, "operation_id": operation_id}
    return Done(told, [Column(key, kind=_kind(value)) for key, value in row.items()], row)


def sentence(text: str) -> str:
    """The text with a capital first letter, the others as they are."""
    return text[:1].upper() + text[1:]


def _kind(value: object) -> "Kind":
    return "int" if isinstance(value, int) else "date" if isinstance(value, date) else "text"
