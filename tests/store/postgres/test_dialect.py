from __future__ import annotations

import pytest

from casework.store.migrate import shipped
from casework.store.postgres.dialect import definition, statement


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("SELECT a FROM t WHERE b = ? AND c = ?", "SELECT a FROM t WHERE b = $1 AND c = $2"),
        ("SELECT ?2, ?1, ?2", "SELECT $2, $1, $2"),
        ("SELECT '?' || ?", "SELECT '?' || $1"),
        ("SELECT 'it''s ?' || ?", "SELECT 'it''s ?' || $1"),
        ("SELECT start, end FROM t", 'SELECT start, "end" FROM t'),
        ("CASE WHEN a THEN ? END", "CASE WHEN a THEN $1 END"),
        ("SELECT CAST(? AS INTEGER)", "SELECT CAST($1 AS BIGINT)"),
        (
            "IN (SELECT value FROM json_each(?))",
            "IN (SELECT value FROM json_array_elements_text(CAST($1 AS JSON)) AS listed(value))",
        ),
        (
            "FROM json_each(?1) AS wanted JOIN t",
            "FROM json_array_elements_text(CAST($1 AS JSON)) AS wanted(value) JOIN t",
        ),
    ],
)
def test_a_statement_becomes_one_of_postgres(ours: str, theirs: str) -> None:
    assert statement(ours) == theirs


def test_a_table_becomes_one_of_postgres() -> None:
    ours = (
        "-- It's told; elsewhere.\nCREATE TABLE t (\n    n INTEGER PRIMARY KEY,\n"
        "    name TEXT NOT NULL DEFAULT 'TEXT',\n    end REAL -- INTEGER or not\n);\n"
    )
    assert definition(ours).split() == [
        "CREATE",
        "TABLE",
        "t",
        "(",
        "n",
        "BIGINT",
        "GENERATED",
        "BY",
        "DEFAULT",
        "AS",
        "IDENTITY",
        "PRIMARY",
        "KEY,",
        "name",
        "TEXT",
        "COLLATE",
        '"C"',
        "NOT",
        "NULL",
        "DEFAULT",
        "'TEXT',",
        '"end"',
        "DOUBLE",
        "PRECISION",
        ");",
    ]


def test_a_table_without_rowid_is_an_ordinary_one() -> None:
    ours = "CREATE TABLE t (key TEXT PRIMARY KEY, k INTEGER) WITHOUT ROWID;"
    assert definition(ours) == 'CREATE TABLE t (key TEXT COLLATE "C" PRIMARY KEY, k BIGINT);'


def test_a_migration_that_moves_rows_is_a_statement() -> None:
    assert definition("-- Why.\nUPDATE t SET end = 1;").strip() == 'UPDATE t SET "end" = 1;'


def test_no_migration_keeps_a_word_of_sqlite_alone() -> None:
    for migration in shipped():
        for ours in migration.statements():
            told = definition(ours)
            assert "INTEGER" not in told
            assert "ROWID" not in told
            assert "?" not in told


def test_a_trigger_becomes_a_function_and_what_calls_it() -> None:
    work = "BEGIN\n    INSERT INTO l VALUES (new.a);\nEND;\n"
    ours = f"CREATE TRIGGER told AFTER UPDATE OF a, b ON t {work}"
    assert definition(ours) == (
        "CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS $work$ BEGIN"
        "     INSERT INTO l VALUES (new.a); RETURN NULL; END $work$; CREATE TRIGGER told"
        " AFTER UPDATE OF a, b ON t FOR EACH ROW EXECUTE FUNCTION told();"
    )
