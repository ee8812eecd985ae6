"""Whether a batch may be stored as if all its readings were new, which is faster and fails where one is not."""

MOST_NEEDED = 1024  # batches


class NewnessGuess:
    """Guesses from the batches before. One a worker.

    A wrong guess is an error in the database, and some lines in the log of its server. So after each the next one
    waits for twice as many batches that were all new: a device that repeats itself cannot fill that log.
    """

    def __init__(self) -> None:
        self._needed = 1
        self._new = 0  # batches in a row

    @property
    def likely_new(self) -> bool:
        """Whether the next batch is likely to be all new."""
        return self._new >= self._needed

    def learn(self, *, all_new: bool) -> None:
        """Take what a batch was."""
        if not all_new and self.likely_new:
            self._needed = min(self._needed * 2, MOST_NEEDED)
        self._new = self._new + 1 if all_new else 0
