"""Methods: pure functions from frames to frozen results. They know no files, no charts and no words."""
