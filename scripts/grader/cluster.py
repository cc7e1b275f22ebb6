"""Submissions on Dask's workers: those of a cluster that is there, or of one on this machine for as long as it takes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import cloudpickle
from distributed import Client, LocalCluster, as_completed

from . import task
from .course import CourseError

CONNECT_SECONDS = 10


@contextlib.contextmanager
def connect(address: str | None, jobs: int) -> Iterator[Client]:
    """A client of the cluster at `address`, or of a new one with `jobs` processes."""
    if address:
        try:
            client = Client(address, timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            raise CourseError(f"no cluster of Dask answers at {address}: {error}") from None
        with client:
            yield client
        return
    options = {"n_workers": jobs, "threads_per_worker": 1, "processes": True, "dashboard_address": None, "memory_limit": 0}
    with LocalCluster(**options) as cluster, Client(cluster) as client:
        yield client


def grade_all(client: Client, requests: Mapping[int, dict[str, Any]], root: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """One task a submission; number and report of each, once, as they come. What a dead worker had is done elsewhere."""
    futures = {client.submit(_by_value(root), request, pure=False): number for number, request in requests.items()}
    for future in as_completed(list(futures)):
        try:
            yield futures[future], future.result()
        except Exception as error:  # whatever it is, it is about this submission alone
            yield futures[future], {"note": f"it could not be graded: {error}"}
        finally:
            future.release()


def _by_value(root: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The task as something that carries its code along, so that neither scheduler nor workers need our modules."""
    cloudpickle.register_pickle_by_value(task)
    work = task.grade_task
    return lambda request: work(request, root)
