"""The notifier mails customers about their alarms, in their language. docs/customer-mails.md shows the mails."""
