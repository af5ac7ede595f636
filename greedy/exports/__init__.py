"""The roster as files for everybody: page, PDF, spreadsheet, CSV and calendars, of all people or of one.

Pure: a run's result and its workspace go in, bytes come out. `formats` knows the kinds of file, `stretches` reads who
works when, `paper` and `own_paper` lay out what `pdf` and `own_page` show; `spreadsheet`, `plain` and `calendars` are
the others. What all of them are made from is an `Edition`.

Nothing is imported here, so that the kinds of file are known without loading what makes them.
"""
