"""One joint set of remedies that fills what a plan leaves open, as far as remedies can (`greedy.joint.finding`).

A remedy changes what a planner has entered: a quota one larger, a shift that changes hands, a free day given up, a
qualification. None is written by the job; each is advice. `remedies` says what there is, `relaxing` makes a roster in
which all of a kind are allowed, `filling` fills its open places, `reading` reads off which remedies the filled roster
needs, `tightening` drops what is superfluous, and `finding` plans with what remains, to see that it holds.
"""
