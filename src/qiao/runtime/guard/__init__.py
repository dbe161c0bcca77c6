"""What keeps the house from being overrun and from doing one thing twice: limits by minute, keys of requests."""
