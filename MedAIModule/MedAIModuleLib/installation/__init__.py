"""What runs need and the application does not bring: found out, asked for, installed."""
