"""`make drill` destroys the database of a local stack with its data, restores it, and compares every reading."""

from local.commands.console import new_console
from local.launcher.settings import Settings
from local.observe.running import load
from local.rehearsal.restore_drill import Senders, adopt, as_planned, run


def drill(settings: Settings) -> int:
    """Runs the drill and tells Terraform of the restored database. Returns 1 unless it went as planned."""
    stack, console = load(settings.name), new_console()
    print(f"Restore drill of the stack {stack.name!r}: its database is destroyed with its data, and restored")
    found = run(stack, Senders.of_demo(stack), lambda line: console.print(line, markup=False, soft_wrap=True))
    adopt(stack)
    return 0 if as_planned(found) else 1
