"""What is wrong with a world file: line, field and a sentence; and the exception that carries all of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Complaint:
    """What is wrong. Line 0 concerns the whole file; `path` is like tenants[0].people[2].phones[0].number."""

    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class WorldRefused(Exception):
    """The file cannot be loaded, and nothing of it was."""

    def __init__(self, *complaints: Complaint):
        super().__init__("; ".join(map(str, complaints[:3])))
        self.complaints = sorted(complaints, key=lambda complaint: complaint.line)
