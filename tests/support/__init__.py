"""What the tests share: rows with defaults, the independent checker, pages, a browser."""
