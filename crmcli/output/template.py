"""Workbooks to be filled in and imported: headings, drop-downs, and an example on a sheet of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import IO, TYPE_CHECKING, Any

from crmcli.output.clean import cell
from crmcli.output.headings import Language, chosen, sheet_name, words_of
from crmcli.output.result import Headed
from crmcli.output.workbook import open_book

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_LAST_ROW = 2**20 - 1
_WIDE = 22
_FORMS = {"date": "yyyy-mm-dd", "time": "hh:mm", "money": "#,##0.00", "text": "@", "labelled": "@"}
"""How the cells of a column look; what is text stays as it is typed, a phone with its plus."""
_EXAMPLES: dict[str, dict[str, Any]] = {
    "contacts": {
        "name": ("Anna Petrova", "Петрова Анна Сергеевна"),
        "company": ("Blue Door Cafe", "ООО «Голубая дверь»"),
        "phones": "+7 900 000-00-01; +7 900 000-00-02",
        "emails": "anna@example.com",
        "city": ("Kazan", "Казань"),
        "birthday": date(1990, 3, 7),
        "tax_id": "7700000000",
        "owner": ("Olga", "Ольга"),
        "channel": ("Ads", "Реклама"),
        "tags": ("wholesale; coffee", "опт; кофе"),
        "note": ("Calls after six", "Звонить после шести"),
        "next_contact_on": date(2026, 12, 31),
    },
    "purchases": {
        "key": "A-15",
        "purchased_on": date(2026, 12, 31),
        "contact": ("Anna Petrova", "Петрова Анна Сергеевна"),
        "phones": "+7 900 000-00-01",
        "kind": "sale",
        "product": ("Coffee, 1 kg", "Кофе, 1 кг"),
        "quantity": 2,
        "amount": 3400.50,
        "cost": 2100,
        "owner": ("Olga", "Ольга"),
        "channel": ("Ads", "Реклама"),
    },
    "deals": {
        "title": ("Coffee for the office", "Кофе в офис"),
        "contact": ("Anna Petrova", "Петрова Анна Сергеевна"),
        "phones": "+7 900 000-00-01",
        "amount": 45000,
        "stage": "Proposal",
        "owner": ("Olga", "Ольга"),
        "channel": ("Ads", "Реклама"),
        "product": ("Coffee, 1 kg", "Кофе, 1 кг"),
        "opened_on": date(2026, 12, 1),
        "expected_on": date(2026, 12, 31),
        "closed_on": ("when it was won or lost", "когда выиграна или проиграна"),
        "lost_reason": ("of a lost one", "у проигранной"),
    },
    "touches": {
        "happened_on": date(2026, 12, 31),
        "happened_at": time(14, 30),
        "contact": ("Anna Petrova", "Петрова Анна Сергеевна"),
        "phones": "+7 900 000-00-01",
        "kind": "call",
        "direction": "out",
        "outcome": "interested",
        "minutes": 5,
        "text": ("Asked for the price", "Спросила цену"),
        "employee": ("Olga", "Ольга"),
        "next_contact_on": date(2027, 1, 15),
    },
}
"""The columns of each template with an example: of codes the code, of words the English and the Russian one."""
TEMPLATES = tuple(_EXAMPLES)


@dataclass(frozen=True, slots=True)
class Template:
    """What a template is made of. `lists`: what the cells of a column may be chosen from, by the column's key."""

    noun: str
    language: Language
    lists: Mapping[str, Sequence[str]]


def write_template(template: Template, file: IO[bytes]) -> None:
    """Writes a workbook with three sheets: one to be filled in, the example, and, hidden, what may be chosen.

    Only the first is imported: the second has no headings that are known, and hidden sheets are left out.
    """
    russian = template.language == "ru"
    columns = chosen(template.noun, template.language, list(_EXAMPLES[template.noun]))
    with open_book(file) as book:
        sheet = book.add_worksheet(sheet_name(template.noun, template.language))
        _add_headings(book, sheet, columns)
        _add_example(book, template, columns)
        _add_choices(book, sheet, template, columns, "Списки" if russian else "Lists")


def _add_headings(book: "Workbook", sheet: "Worksheet", columns: Sequence[Headed]) -> None:
    bold = book.add_format({"bold": True})
    for place, one in enumerate(columns):
        sheet.set_column(place, place, _WIDE, _form_of(book, one))
        sheet.write_string(0, place, one.heading, bold)
    sheet.freeze_panes(1, 0)


def _add_example(book: "Workbook", template: Template, columns: Sequence[Headed]) -> None:
    """The example stands upright, a line a column: no table that an import would take for rows."""
    russian = template.language == "ru"
    sheet, bold = book.add_worksheet("Пример" if russian else "Example"), book.add_format({"bold": True})
    sheet.set_column(0, 1, 36)
    sheet.write_row(0, 0, ("Графа", "Так её заполняют") if russian else ("In this column", "write it like this"), bold)
    for number, one in enumerate(columns, 1):
        sheet.write_string(number, 0, one.heading)
        value = _EXAMPLES[template.noun][one.column.key]
        value = value[russian] if isinstance(value, tuple) else one.words.get(value, value)
        sheet.write(number, 1, value, _form_of(book, one))


def _add_choices(
    book: "Workbook", sheet: "Worksheet", template: Template, columns: Sequence[Headed], name: str
) -> None:
    """Drop-downs that suggest what the base knows and refuse nothing else: what is new is made by the import."""
    lists = book.add_worksheet(name)
    lists.hide()
    offered = [(place, _offered(template, one)) for place, one in enumerate(columns)]
    chosen_from = [(place, names) for place, names in offered if names]
    for number in range(max((len(names) for _, names in chosen_from), default=0)):
        for column, (_, names) in enumerate(chosen_from):
            if number < len(names):
                lists.write_string(number, column, cell(names[number]))
    for column, (place, names) in enumerate(chosen_from):
        source = f"='{name}'!${chr(65 + column)}$1:${chr(65 + column)}${len(names)}"
        rule = {"validate": "list", "source": source, "show_error": False}
        sheet.data_validation(1, place, _LAST_ROW, place, rule)


def _offered(template: Template, one: Headed) -> Sequence[str]:
    key = one.column.key
    names = template.lists.get(key, ())
    return [words_of(key, template.language).get(name, name) for name in names]


def _form_of(book: "Workbook", one: Headed) -> "Format":
    return book.add_format({"num_format": _FORMS.get(one.column.kind, "General")})
