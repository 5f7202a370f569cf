"""What a query looks like without its values: its SQL and the form of its rows, worked out once and found again.

SQLAlchemy keeps compiled statements too, but builds entities from what they find: for a page of twenty that costs four times what
the database and the driver take. Here the rows go through the driver alone. What is taken from inside SQLAlchemy for it is all in
this file, and `shared/tests/db/test_reading.py` shows each of these on a small model: an upgrade fails there first.
"""

from collections import namedtuple
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import BindParameter, Column, Dialect, Select, inspect
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Mapper

MOST = 1_000
NUMERIC, UNKNOWN = 1700, 0
"""PostgreSQL's number for the type of a column that is a Numeric."""
Completed = Callable[[Select[Any]], Select[Any]]


@dataclass(frozen=True, slots=True)
class Shape:
    sql: str
    sources: tuple[int | str, ...]
    """Where the value of each parameter comes from: the place in the statement as it was given, or the name of one of ours."""
    binders: tuple[Callable[[Any], Any] | None, ...]
    make_row: Callable[[Any], Any]
    is_several: bool = False
    """Rows of several columns, not whole rows of a table or one value each."""

    def values(self, given: Sequence[Any], named: Mapping[str, Any]) -> list[Any]:
        """`given` are the parameters of a statement of this shape."""
        found = [
            named[source] if isinstance(source, str) else given[source].effective_value
            for source in self.sources
        ]
        return [
            value if binder is None else binder(value)
            for value, binder in zip(found, self.binders, strict=True)
        ]


class Shapes:
    """Of one engine's dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: dict[Hashable, Shape | None] = {}

    def find(
        self, statement: Select[Any], like: Hashable = None, completed: Completed | None = None
    ) -> tuple[Shape | None, Sequence[Any]]:
        """The shape of the statement as `completed` leaves it, which `like` stands for, and its own parameters. None for what is
        better left to SQLAlchemy: anything but whole rows of one table or columns, locks, lists as parameters.
        """
        key = statement._generate_cache_key()  # noqa: SLF001 - as SQLAlchemy finds its own
        if key is None:
            return None, ()
        name = (key.key, like)
        try:
            return self._known[name], key.bindparams
        except KeyError:
            whole = statement if completed is None else completed(statement)
            shape = self._shape(whole, key.bindparams)
        if len(self._known) >= MOST:  # there are as many as queries in the code, some dozens
            self._known.clear()
        self._known[name] = shape
        return shape, key.bindparams

    def _shape(self, statement: Select[Any], given: Sequence[Any]) -> Shape | None:
        if not _is_plain(statement):
            return None
        compiled: Any = statement.compile(dialect=self._dialect)
        if compiled.post_compile_params or compiled.literal_execute_params:
            return None
        make = self._maker(statement, compiled)
        places = {bind.key: place for place, bind in enumerate(given)}
        binds = [compiled.binds[name] for name in compiled.positiontup or ()]
        sources = tuple(_source(bind, places) for bind in binds)
        binders = tuple(self._processor(bind.type, "bind") for bind in binds)
        several = len(statement.column_descriptions) > 1
        return None if make is None else Shape(str(compiled), sources, binders, make, several)

    def _processor(self, kind: Any, way: str, *more: Any) -> Any:
        return getattr(kind.dialect_impl(self._dialect), f"{way}_processor")(self._dialect, *more)

    def _maker(self, statement: Select[Any], compiled: Any) -> Callable[[Any], Any] | None:
        columns = compiled._result_columns  # noqa: SLF001
        is_whole = (
            statement.column_descriptions[0].get("entity")
            is statement.column_descriptions[0]["expr"]
        )
        try:
            kind = NUMERIC if is_whole else UNKNOWN
            readers = [self._processor(each.type, "result", kind) for each in columns]
        except InvalidRequestError:  # a number is read by what the driver says of it
            return None
        if not is_whole:
            names = tuple(each.keyname for each in columns)
            return _value_maker(readers[0]) if len(readers) == 1 else _columns_maker(names, readers)
        mapper = _mapper_of(statement)
        if mapper is None:
            return None
        keys = {attribute.columns[0].name: attribute.key for attribute in mapper.column_attrs}
        found = [each.keyname for each in columns]
        if sorted(found) != sorted(keys):
            return None
        make = row_class(mapper.class_, tuple(keys[name] for name in found))._make
        return _row_maker(make, readers) if any(readers) else make


def _value_maker(reader: Any) -> Callable[[Any], Any]:
    return itemgetter(0) if reader is None else lambda record: reader(record[0])


def _columns_maker(names: tuple[str, ...], readers: Sequence[Any]) -> Callable[[Any], Any]:
    form: Any = namedtuple("Columns", names, rename=True)  # type: ignore[misc]  # noqa: PYI024 - the names are the query's
    return _row_maker(form._make, readers) if any(readers) else form._make


def _row_maker(make: Any, readers: Sequence[Any]) -> Callable[[Any], Any]:
    """Most columns are as the driver gives them."""
    some = [(place, reader) for place, reader in enumerate(readers) if reader is not None]

    def row(record: Any) -> Any:
        values = list(record)
        for place, reader in some:
            values[place] = reader(values[place])
        return make(values)

    return row


def _source(bind: BindParameter[Any], places: Mapping[str, int]) -> int | str:
    """One that was neither given nor named would keep for ever the value it has today."""
    if bind.required:
        return bind.key
    place = places.get(bind.key)
    if place is None:
        raise ValueError(f"{bind.key} has a value of its own: name it, with bindparam()")
    return place


def _is_plain(statement: Select[Any]) -> bool:
    """Whether nothing is asked that only SQLAlchemy does, and one thing is asked for, or columns."""
    locks = statement._for_update_arg is not None  # noqa: SLF001
    asked = statement.column_descriptions
    is_one = len(asked) == 1 or not any(each.get("entity") is each["expr"] for each in asked)
    return is_one and not (locks or statement._with_options)  # noqa: SLF001


def _mapper_of(statement: Select[Any]) -> Mapper[Any] | None:
    """The model whose whole rows it finds, if its columns are all there is to it."""
    said = statement.column_descriptions[0]
    mapper = inspect(said["entity"], raiseerr=False)
    if not isinstance(mapper, Mapper):
        return None
    plain = all(
        len(each.columns) == 1 and isinstance(each.columns[0], Column) and not each.deferred
        for each in mapper.column_attrs
    )
    return mapper if plain and mapper.polymorphic_on is None else None


_row_classes: dict[tuple[type, tuple[str, ...]], Any] = {}


def row_class(model: type, names: tuple[str, ...]) -> Any:
    """A tuple with the attributes, properties and methods of the model, and an instance of it to `isinstance`. It cannot be
    changed: it is for reading.
    """
    known = _row_classes.get((model, names))
    if known is None:
        known = _row_classes[model, names] = _made(model, names)
    return known


def _made(model: type, names: tuple[str, ...]) -> Any:
    mapped: set[str] = set(inspect(model).all_orm_descriptors.keys())
    members = {
        name: value
        for each in reversed(model.__mro__[:-1])
        for name, value in vars(each).items()
        if name not in mapped and not name.startswith("_")
    }
    form: Any = namedtuple(f"{model.__name__}Row", names)  # type: ignore[misc]  # noqa: PYI024 - the names are the model's
    said = {"__slots__": (), "__module__": model.__module__, "__class__": property(lambda _: model)}
    return type(form.__name__, (form,), members | said)
