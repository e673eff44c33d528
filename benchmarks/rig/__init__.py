"""What every benchmark stands on: processes and their CPU time, databases, a mail catcher, clients, a report."""
