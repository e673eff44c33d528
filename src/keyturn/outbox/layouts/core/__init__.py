"""What is decided about layouts without asking anybody."""
