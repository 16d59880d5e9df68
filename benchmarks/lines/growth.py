"""How what a command takes grows with the base: whole runs, on each engine."""

from benchmarks.lines.money import TWO_YEARS
from benchmarks.measured.programs import AS_OF

COMMANDS = {
    "contact show": ("contact", "show", "4321", "--as-of", AS_OF),
    "contact list --search": ("contact", "list", "--search", "стрекалов", "--limit", "20", "--as-of", AS_OF),
    "reactivate --limit 20": ("reactivate", "--limit", "20", "--as-of", AS_OF),
    "reactivate to csv": ("reactivate", "--as-of", AS_OF, "--format", "csv"),
    "funnel": ("funnel",),
    "funnel --by owner": ("funnel", "--by", "owner"),
    "revenue": ("revenue", "--from", "2026-06-01", "--to", "2026-06-30"),
    "revenue --by month": ("revenue", "--by", "month", *TWO_YEARS),
    "revenue --by owner": ("revenue", "--by", "owner", "--from", "2026-04-01", "--to", "2026-06-30"),
    "rfm": ("rfm", "--as-of", AS_OF),
    "retention": ("retention", "--as-of", AS_OF),
    "best --limit 10": ("best", "--limit", "10", "--as-of", AS_OF),
    "profit": ("profit", "--as-of", AS_OF),
    "attention": ("attention", "--limit", "20", "--as-of", AS_OF),
    "loyalty": ("loyalty", "--as-of", AS_OF),
    "discount": ("discount", "4321", "--margin", "15%", "--as-of", AS_OF),
    "touch add": ("touch", "add", "4321", "call", "--on", "2026-06-30"),
    "purchase add": ("purchase", "add", "4321", "1200", "--on", "2026-06-30"),
}
