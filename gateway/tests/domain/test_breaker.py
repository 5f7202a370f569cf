from gateway.domain.breaker import BreakerState, UpstreamBreaker


class TestBreaker:
    def test_opens_after_failures_in_a_row_and_lets_one_probe_through(self) -> None:
        breaker = UpstreamBreaker(threshold=3, cool_down=2.0)
        for _ in range(3):
            assert breaker.admits(0.0)
            breaker.failed(0.0)
        assert not breaker.admits(1.9)
        assert breaker.retry_after(0.5) >= 1
        assert breaker.admits(2.0)
        assert not breaker.admits(2.0)
        breaker.succeeded()
        assert breaker.admits(2.0)
        assert breaker.state is BreakerState.CLOSED

    def test_waits_longer_each_time_the_probe_fails_up_to_a_limit(self) -> None:
        breaker = UpstreamBreaker(threshold=1, cool_down=2.0, max_cool_down=5.0)
        now = 0.0
        breaker.failed(now)
        for wait in (2.0, 4.0, 5.0, 5.0):
            assert not breaker.admits(now + wait - 0.1)
            now += wait
            assert breaker.admits(now)
            breaker.failed(now)

    def test_half_of_a_full_window_is_enough(self) -> None:
        breaker = UpstreamBreaker(threshold=100, window=20)
        for _ in range(10):
            breaker.failed(0.0)
            breaker.succeeded()
        assert breaker.state is BreakerState.CLOSED or not breaker.admits(0.0)
        for _ in range(20):
            breaker.failed(0.0)
        assert breaker.state is BreakerState.OPEN

    def test_a_success_breaks_the_row(self) -> None:
        breaker = UpstreamBreaker(threshold=3, window=1000)
        for _ in range(50):
            breaker.failed(0.0)
            breaker.failed(0.0)
            breaker.succeeded()
        assert breaker.state is BreakerState.CLOSED

    def test_rare_failures_never_open_it(self) -> None:
        breaker = UpstreamBreaker()
        for number in range(1000):
            if number % 10 == 0:
                breaker.failed(0.0)
            else:
                breaker.succeeded()
            assert breaker.admits(0.0)

    def test_a_probe_that_ends_undecided_is_followed_by_another_at_once(self) -> None:
        breaker = UpstreamBreaker()
        for _ in range(8):
            breaker.failed(0.0)
        assert breaker.admits(2.5)
        assert not breaker.admits(2.6)
        breaker.give_back_probe()
        assert breaker.admits(2.7)
        assert not breaker.admits(2.8)
        breaker.succeeded()
        breaker.give_back_probe()
        assert breaker.state is BreakerState.CLOSED
