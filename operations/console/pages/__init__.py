"""The pages. Each is a module with `PAGE` and `router`, a template, and a file of texts.

overview         the newest run, coverage, open alarms, and all that failed
completeness     metering points by days, and the missing intervals of a day
alarms           the list of alarms, and changes of one or many
alarm            one alarm: why it is there, its day, its publications, its events
metering_points  load curve, profile, voltage, quality and corrections of one metering point
days             the days, and one day: its publications, runs and steps
mail             the mails that a local stack has sent
sql              queries, their results and charts
api              the public API, to try calls from
"""
