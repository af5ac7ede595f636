"""What the command line is made of: settings, logs, tables for a terminal, the questions beside a run."""
