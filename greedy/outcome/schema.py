"""The JSON schema of a run's result on standard output: `python -m greedy.outcome.schema > docs/result.schema.json`."""

from __future__ import annotations

import json

from greedy.outcome.result import json_schema


def text() -> str:
    """Return the schema as the file `docs/result.schema.json` holds it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(text(), end="")  # noqa: T201  the command's answer
