"""One thread, jobs in order, never more waiting than allowed."""

import threading

import pytest

from model.types import CapacityError
from model.worker import Worker


def test_jobs_run_in_order_on_one_thread() -> None:
    worker = Worker("test", 100)
    futures = [worker.submit(lambda i=i: (i, threading.get_ident())) for i in range(50)]
    results = [future.result() for future in futures]
    assert [i for i, _ in results] == list(range(50))
    assert len({thread for _, thread in results}) == 1
    worker.close()


def test_a_job_too_many_is_refused_and_the_others_run() -> None:
    worker = Worker("busy", 2)
    started, go_on = threading.Event(), threading.Event()

    def block() -> None:
        started.set()
        go_on.wait()

    first = worker.submit(block)
    started.wait()
    waiting = [worker.submit(lambda: 1), worker.submit(lambda: 2)]
    with pytest.raises(CapacityError, match="busy"):
        worker.submit(lambda: 3)
    go_on.set()
    first.result()
    assert [future.result() for future in waiting] == [1, 2]
    assert worker.submit(lambda: 4).result() == 4
    worker.close()


def test_a_failed_job_reports_and_the_next_runs() -> None:
    worker = Worker("test", 2)
    with pytest.raises(ZeroDivisionError):
        worker.submit(lambda: 1 // 0).result()
    assert worker.submit(lambda: "well").result() == "well"
    worker.close()


def test_close_finishes_what_waits_and_refuses_more() -> None:
    worker = Worker("test", 5)
    future = worker.submit(lambda: 1)
    worker.close()
    worker.close()
    assert future.result() == 1
    with pytest.raises(CapacityError, match="closed"):
        worker.submit(lambda: 2)
