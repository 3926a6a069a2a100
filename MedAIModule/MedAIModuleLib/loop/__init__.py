"""Work beside the application's own: timers, work in small steps, work on a thread."""
