"""Encoders of raw text."""

from __future__ import annotations

from typing import Literal

from sklearn.feature_extraction.text import TfidfVectorizer

from mosi_nb.registry import component


@component("encoder", "tfidf", reads="text", reduces=False)
def tfidf(
    ngrams: tuple[int, int] = (1, 1),
    min_df: int | float = 1,
    max_df: int | float = 1.0,
    max_features: int | None = None,
    stop_words: Literal["english"] | None = None,
    sublinear_tf: bool = False,
) -> TfidfVectorizer:
    """Counts of words, weighted by how few segments hold them (TF-IDF).

    Parameters
    ----------
    ngrams
        Shortest and longest run of words that counts as one column, such as (1, 2).
    min_df, max_df
        Words in fewer, or in more, segments than this are left out; a number of segments as an
        integer, a share of them as a float between 0 and 1.
    max_features
        At most so many columns, the most frequent ones.
    stop_words
        `english` leaves out scikit-learn's list, which holds words such as "not": seldom a good idea
        for sentiment.
    sublinear_tf
        Use 1 + log(count) in place of the count.

    Examples
    --------
    >>> tfidf(ngrams=(1, 2)).fit_transform(["good film", "bad film"]).shape
    (2, 5)
    """
    if not 1 <= ngrams[0] <= ngrams[1]:
        message = f"ngrams wants the shortest run of words first, at least 1, found {ngrams}.\nFor example: (1, 2)."
        raise ValueError(message)
    return TfidfVectorizer(
        ngram_range=ngrams,
        min_df=min_df,
        max_df=max_df,
        max_features=max_features,
        stop_words=stop_words,
        sublinear_tf=sublinear_tf,
    )
