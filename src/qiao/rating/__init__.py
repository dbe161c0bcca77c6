"""What a customer is by the written rule, and what a manager can carry."""
