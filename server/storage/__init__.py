"""SQLAlchemy, migrations and the encrypted file store: functions over a connection."""
