"""The reporter writes the summary and the report of a publication, with charts."""
