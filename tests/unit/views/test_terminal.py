"""The terminal: plain in a pipe, tables and bars where somebody looks."""

import io
import json
from contextlib import redirect_stdout

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views import terminal
from bot.views.csv_file import safe, write_csv
from bot.views.parts import Table
from bot.views.terminal import Terminal, bars


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """A stream that says that it is a terminal of 80 columns."""
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return screen


def test_in_a_pipe_a_table_is_lines_with_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    out = Terminal()
    out.line("Head", "bold")
    out.table(Table(["Account", "Peak"], [["Acme", "2"], ["[red]Blue[/red]", "10"]], numbers=(1,)))
    out.chart(("a", "b"), [1, 2, 3])
    assert capsys.readouterr().out == "Head\nAccount\tPeak\nAcme\t2\n[red]Blue[/red]\t10\n"


def test_on_a_terminal_a_table_is_drawn_and_markup_is_text(screen: io.StringIO) -> None:
    with redirect_stdout(screen):
        out = Terminal()
        out.line("[bold]Head[/bold] :smile:", "bold")
        out.table(Table(["Account", "Peak"], [["[red]Blue[/red]", "10"], ["Acme :smile:", "2"]], numbers=(1,)))
    shown = screen.getvalue()
    assert "[bold]Head[/bold] :smile:" in shown
    assert "[red]Blue[/red]" in shown
    assert "Acme :smile:" in shown
    assert "─" in shown


def test_a_long_line_is_not_broken_on_a_terminal(screen: io.StringIO) -> None:
    with redirect_stdout(screen):
        Terminal().line("word " * 100)
    assert screen.getvalue().count("\n") == 1


def test_a_document_is_one_json_value_with_its_letters_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal(as_json=True).document({"name": "Éole 👩 \u202e"})
    text = capsys.readouterr().out
    assert json.loads(text) == {"name": "Éole 👩 \u202e"}
    assert "Éole 👩" in text
    assert text.endswith("}\n")


def test_faults_go_to_standard_error_a_line_each_and_turn_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.fail(["one \u202eeno", "two"])
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "one eno\ntwo\n")


def test_a_chart_is_drawn_where_there_is_something_to_draw(screen: io.StringIO) -> None:
    with redirect_stdout(screen):
        out = Terminal()
        out.chart(("a", "b"), [])
        out.chart(("a", "b"), [0, 0])
        assert screen.getvalue() == ""
        out.chart(("1 Nov", "3 Nov"), [1, 3, 2])
    lines = screen.getvalue().splitlines()
    assert len(lines) == terminal.HEIGHT + 1
    assert "1 Nov" in lines[-1]
    assert "3 Nov" in lines[-1]


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=40).filter(any))
def test_bars_are_as_high_as_their_values(values: list[int]) -> None:
    lines = bars(values)
    assert len(lines) == terminal.HEIGHT
    assert len({len(line) for line in lines}) == 1
    heights = [sum(terminal.BARS.index(line[7 + 2 * n]) for line in lines) for n in range(len(values))]
    assert heights[values.index(max(values))] == 8 * terminal.HEIGHT
    assert all(
        (heights[a] <= heights[b]) for a in range(len(values)) for b in range(len(values)) if values[a] <= values[b]
    )


def test_progress_in_a_pipe_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.progress("file.csv") as shown:
        shown(1, 2)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(value: str) -> None:
    assert safe(value) == "'" + value


@pytest.mark.parametrize(("value", "cell"), [(None, ""), (0, "0"), (-5, "-5"), ("a=b", "a=b"), ("", "")])
def test_other_cells_are_as_they_are(value: object, cell: str) -> None:
    assert safe(value) == cell


def test_csv_has_a_header_and_quotes_what_must_be_quoted() -> None:
    out = io.StringIO()
    write_csv(out, [{"a": 'x "y", z', "b": None, "more": 1}], ("a", "b"))
    assert out.getvalue() == 'a,b\n"x ""y"", z",\n'
