import io
import zipfile

import pytest

from crmcli.sheets.strings import long_strings
from tests.sheets.bare import strings, workbook


def found(items: str, prefix: str = "") -> dict[int, int]:
    xml = strings(items).replace("<si", f"<{prefix}si")
    return long_strings(zipfile.ZipFile(io.BytesIO(workbook("", sharedStrings=xml))))


@pytest.mark.parametrize("length", [2_000, 1 << 20, (1 << 20) - 80, 5 << 20])
@pytest.mark.parametrize("prefix", ["", "x:"])
def test_long_texts_are_found_by_their_number(length: int, prefix: str) -> None:
    sizes = found("<si><t>a</t></si><si/>" + f"<si><t>{'b' * length}</t></si>" + '<si x="1"><t>c</t></si>' * 3, prefix)
    assert list(sizes) == [2]
    assert length < sizes[2] < length + 100


def test_short_texts_do_not_count() -> None:
    assert found("<si><t>a</t></si>" * 1_000) == {}
    assert long_strings(zipfile.ZipFile(io.BytesIO(workbook("")))) == {}
