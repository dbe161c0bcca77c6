"""Pages of what hangs on records. Each finds the record in the viewer's scope first."""
