"""Reading CSV files: headers, cells, instants, and what is wrong with a line."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.errors import (
    AncientInstant,
    BadInstant,
    BadStatus,
    DistantInstant,
    DoubledColumn,
    EmptyFile,
    Faults,
    LongLine,
    MisplacedQuote,
    MissingColumns,
    NotText,
    Refusal,
    SkippedInstant,
    UnknownPerson,
    WrongCells,
)
from bot.services.imports import csv_file
from bot.services.imports.csv_file import Column, FaultList
from db.models import Status

COLUMNS = (Column("email", ("courriel",)), Column("status", ("etat",)), Column("at", ("date",), required=False))
PARIS, UTC_ZONE = ZoneInfo("Europe/Paris"), ZoneInfo("UTC")


def read(tmp_path: Path, content: str | bytes, columns: tuple[Column, ...] = COLUMNS) -> list[csv_file.Line]:
    path = tmp_path / "some.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(csv_file.read(path, columns))


def test_cells_come_in_the_order_of_the_columns_whatever_the_file_says(tmp_path: Path) -> None:
    assert read(tmp_path, "x,STATUS,Email\n1,on,a@b\n\n,,\n2,off,c@d\n") == [
        (2, ("a@b", "on", "")),
        (5, ("c@d", "off", "")),
    ]


def test_the_delimiter_is_the_one_that_the_first_line_uses_more(tmp_path: Path) -> None:
    assert read(tmp_path, "email;status;note,or not\na@b;on;x\n") == [(2, ("a@b", "on", ""))]


def test_one_column_alone_needs_no_delimiter(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeffCourriel\na@b\nc@d\n", COLUMNS[:1]) == [(2, ("a@b",)), (3, ("c@d",))]


def test_quoted_cells_may_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    assert read(tmp_path, 'email,status\n"a,""b""\nc",on\nd,off\n') == [
        (3, ('a,"b"\nc', "on", "")),
        (4, ("d", "off", "")),
    ]


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Fin d'essai", "fin_d_essai"),
        (" État ", "etat"),
        ("External ID", "external_id"),
        ("E-mail", "e_mail"),
        ("Fin d’essai", "fin_d_essai"),
    ],
)
def test_titles_are_folded(title: str, plain: str) -> None:
    assert csv_file.folded(title) == plain


def test_lines_that_are_no_good_come_with_what_is_wrong(tmp_path: Path) -> None:
    lines = read(tmp_path, 'email,status\na\na,b,c\nd,on\n"x"y,on\nnever,read\n')
    assert [number for number, _ in lines] == [2, 3, 4, 5]
    assert [type(cells) for _, cells in lines] == [WrongCells, WrongCells, tuple, MisplacedQuote]
    assert str(lines[0][1]) == "there are 1 cells, but 2 columns."


def test_a_cell_that_never_ends_is_a_long_one(tmp_path: Path) -> None:
    ((number, fault),) = read(tmp_path, 'email,status\n"' + "x" * 200_000 + "\n")
    assert (number, type(fault)) == (2, LongLine)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        ("", EmptyFile),
        ("\ufeff\n", EmptyFile),
        ("email\n", MissingColumns),
        ("a@b,on\n", MissingColumns),
        ("email,status,courriel\n", DoubledColumn),
        (b"\xff\xfee\0m\0", NotText),
        (b"email,status\n\xe9,on\n", NotText),
        ("email\0,status\n", NotText),
        ("email,status" + "x" * 200_000, NotText),
    ],
)
def test_files_that_are_none(tmp_path: Path, content: str | bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        read(tmp_path, content)


def test_progress_is_told_as_bytes_of_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("email,status\n" + "a@b,on\n" * 20_000)
    told: list[tuple[int, int]] = []
    assert len(list(csv_file.read(path, COLUMNS, lambda done, total: told.append((done, total))))) == 20_000
    size = path.stat().st_size
    assert told[-1] == (size, size)
    assert told == sorted(told)
    assert len(told) == 5


@pytest.mark.parametrize(
    ("value", "zone", "instant"),
    [
        ("2026-10-27", PARIS, "2026-10-26T23:00:00"),
        ("2026-10-27T09:30", PARIS, "2026-10-27T08:30:00"),
        ("2026-10-27 09:30:15.25", PARIS, "2026-10-27T08:30:15.250000"),
        ("2026-10-27T09:30Z", PARIS, "2026-10-27T09:30:00"),
        ("2026-10-27T09:30-05:00", PARIS, "2026-10-27T14:30:00"),
        ("2026-10-25T02:30", PARIS, "2026-10-25T00:30:00"),  # twice: the earlier
        ("2018-11-04", ZoneInfo("America/Sao_Paulo"), "2018-11-04T03:00:00"),  # no midnight: the first instant
        ("2011-12-30", ZoneInfo("Pacific/Apia"), "2011-12-30T10:00:00"),
        ("1970-01-01", UTC_ZONE, "1970-01-01T00:00:00"),
        ("9000-12-31T23:59:59", UTC_ZONE, "9000-12-31T23:59:59"),
    ],
)
def test_instants(value: str, zone: ZoneInfo, instant: str) -> None:
    found = csv_file.instant(value, zone)
    assert found == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found.tzinfo == UTC


@pytest.mark.parametrize(
    ("value", "zone", "refusal"),
    [
        ("2026-03-29T02:30", PARIS, SkippedInstant),
        ("2018-11-04T00:30", ZoneInfo("America/Sao_Paulo"), SkippedInstant),
        ("2011-12-30T12:00", ZoneInfo("Pacific/Apia"), SkippedInstant),
        ("2026-02-29", PARIS, BadInstant),
        ("27/10/2026", PARIS, BadInstant),
        ("0001-01-01", PARIS, BadInstant),  # before the first year there is, in UTC
        ("0001-01-01T00:00+10:00", PARIS, BadInstant),
        ("1969-12-31", UTC_ZONE, AncientInstant),
        ("1970-01-01", PARIS, AncientInstant),
        ("9999-12-31", UTC_ZONE, DistantInstant),
        ("9001-01-01T00:00Z", UTC_ZONE, DistantInstant),
    ],
)
def test_no_instants(value: str, zone: ZoneInfo, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        csv_file.instant(value, zone)


@given(st.datetimes(datetime(1970, 1, 2, tzinfo=UTC).replace(tzinfo=None), timezones=st.just(UTC)))
def test_an_instant_written_out_is_that_instant(instant: datetime) -> None:
    if instant.year <= 9000:
        assert csv_file.instant(instant.isoformat(), PARIS) == instant


@given(st.text(max_size=30))
def test_no_text_for_an_instant_does_harm(value: str) -> None:
    try:
        found = csv_file.instant(value, PARIS)
    except Refusal:
        return
    assert found.tzinfo == UTC


@pytest.mark.parametrize(("value", "status"), [("Active", "active"), (" ACTIF", "active"), ("inactif", "inactive")])
def test_statuses_in_two_languages(value: str, status: str) -> None:
    assert csv_file.status(value, (Status.ACTIVE, Status.INACTIVE)) == status


@pytest.mark.parametrize("value", ["", "trial", "fermé", "actived", "\x1b[31m"])
def test_statuses_that_are_none_here(value: str) -> None:
    with pytest.raises(BadStatus) as refused:
        csv_file.status(value, (Status.ACTIVE, Status.INACTIVE))
    assert "\x1b" not in str(refused.value)


def test_faults_are_told_in_the_order_of_lines() -> None:
    faults = FaultList()
    faults.check()
    for number in (30, 4, 200):
        faults.add(number, UnknownPerson(email="a@b"))
    with pytest.raises(Faults) as raised:
        faults.check()
    assert [line.split(":")[0] for line in str(raised.value).splitlines()] == ["Line 4", "Line 30", "Line 200"]
