"""The ingestion service: takes customers' meter readings over HTTP and keeps them in Postgres."""
