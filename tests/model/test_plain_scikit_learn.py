"""The same numbers as plain scikit-learn code on the same folds."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVR

from mosi_nb import Model

PLAIN = {
    "ridge(alpha=2)": Ridge(alpha=2),
    "svr(C=3)": SVR(C=3),
    "forest(n_estimators=10, max_features=0.2, min_samples_leaf=2)": RandomForestRegressor(
        10, max_features=0.2, min_samples_leaf=2, random_state=0
    ),
}


@pytest.mark.parametrize("written", PLAIN, ids=lambda w: w.split("(")[0])
def test_out_of_fold_predictions_are_those_of_plain_code(data, cluster, written):
    model = Model(data, models=written, metrics="mae", modalities="text", text="tfidf(ngrams=(1, 2))", jobs=2).fit()
    segments, rows = data.segments, model.plan.locked.train
    texts, sentiment = segments.modalities["text"][rows], segments.sentiment[rows]
    expected = np.empty(len(rows))
    vectorizer = model.models[written.split("(")[0]].pipeline["features"]
    words = next(step for step in find(vectorizer, TfidfVectorizer))
    plain = make_pipeline(TfidfVectorizer(**words.get_params()), PLAIN[written])
    for train, held_out in GroupKFold(5).split(texts, groups=segments.video_ids[rows]):
        expected[held_out] = plain.fit(texts[train], sentiment[train]).predict(texts[held_out])
    found = model.models[written.split("(")[0]].predictions.set_index("segment_id")["predicted"]
    np.testing.assert_allclose(found.loc[segments.segment_ids[rows]], expected, atol=1e-10, rtol=0)


def find(estimator, kind):
    """Yield the parts of an estimator that are of a kind."""
    for value in estimator.get_params(deep=True).values():
        if isinstance(value, kind):
            yield value
