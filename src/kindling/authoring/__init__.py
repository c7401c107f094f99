"""From course/ to release/: the lessons as people write them, built, audited, and tried with a bank of answers."""
