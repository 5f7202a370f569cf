# ruff: noqa: E501, S608 - statements that nothing runs

"""What is cut out of a dump before anything of it is kept, in whatever dialect it is written and wherever it was cut."""

import json

import pytest

from services.vehicles.domain.moving.found import Part
from services.vehicles.domain.moving.secrets import without_secrets
from services.vehicles.domain.moving.statements import looks_like_sql

SECRET = "hunter2; (x"
VEHICLES = "INSERT INTO `Vehicles` VALUES ('car','u','it\\'s; mine','AA','Seat','Ibiza',NULL,2014,NULL,998,1);\n"
PEOPLE = {
    "plain": f"INSERT INTO `Users` VALUES ('u','{SECRET}');\n",
    "ignore": f"INSERT IGNORE INTO `Users` VALUES ('u','{SECRET}');\n",
    "or replace": f"INSERT OR REPLACE INTO Users VALUES ('u','{SECRET}');\n",
    "replace": f"REPLACE INTO `Users` (`id`,`password`) VALUES ('u','{SECRET}');\n",
    "of a database": f"INSERT INTO clarkson.Users VALUES ('u','{SECRET}');\n",
    "of a database in quotes": f"INSERT INTO `clarkson`.`Users` VALUES ('u','{SECRET}');\n",
    "double quotes": f'INSERT INTO Users VALUES ("u","{SECRET}");\n',
    "another table": f"INSERT INTO `wp_options` VALUES ('smtp','{SECRET}');\n",
    "an update": f"UPDATE `Users` SET `password` = '{SECRET}' WHERE id = 'u';\n",
    "an account": f"CREATE USER 'me'@'%' IDENTIFIED BY '{SECRET}';\n",
    "a grant": f"GRANT ALL ON *.* TO 'me' IDENTIFIED BY '{SECRET}';\n",
    "several rows": f"INSERT INTO `Users` VALUES ('a','x'),\n('u','{SECRET}'),('v','{SECRET}');\n",
    "a line end within": f"INSERT INTO `Users` VALUES ('u','a;\n{SECRET}');\n",
    "a stream": f"COPY public.users (id, password) FROM stdin;\n1\t{SECRET}\n\\.\n",
    "a stream that is cut": f"COPY public.users (id, password) FROM stdin;\n1\t{SECRET}\n",
    "cut": f"INSERT INTO `Users` VALUES ('u','{SECRET}'",
    "cut within": f"INSERT INTO `Users` VALUES ('u','{SECRET}",
}


def kept(text: str) -> str:
    return without_secrets(Part("dump.sql", text, "utf-8")).text


class TestDumps:
    @pytest.mark.parametrize("name", PEOPLE)
    def test_nothing_of_people_stays(self, name: str) -> None:
        text = f"-- dump\n{VEHICLES}{PEOPLE[name]}"
        assert looks_like_sql(text)
        found = kept(text)
        assert "hunter2" not in found
        assert VEHICLES in found

    def test_what_a_reader_wants_of_people_stays(self) -> None:
        users = "INSERT INTO `Users` (`id`,`email`,`password`,`fuelUnit`) VALUES ('0a000000-0000-4000-8000-000000000001','a@b.c','plain-word-1',2);\n"
        found = kept(f"-- dump\n{users}")
        assert "'0a000000-0000-4000-8000-000000000001','','',2" in found

    def test_lines_stand_where_they_stood(self) -> None:
        text = f"-- dump\n{PEOPLE['plain']}{VEHICLES}"
        assert kept(text).splitlines()[2] == VEHICLES.strip()


class TestTrees:
    def test_lines_of_objects(self) -> None:
        lines = [
            {"model": "auth.user", "pk": 1, "fields": {"password": SECRET, "email": "a@b.c"}},
            {"model": "sessions.session", "pk": SECRET, "fields": {"session_data": SECRET}},
            {"model": "vehicles.vehicle", "pk": 7, "fields": {"make": "Renault"}},
        ]
        for text in ("\n".join(map(json.dumps, lines)), json.dumps(lines)):
            found = kept(text)
            assert "hunter2" not in found
            assert "a@b.c" not in found
            assert "Renault" in found
