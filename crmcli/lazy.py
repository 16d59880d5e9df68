"""A subcommand's module is imported when it runs, not when the program starts."""

from collections.abc import Callable
from importlib import import_module
from keyword import iskeyword
from typing import Any

from typer.core import TyperCommand, TyperGroup


class _Noun(TyperGroup):
    """A noun while a shell completes a line: it knows its verbs, and is imported for what follows one of them."""

    def __init__(self, name: str, verbs: list[str], imported: Callable[[], Any]) -> None:
        super().__init__(name=name, commands={verb: TyperCommand(verb) for verb in verbs})
        self.imported = imported

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb that the first word names, imported now, and what is left of the words."""
        return self.imported().resolve_command(ctx, args)


class LazyGroup(TyperGroup):
    """The root command. `table`: word -> its help; the word's module in `package` has its Typer as `app`.

    A word may be two, "import template", whose module is import_template. `verbs`: noun -> its verbs, so that a shell
    that completes a noun waits for no module.
    """

    table: dict[str, str]
    verbs: dict[str, str]
    package: str
    is_telling = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        names: dict[str, Any] = dict.fromkeys(self.table)
        self.commands = names  # enough to suggest the nearest

    def get_command(
        self,
        ctx: Any,
        cmd_name: str,
    ) -> Any:
        """The command, imported now; None for a word that is not in the table."""
        if cmd_name not in self.table:
            return None
        if self.is_telling:
            return TyperCommand(cmd_name, help=self.table[cmd_name])
        if ctx.resilient_parsing and cmd_name in self.verbs:
            return _Noun(cmd_name, self.verbs[cmd_name].split(), lambda: self.imported(cmd_name))
        return self.imported(cmd_name)

    def imported(self, cmd_name: str) -> Any:
        """The command of a word that is in the table."""
        from typer.main import get_command

        name = cmd_name.replace(" ", "_").replace("-", "_")
        module = import_module(f"{self.package}.{name}{'_' * iskeyword(name)}")
        command = get_command(module.app)
        command.name = cmd_name
        return command

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """The words that begin so, from the table alone."""
        self.is_telling = True
        return super().shell_complete(ctx, incomplete)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first words name, and what is left of them."""
        if (two := " ".join(args[:2])) in self.table and len(args) > 1:
            args = [two, *args[2:]]
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as Typer calls it
        """The words with their help, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.table.items()))
