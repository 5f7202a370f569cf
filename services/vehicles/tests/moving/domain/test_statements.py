import pytest

from services.vehicles.domain.moving.found import CannotTake
from services.vehicles.domain.moving.statements import inserted

OUTCOMES = {"cell_too_long", "too_many_cells", "read"}
FUEL = frozenset({"fuel"})


def values(text: str) -> list[tuple[str | None, ...]]:
    return [tuple(row.values) for row in inserted(text, FUEL)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("INSERT INTO `Fuel` VALUES (1,'a'),(2,'b');", [("1", "a"), ("2", "b")]),
        ("insert into fuel values (1.5,-2,NULL,'');", [("1.5", "-2", None, "")]),
        (
            "INSERT INTO Fuel VALUES ('it\\'s','a''b',\"say \\\"x\\\"\");",
            [("it's", "a'b", 'say "x"')],
        ),
        ("INSERT INTO `db`.`Fuel` VALUES (1);", [("1",)]),
        ("INSERT INTO db.Fuel VALUES (1);", [("1",)]),
        ("INSERT IGNORE INTO `Fuel` VALUES\n(1),\n(2);", [("1",), ("2",)]),
        ("REPLACE INTO `Fuel` VALUES (1);", [("1",)]),
        ("INSERT INTO `Other` VALUES ('x;(');INSERT INTO `Fuel` VALUES (1);", [("1",)]),
        (
            "-- INSERT INTO `Fuel` VALUES (9);\n# x\n/* ( ' */ INSERT INTO `Fuel` VALUES (1);",
            [("1",)],
        ),
        ("/*!40000 ALTER TABLE `Fuel` DISABLE KEYS */;\nINSERT INTO `Fuel` VALUES (1);", [("1",)]),
        ("INSERT INTO `Fuel` VALUES (NOW(),f(1,2),_binary 'x',0x1F);", [("NOW", "f", "x", "0x1F")]),
        ("INSERT INTO `Fuel` VALUES ('a\\nb\\\\c');", [("a\nb\\c",)]),
        ("INSERT INTO `Fuel` VALUES (1,'never closed", [("1", "never closed")]),
        ("DELETE FROM `Fuel`;", []),
        ("", []),
    ],
)
def test_rows(text: str, rows: list[tuple[str | None, ...]]) -> None:
    assert values(text) == rows


def test_columns_are_those_of_the_statement_or_of_the_table() -> None:
    text = (
        "CREATE TABLE `Fuel` (\n `id` int DEFAULT '1,`x`',\n `date` datetime,\n KEY `k` (`id`)\n);\n"
        "INSERT INTO `Fuel` VALUES (1,'d');\nINSERT INTO `Fuel` (`date`,`id`) VALUES ('e',2);"
    )
    assert [row.under(()) for row in inserted(text, FUEL)] == [
        {"id": "1", "date": "d"},
        {"date": "e", "id": "2"},
    ]
    assert [row.line for row in inserted(text, FUEL)] == [6, 7]


def test_usual_columns_where_nothing_names_them() -> None:
    (row,) = inserted("INSERT INTO `Fuel` VALUES (1,NULL,3);", FUEL)
    assert row.under(("a", "b", "c")) == {"a": "1", "c": "3"}


@pytest.mark.parametrize(
    "evil",
    [
        "\\'" * 200_000,
        "'\\" * 200_000,
        "`" * 200_001,
        '"\\"' * 100_000,
        "/*" * 200_000,
        "(" * 200_000,
    ],
)
def test_it_goes_over_the_text_once(evil: str) -> None:
    """What is opened and never closed costs no more than its length."""
    assert outcome("INSERT INTO `Fuel` VALUES (1," + evil) in OUTCOMES  # noqa: S608 - nothing runs it


def outcome(text: str) -> str:
    try:
        assert len(values(text)) <= 1
    except CannotTake as refused:
        return refused.code
    return "read"
