"""What run.py can do, one file each."""
