"""What the next block needs is noted down and asked for, all of it, in small portions."""

import numpy as np

from sim.ahead import _END as END
from sim.ahead import _FIRST as FIRST
from sim.ahead import _NEXT as NEXT
from sim.ahead import _PORTION as PORTION
from sim.ahead import _SAID as SAID
from sim.ahead import begin_to_ask, blank_notes, forget, meanwhile, note_down


def test_every_piece_is_asked_for_to_its_end_in_portions_that_suit_the_block_before():
    """A column of one piece and one of three brands: four pieces, each asked for from its first row to its last."""
    one, three = np.zeros(4096, np.float32), np.zeros((3, 4096), np.int16)
    ahead = blank_notes([one, three])
    assert ahead.size == FIRST + 2 * 4
    for portion in (
        -(-2048 * (4 + 3 * 2) // 16) + 64,
        64 + 2048 * (4 + 3 * 2) // 40,
    ):  # never lived; then 40 times said
        forget(ahead)
        note_down(one, 1024, 3072, ahead)
        note_down(three, 1024, 3072, ahead)
        begin_to_ask(ahead)
        pieces = ahead[FIRST:].reshape(-1, 2)
        assert pieces[0].tolist() == [one.ctypes.data + 4 * 1024, one.ctypes.data + 4 * 3072]
        assert pieces[1:, 0].tolist() == [three[brand, 1024:].ctypes.data for brand in range(3)]
        assert ahead[PORTION] == portion
        for step in range(80):
            meanwhile(ahead, step, 2)
        assert ahead[SAID] == 40
        assert ahead[NEXT] == ahead[END]
        assert (pieces[:, 0] >= pieces[:, 1]).all()


def test_with_nothing_noted_nothing_is_asked():
    """A kernel called alone, outside the compiled day, has an empty list."""
    ahead = blank_notes([np.zeros(8)])
    meanwhile(ahead, 0, 1)
    assert ahead[NEXT] == ahead[END] == FIRST
