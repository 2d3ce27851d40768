"""Use cases: permission, one transaction, audit."""
