"""The steps of the funnel."""

from typing import Annotated

from crmcli.actions import named as action
from crmcli.commands import finding, params
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, said, sentence, words
from crmcli.output.result import Column, Done, Listing
from crmcli.questions.names import all_stages
from crmcli.schema.touches import TOUCH_KINDS

app = words("The steps of the funnel.", ["crmcli stage list", "crmcli stage add Sample --after Meeting"])

_COLUMNS = (
    Column("id", "Id", "int"),
    Column("position", "Step", "int"),
    Column("name", "Stage"),
    Column("kind", "Kind"),
    Column("entered_by", "Entered by"),
)
Name = Annotated[str, params.text_argument("NAME", help="The stage's name")]


@command(
    app, "add", ["crmcli stage add Sample --after Meeting", "crmcli stage add Visit --after Call --entered-by visit"]
)
def add(
    name: Name,
    after: Annotated[str | None, params.text("--after", metavar="STAGE", help="The stage before it")] = None,
    entered_by: Annotated[
        str | None, params.word("--entered-by", of=TOUCH_KINDS, help="The touch that moves a deal here")
    ] = None,
) -> Done:
    """Add an open stage."""
    with current().writing("stage add") as writer:
        stage_id = action.add_stage(writer, name, finding.given(finding.stage_id, writer.connection, after), entered_by)
        writer.summary = f"added stage {stage_id} {name}"
    return said(f"Added stage {stage_id} {name}", id=stage_id, name=name)


@command(app, "rename", ["crmcli stage rename Proposal Invoice", "crmcli stage rename 'New lead' Новый"])
def rename(
    stage: Annotated[str, params.text_argument("STAGE", help="The present name")],
    name: Annotated[str, params.text_argument("NAME", help="The new name")],
) -> Done:
    """Rename a stage; its deals stay in it."""
    with current().writing("stage rename") as writer:
        stage_id = finding.stage_id(writer.connection, stage)
        present = finding.stage_name(writer.connection, stage_id)
        if name != present:
            action.rename_stage(writer, stage_id, name)
        writer.summary = f"renamed stage {stage_id} {present} to {name}"
    return said(sentence(writer.summary), otherwise=f"Stage {stage_id} is {name} already", id=stage_id, name=name)


@command(app, "list", ["crmcli stage list", "crmcli stage list --format json"], ListWord)
def list_stages() -> Listing:
    """List the stages in the order of the funnel."""
    with current().reading() as connection:
        rows, total = finding.fetched(connection, all_stages())
    return Listing(_COLUMNS, rows, total)
