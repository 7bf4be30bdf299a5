"""The end of a run: its parts made certain, its alarms to the administrator and the queue."""
