"""What happened to a request: its one list for both sides, moved deadlines, and reminders before time runs out."""
