"""Who sells."""

from typing import Annotated

from crmcli.actions import named
from crmcli.actions.employee import hand_over
from crmcli.commands import finding, params
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, said, sentence, words
from crmcli.output.result import Column, Done, Listing
from crmcli.questions.names import all_employees

app = words("Who sells.", ["crmcli employee list", "crmcli employee add Boris"])

_COLUMNS = (
    Column("id", "Id", "int"),
    Column("name", "Employee"),
    Column("email", "E-mail"),
    Column("active", "Active", "flag"),
)


@command(app, "add", ["crmcli employee add 'Olga Petrova' --email olga@example.com", "crmcli employee add Boris"])
def add(
    name: Annotated[str, params.text_argument("NAME", help="The employee's name")],
    email: Annotated[str | None, params.text("--email", metavar="EMAIL", help="E-mail")] = None,
) -> Done:
    """Add an employee."""
    with current().writing("employee add", by_anybody=True) as writer:
        employee_id = named.add_employee(writer, name, email or None)
        writer.summary = f"added employee {employee_id} {name}"
    return said(f"Added employee {employee_id} {name}", id=employee_id, name=name)


@command(app, "list", ["crmcli employee list", "crmcli employee list --format json"], ListWord)
def list_employees() -> Listing:
    """List the employees."""
    with current().reading() as connection:
        rows, total = finding.fetched(connection, all_employees())
    return Listing(_COLUMNS, rows, total, empty="No employee yet.")


@command(
    app,
    "handover",
    ["crmcli employee handover 'Ольга Дроздова' 'Тимур Галеев'", "crmcli employee handover Тимур Кирилл"],
)
def handover(
    giver: Annotated[str, params.text_argument("FROM", help="Who gives")],
    taker: Annotated[str, params.text_argument("TO", help="Who takes")],
) -> Done:
    """Give the open contacts and deals of one employee to another; the history stays as it is."""
    with current().writing("employee handover") as writer:
        from_id = finding.employee_id(writer.connection, giver)
        to_id = finding.employee_id(writer.connection, taker)
        contact_count, deal_count = hand_over(writer, from_id, to_id)
        gave, took = (finding.employee_name(writer.connection, one) for one in (from_id, to_id))
        writer.summary = f"handed {contact_count} contacts and {deal_count} open deals over from {gave} to {took}"
    row = {"from_id": from_id, "to_id": to_id, "contact_count": contact_count, "deal_count": deal_count}
    return said(sentence(writer.summary), otherwise=f"{gave} has no contacts or open deals to hand over", **row)
