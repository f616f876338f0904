"""The names by which an up-to-date store is known without loading the migrations."""

from haicang_desk.model.store.migrations import migrations
from haicang_desk.model.store.schema import SCHEMA_STEPS


def test_the_known_steps_are_the_migrations():
    assert tuple(step.name for step in migrations._migrations) == SCHEMA_STEPS
