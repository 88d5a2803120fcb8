"""The single table, files, secrets and the user pool: the only place that knows boto3."""
