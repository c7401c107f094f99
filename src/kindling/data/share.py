"""`python -m kindling.data.share`: draw all images once, for every account that uses this Python environment."""

from __future__ import annotations

from kindling.data import drawn

if __name__ == "__main__":
    new = set(drawn.share())
    for path in map(drawn.shared, drawn.MODULES):
        print(f"{path} {'is new' if path in new else 'is there'}")
