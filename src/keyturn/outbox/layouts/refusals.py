"""What cannot be done with layouts and variables, as a word and the field that it is about."""


class LayoutRefused(ValueError):
    """Nothing was changed. `field` names what is wrong, `reason` is a stable word:

    empty, too_long, control_character, not_unicode, taken, too_many, not_a_choice, in_use, no_environment_name,
    not_a_variable, no_such_layout, other_purpose, no_words, no_address, no_such_version
    """

    def __init__(self, reason: str, field: str):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field
