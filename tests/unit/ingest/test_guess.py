"""A wrong guess costs lines in the server's log: a stream with repeats makes few of them."""

from ingest.storing.guess import MOST_NEEDED, NewnessGuess


def test_batches_that_are_all_new_are_guessed_from_the_second_on() -> None:
    guess = NewnessGuess()
    guessed = []
    for _ in range(5):
        guessed.append(guess.likely_new)
        guess.learn(all_new=True)
    assert guessed == [False, True, True, True, True]


def test_a_device_that_repeats_itself_makes_few_wrong_guesses() -> None:
    guess, wrong = NewnessGuess(), 0
    for number in range(10_000):
        all_new = number % 3 != 0
        wrong += guess.likely_new and not all_new
        guess.learn(all_new=all_new)
    assert wrong == 2  # then it waits for more new ones in a row than ever come


def test_after_many_wrong_guesses_a_long_run_of_new_batches_is_guessed_again() -> None:
    guess = NewnessGuess()
    for run in range(20):
        for _ in range(2**run if run < 10 else MOST_NEEDED):
            guess.learn(all_new=True)
        assert guess.likely_new
        guess.learn(all_new=False)
    assert not guess.likely_new
