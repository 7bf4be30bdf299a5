"""The notifier mails customers at most once a day, and once when their data are complete."""
