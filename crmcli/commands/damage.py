"""What is said where a command fails in a way that nobody foresaw."""

from crmcli.commands.session import current


def told_of_damage() -> str:
    """The line that sends to doctor, where the base holds what no command stores: then no mistake of ours is found."""
    from crmcli.base.checks import values
    from crmcli.base.sqlite import DAMAGED
    from crmcli.base.writing import reading

    try:
        if (base := current().base) is None:
            return ""
        with reading(base) as connection:
            return DAMAGED if values(connection).state == "fail" else ""
    except Exception:  # the first failure is what is to be told
        return ""
