"""A workbook to be filled in and imported."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from sqlalchemy import Select

from crmcli.commands import params
from crmcli.commands.export import Headings, headings_of
from crmcli.commands.session import Session, current
from crmcli.commands.word import Word, command, words
from crmcli.errors import Wrong
from crmcli.output.result import Done
from crmcli.output.show import send, show
from crmcli.output.template import TEMPLATES, Template, write_template
from crmcli.output.values import Look
from crmcli.questions.names import all_channels, all_employees, all_products, all_stages
from crmcli.schema.touches import OUTCOMES, TOUCH_KINDS

app = words("A workbook to be filled in and imported.")

_OFFERED = 500
"""A longer list is no help to choose from."""


class TemplateWord(Word):
    """A command that writes a workbook."""

    formats = ("xlsx",)

    def form(self, session: Session) -> str:
        """A workbook, whatever the user's own form is."""
        if session.output and session.output.suffix.lower() != ".xlsx":
            raise Wrong(f"-o {session.output}: a template is a workbook, end it in .xlsx")
        return session.format if "format" in session.flags else "xlsx"


@command(
    app,
    "template",
    [
        "crmcli import template contacts -o contacts.xlsx",
        "crmcli import template purchases -o purchases.xlsx --headings en",
    ],
    TemplateWord,
)
def template(
    kind: Annotated[str, params.word_argument("KIND", TEMPLATES, help="What is to be filled in")],
    headings: Headings = None,
) -> int:
    """Write a workbook to be filled in, with drop-downs of what the base knows and an example on a second sheet.

    It is imported as it is: headings are those that import knows, and only the first sheet is read.
    """
    session = current()
    made = Template(kind, headings_of(session, headings), _lists(kind))
    send(partial(write_template, made), session.output)
    if session.output:
        done = f"Template written to {session.output}: fill it in, then crmcli import {session.output}"
        show(Done(done, (), {}), "table", Look(), None)
    return 0


def _lists(kind: str) -> dict[str, Sequence[str]]:
    """What the cells of each column may be chosen from."""
    fixed = {"touches": TOUCH_KINDS, "purchases": ("sale", "refund")}.get(kind, ())
    return {
        "kind": fixed,
        "direction": ("in", "out"),
        "outcome": OUTCOMES,
        "stage": _names(all_stages()),
        "owner": _names(all_employees()),
        "employee": _names(all_employees()),
        "channel": _names(all_channels()),
        "product": _names(all_products()),
    }


def _names(listed: Select[Any]) -> list[str]:
    """The names of a list of the base; none where there is no base yet."""
    if current().base is None:
        return []
    with current().reading() as connection:
        return [row.name for row in connection.execute(listed.limit(_OFFERED))]
