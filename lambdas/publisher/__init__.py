"""The publisher verifies the parts of a run, and sends its new alarms to the queue and the administrator."""
