"""A subcommand's module is imported when it runs, not when the program starts."""

from importlib import import_module
from keyword import iskeyword
from typing import Any

from typer.core import TyperGroup


class LazyGroup(TyperGroup):
    """The root command. `table`: word -> its help; the word's module in `package` has its Typer as `app`.

    A word may be two, "import template", whose module is import_template.
    """

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

        name = cmd_name.replace(" ", "_").replace("-", "_")
        module = import_module(f"{self.package}.{name}{'_' * iskeyword(name)}")
        command = get_command(module.app)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first words name, and what is left of them."""
        if (two := " ".join(args[:2])) in self.table and len(args) > 1:
            args = [two, *args[2:]]
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as Typer calls it
        """The words with their help, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.table.items()))
