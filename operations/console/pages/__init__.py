"""The pages. Each is a module with `PAGE` and `router`, a template, and a file of texts.

overview      the newest run, coverage, open alarms, and all that failed
metering_points  load curve, profile, voltage, quality and corrections of one metering point
"""
