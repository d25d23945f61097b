"""CSV and TSV: separators, names, lines, and what is refused with which words."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.data.delimited import read_delimited
from chainrule.errors import ChainruleError, DataError, FileError
from tests.data.attempt import attempt


def read(text, name="a.csv", kinds=None):
    data = text if isinstance(text, bytes) else text.encode()
    return read_delimited(Path(name), data, kinds or {})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "x,name\n1.5,b\n2,c\n"),
        ("a.csv", "x,name\r\n1.5,b\r\n2,c"),
        ("a.csv", "\ufeffx,name\n1.5,b\n2,c\n"),
        ("a.csv", '"x", "name"\n 1.5, "b"\n\n2, c\n'),
        ("a.csv", "x;name\n1,5;b\n2;c\n"),
        ("a.csv", "x\tname\n1.5\tb\n2\tc\n"),
        ("a.tsv", "x\tname\n1.5\tb\n2\tc\n"),
        ("A.TSV", "x\tname\n1.5\tb\n2\tc\n"),
    ],
)
def test_the_same_table(name, text):
    table = read(text, name)
    assert table.names == ("x", "name")
    assert table["x"].values.tolist() == [1.5, 2.0]
    assert table["name"].values.tolist() == ["b", "c"]
    assert table.origin == name


def test_commas_in_a_tsv_and_quotes_belong_to_the_entry():
    assert read("a\tb\nx,y\tz\n", "a.tsv")["a"].values.tolist() == ["x,y"]
    assert read('a,b\n"x,""y""",z\n')["a"].values.tolist() == ['x,"y"']


def test_lines_are_those_of_an_editor():
    table = read('a,b\n1,"two\nlines"\n\n2,x\n')
    assert table.lines.tolist() == [2, 5]
    assert table.place(1) == "line 5 of 'a.csv'"


def test_names_are_trimmed_and_found():
    assert read("a ,\n1,2\n").names == ("a", "unnamed 2")


@pytest.mark.parametrize("text", ["5.1,3.5,setosa\n4.9,3,virginica\n", "1,2,3\n4,5,6\n"])
def test_a_first_line_of_numbers_is_a_row(text):
    table = read(text)
    assert table.names == ("x0", "x1", "x2")
    assert len(table) == 2
    assert table.lines.tolist() == [1, 2]
    note = "the first line holds numbers, so it is a row; columns are x0 to x2"
    assert table.notes == (note,)


@pytest.mark.parametrize("first", ["country,2019,2020", "NA,N/A,null", "a,b,c"])
def test_a_first_line_of_names_is_none(first):
    table = read(f"{first}\nde,1,2\n")
    assert list(table.names) == first.split(",")
    assert table.notes == ()


def test_kinds_are_passed_on():
    assert read("zip\n007\n", kinds={"zip": "category"})["zip"].values.tolist() == ["007"]


@pytest.mark.parametrize(
    ("error", "text", "message"),
    [
        (DataError, "\n\n", "'a.csv' is empty\nhint: a table needs a line of names, then rows"),
        (DataError, "\ufeff", "'a.csv' is empty\nhint: a table needs a line of names, then rows"),
        (DataError, "a,b\n", "'a.csv' holds a line of names and no rows\nhint: add rows below it"),
        (
            DataError,
            "a,b,a\n1,2,3\n",
            "'a.csv' has two columns named 'a': columns 1 and 3\nhint: rename one of them",
        ),
        (
            DataError,
            "a,b\n1,2\n\n1,2,3\n",
            "line 4 of 'a.csv' has 3 entries, but the first line has 2\n"
            "hint: add or remove entries; quote an entry that contains a comma",
        ),
        (
            DataError,
            "a;b\n1\n",
            "line 2 of 'a.csv' has 1 entry, but the first line has 2\n"
            "hint: add or remove entries; quote an entry that contains a semicolon",
        ),
        (
            DataError,
            'a,b\n1,2\n3,"4\n5,6\n',
            "line 3 of 'a.csv' cannot be split into entries: unexpected end of data\n"
            "hint: look for a quotation mark that is not closed",
        ),
        (
            DataError,
            "a,b\n1,2\nx,2\n3,2\n",
            "line 3 of 'a.csv', column 'a': 'x' is text among numbers\n"
            "hint: correct the entry, or leave it empty if the value is not known",
        ),
        (
            FileError,
            "name,y\nZoé,1\n".encode("latin-1"),
            "'a.csv' is not UTF-8: byte 9 (counted from 0) is 0xe9\n"
            "hint: save it again as UTF-8, or convert it: iconv -f LATIN1 -t UTF-8 'a.csv'",
        ),
        (
            FileError,
            "a,b\n1,2\n".encode("utf-16"),
            "'a.csv' is UTF-16, not UTF-8\nhint: save it again as UTF-8",
        ),
        (FileError, b"a,b\n1,\0\n", "'a.csv' is not text: it holds a zero byte at 6"),
    ],
)
def test_refused(error, text, message):
    with pytest.raises(error) as caught:
        read(text)
    assert type(caught.value) is error
    assert str(caught.value) == message


def test_an_entry_beyond_the_limit_of_the_reader():
    with pytest.raises(DataError, match=r"^line 2 of 'a.csv' cannot be split into entries: field"):
        read("a,b\n1," + "x" * (csv.field_size_limit() + 1))


@given(
    st.lists(
        st.lists(st.text('ab,;"\n\t é-', min_size=1, max_size=5), min_size=2, max_size=2),
        min_size=1,
        max_size=5,
    )
)
def test_what_the_standard_writer_writes_is_read_back(rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["first", "second"], *rows])
    table = read(out.getvalue(), kinds={"first": "category", "second": "category"})
    got = list(zip(table["first"].values, table["second"].values, strict=True))
    assert got == [(a.strip(), b.strip()) for a, b in rows]


@given(st.binary(max_size=60))
def test_any_bytes_give_a_table_or_an_error_of_ours(data):
    got = attempt(lambda: read(data))
    assert "a.csv" in got.message if isinstance(got, ChainruleError) else len(got) > 0
