"""What the API answers: records whose members are attributes, and tables of them that print as tables."""


class Record(dict):
    """A record of the API: record.name is record["name"]."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    @classmethod
    def of(cls, value):
        """Records all the way down."""
        if isinstance(value, dict):
            return cls((key, cls.of(inner)) for key, inner in value.items())
        return [cls.of(inner) for inner in value] if isinstance(value, list) else value


class Table(list):
    """A list of records; shown, it is a table of these columns."""

    def __init__(self, records, columns):
        super().__init__(Record.of(record) for record in records)
        self.columns = columns

    def __repr__(self):
        rows = [[column.upper() for column in self.columns]]
        rows += [[str(record.get(column, "")) for column in self.columns] for record in self]
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.columns))]
        return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows)

    __str__ = __repr__
