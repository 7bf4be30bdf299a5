"""Computes and draws what the page of a metering point shows.

periods   the day, week, month or year that is shown
series    values on the grid of a period, gaps, the profile of a day, the voltage's band
figures   the numbers of a period: energy, peak, qualities
drawings  the charts
"""
