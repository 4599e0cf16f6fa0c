"""Compiling ahead, as part of setting up: a small road is run once, so that no planner's first run has to wait."""

from __future__ import annotations

from sim.model.world import World
from sim.scenario.schema import Scenario

SMALL = {
    "population": {"total": 10},
    "corridor": {"segments": {"road": {"from": "home", "to": "end", "length": 1.0, "speed": 30.0}}},
    "horizon": 24.0,
}


def main() -> None:
    """Run it."""
    World(Scenario.model_validate(SMALL), 1, 0).run()


if __name__ == "__main__":
    main()
