"""The reporter writes the summary and the report of a publication.

| file | holds |
|---|---|
| `handler.py` | the function |
| `environment.py` | its environment variables |
| `logic.py` | writes both objects, once for each publication |
| `day_summary.py` | merges the numbers of the shards, and adds what the publication and the alarms say |
| `open_alarms.py` | counts the open alarms by check and state |
| `day_report.py` | the report of a day, out of its summary alone |
| `sections.py` | the parts of a report that a day's and a month's report share |
| `pages.py` | writes HTML, and the page around a report |
| `page_styles.py` | the style sheet of a report |
| `written.py` | writes numbers, energy and times in one language |
| `texts/` | the texts of the reports in Croatian and English, and how a catalogue of texts is read |
| `charts/` | draws the charts |
"""
