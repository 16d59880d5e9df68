"""A subcommand's module is imported when it runs, not when the program starts."""

from importlib import import_module
from keyword import iskeyword
from typing import Any

from typer.core import TyperGroup


class LazyGroup(TyperGroup):
    """The root command. `table`: word -> its help; the word's module in `package` has its Typer as `app`."""

    table: dict[str, str]
    package: str

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        names: dict[str, Any] = dict.fromkeys(self.table)
        self.commands = names  # enough to suggest the nearest

    def get_command(
        self,
        ctx: Any,  # noqa: ARG002 - as Typer calls it
        cmd_name: str,
    ) -> Any:
        """The command, imported now; None for a word that is not in the table."""
        if cmd_name not in self.table:
            return None
        from typer.main import get_command

        module = import_module(f"{self.package}.{cmd_name}{'_' * iskeyword(cmd_name)}")
        command = get_command(module.app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as Typer calls it
        """The words with their help, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.table.items()))
