"""The base as a whole: copied to another place, or to another engine."""

from typing import Annotated, Any

from crmcli.commands import params
from crmcli.commands.word import command, words
from crmcli.output.progress import counting
from crmcli.output.result import Column, Done

_EXAMPLES = ["crmcli base copy shop.db moved.db", "crmcli base copy shop.db other.db --format json"]

app = words("The base as a whole: copy.", _EXAMPLES)


@app.callback()
def base() -> None:
    """The base as a whole: copy."""  # a noun stays one with a single verb, too


@command(app, "copy", _EXAMPLES)
def copy(
    source: Annotated[Any, params.place_argument("SRC", help="The base: a file's path or a postgresql:// URL")],
    target: Annotated[Any, params.place_argument("DST", help="Where none is yet: a file's path or a URL")],
) -> Done:
    """Copy a base to another file, or from a file to a server or back: customers, history, all. SRC stays as it is.

    Every row of the copy is compared with the base; until then no other command takes it for one. What was cut off is
    finished by the same command: it goes on where it stopped, and begins anew where the base has changed meanwhile.
    A base on a server is postgresql://anna@db.example/crm?schema=shop
    """
    from crmcli.base import copying

    copied = copying.copy(source, target, counting)
    counts = copied.counts
    row = {
        "source": str(source),
        "target": str(target),
        "contacts": counts["contacts"],
        "purchases": counts["purchases"],
        "rows": sum(counts.values()),
        "rows_before": copied.kept_count,
    }
    before = f", {copied.kept_count} of them in an attempt before" if copied.kept_count else ""
    line = (
        f"Copied to {target}: contacts {row['contacts']}, purchases {row['purchases']}, "
        f"{row['rows']} rows with the history{before}. Every row was compared."
    )
    return Done(line, [Column(key, kind="int" if isinstance(row[key], int) else "text") for key in row], row)
