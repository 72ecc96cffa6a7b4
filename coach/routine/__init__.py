"""What a body does: movements, steps, routines, and where their documents come from.

`model` holds the values, `movement_document` and `routine_document` read them from YAML, `library` finds them by id.
Pure but for `library`, which reads files. Knows no times of a session, no audio.
"""
