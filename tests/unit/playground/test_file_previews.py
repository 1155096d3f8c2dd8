"""What is seen of a file before it is opened."""

import pytest

from bot.playground.file_previews import MOST_COLUMNS, MOST_LINES, READ, preview, size


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("\ufeffcompte;courriel\nÉbène;a@b.example".encode(), [["compte", "courriel"], ["Ébène", "a@b.example"]]),
        (b'a,b\n"1,5",2\n', [["a", "b"], ["1,5", "2"]]),
        (b"alone\n", [["alone"]]),
        (b"<b>,x\n", [["<b>", "x"]]),
    ],
)
def test_the_first_lines_of_a_table(content: bytes, rows: list[list[str]]) -> None:
    found = preview("csv", content)
    assert found
    assert found.rows == rows
    assert found.more == 0


def test_a_long_table_says_how_many_lines_follow() -> None:
    found = preview("csv", b"a,b\n" * 50)
    assert found
    assert (len(found.rows), found.more) == (MOST_LINES, 50 - MOST_LINES)


def test_a_wide_table_is_cut() -> None:
    found = preview("tsv", b"\t".join([b"x"] * 40))
    assert found
    assert len(found.rows[0]) == MOST_COLUMNS


def test_a_letter_that_is_cut_in_two_does_no_harm() -> None:
    assert preview("csv", ("é" * READ).encode())


@pytest.mark.parametrize(
    ("kind", "content"), [("csv", b""), ("csv", b"\0\1"), ("csv", b"\xff\xfe"), ("png", b"a,b"), ("txt", b"a,b")]
)
def test_no_table_no_preview(kind: str, content: bytes) -> None:
    assert preview(kind, content) is None


@pytest.mark.parametrize(
    ("length", "said"), [(0, (0, "B")), (999, (999, "B")), (1_250, (1.2, "kB")), (2_000_000, (2.0, "MB"))]
)
def test_a_size_is_said_shortly(length: int, said: tuple[float, str]) -> None:
    assert size(length) == said
