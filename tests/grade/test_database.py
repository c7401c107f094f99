"""kindling.grade.database: addresses as anybody may read them, and patience with others who write."""

import sqlite3
from types import SimpleNamespace

import pytest
from conftest import asked_revision, revision
from sqlalchemy.exc import OperationalError

from kindling.errors import GradingError
from kindling.grade import database


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sqlite:////home/ada/gradebook.db", "sqlite:////home/ada/gradebook.db"),
        ("sqlite:////home/ada@uni/gradebook.db?timeout=5", "sqlite:////home/ada@uni/gradebook.db"),
        ("postgresql+psycopg2://ada@db/grades", "postgresql+psycopg2://ada@db/grades"),
        ("odd://me:sesame@host/g", "odd://me:***@host/g"),
        ("odd://me:se/same@host/g", "odd://me:***@host/g"),
        ("odd://me:se:same@host/g", "odd://me:***@host/g"),
        ("odd://me:se?same@host:99/g", "odd://me:***@host:99/g"),
        ("odd://me:se%40same@host/g", "odd://me:***@host/g"),
        ("odd://:sesame@host/g", "odd://:***@host/g"),
        ("odd://host/g?user=me&password=sesame", "odd://host/g"),
        ("odd://me:x@same@host/g", "odd://…"),
        ("odd://me:x@y/sesame@host/g", "odd://…"),
        ("odd://me:sesame", "odd://…"),
        ("odd://me:se:same", "odd://…"),
        ("odd:///me:sesame@host/g", "odd://…"),
        ("me:sesame@host/g", "…"),
        ("odd:me:sesame@host/g", "…"),
        ("", "…"),
    ],
)
def test_no_password_is_shown(address, shown):
    """Whatever signs the password has; of an address that can't be told apart, its kind alone is shown."""
    assert database.shown(address) == shown


@pytest.mark.parametrize(
    ("address", "said", "shown"),
    [
        ("odd://me:sesame@host/g", "no such host", "no such host"),
        ("odd://me:sesame@host/g", "password 'sesame' refused\nand more", "OperationalError"),
        ("odd://me:se%2Fsame@host/g", "password se/same refused", "OperationalError"),
        ("odd://me:se%2Fsame@host/g", "no driver for odd://me:se%2Fsame@host/g", "OperationalError"),
        ("odd://host/g?sslpassword=sesame&sslmode=on", "sslpassword=sesame", "OperationalError"),
        ("odd://host/g?sslpassword=sesame&sslmode=on", "sslmode 'on' is none", "sslmode 'on' is none"),
        ("odd://host/g", "", "OperationalError"),
    ],
)
def test_no_password_is_said(address, said, shown):
    """A library's own sentence is kept back where it holds the password."""

    class Refused(OperationalError):
        def __str__(self):
            return said

    assert database.reason(Refused("", None, Exception()), address).replace("Refused", "OperationalError") == shown


@pytest.mark.parametrize(
    "address",
    ["odd://me:sesame", "odd://me:x@sesame@host/g", "me:sesame@host", "odd://me:sesame@host/g", "sqlite://x:sesame@"],
)
def test_a_gradebook_that_no_library_opens(address):
    """The sentence is of ours, with no part of the password."""
    with pytest.raises(GradingError) as raised:
        database.connect(SimpleNamespace(db_url=address, course_id="kindling"))
    assert str(raised.value).startswith("The gradebook at ")
    assert "sesame" not in str(raised.value)
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    ("address", "patient"),
    [
        ("sqlite:///g.db", "sqlite:///g.db?timeout=60"),
        ("sqlite+pysqlite:///g.db?mode=rw&uri=true", "sqlite+pysqlite:///g.db?mode=rw&uri=true&timeout=60"),
        ("sqlite:///g.db?timeout=5", "sqlite:///g.db?timeout=5"),
        ("sqlite://", "sqlite://"),
        ("postgresql://db/g", "postgresql://db/g"),
        ("nonsense", "nonsense"),
    ],
)
def test_patience(address, patient):
    """SQLite waits for somebody else who writes; what an instructor set stays."""
    assert database.patient(address) == patient


def test_in_use(tmp_path):
    """Who writes to a gradebook all the time is told apart from one that is broken."""
    address = f"sqlite:///{tmp_path / 'gradebook.db'}"
    course = SimpleNamespace(db_url=f"{address}?timeout=0.01", course_id="kindling")
    with database.opened(course):
        pass
    other = sqlite3.connect(tmp_path / "gradebook.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(GradingError) as raised, database.opened(course):
        pass
    other.close()
    assert str(raised.value) == (
        f"The gradebook at {address} is in use: somebody else has been writing to it for 0.01 s. "
        "Wait until that is done and run the same command again."
    )
    (tmp_path / "gradebook.db").write_bytes(b"no database" * 1000)
    with pytest.raises(GradingError, match=r"can't be opened: .*file is not a database\. Its address is"):
        database.connect(course)


def test_in_use_while_it_is_read(tmp_path):
    """The same holds for what is read once it is open."""
    address = f"sqlite:///{tmp_path / 'gradebook.db'}?timeout=0.01"
    course = SimpleNamespace(db_url=address, course_id="kindling")
    other = sqlite3.connect(tmp_path / "gradebook.db", isolation_level=None)

    def read():
        with database.opened(course) as book:
            other.execute("BEGIN EXCLUSIVE")
            return book.students

    with pytest.raises(GradingError, match=r" is in use: "):
        read()
    other.close()


def test_new_gradebooks_have_the_revision_that_nbgrader_asks_for():
    """The tests themselves find it without a process of its own."""
    assert revision() == asked_revision()
