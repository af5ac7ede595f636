"""What a text is: the same in Dutch and in English, in that order.

Where it depends on a number `n`, each of the two is (for one, for several). Braces hold what is filled in. A midwife
reads these: short, plain, no terms of the database.
"""

from __future__ import annotations

Form = str | tuple[str, str]
"""A text in one language."""

Text = tuple[Form, Form]
"""(Dutch, English)."""
