"""What a roster is: its records, its demand, its on-call duties, the days that a run plans. Pure."""
