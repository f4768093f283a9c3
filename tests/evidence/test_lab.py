"""The laboratory writes down every purchase."""

from sim.evidence.lab import Lab


def test_the_orders_of_all_blocks_are_written_down():
    lab = Lab(consumers=5_000)
    life = lab.live(lab.market("coffee", days=5), 1)
    tallied = life.engine.tallies["purchases_first"] + life.engine.tallies["purchases_repeat"]
    today = life.bought(4, 5).sum(axis=1)
    assert (today == tallied).all()
    assert today.sum() > 100
