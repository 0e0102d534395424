"""What casework itself offers for learning, through the same hook as everybody else's."""

from __future__ import annotations

from casework.plugins.hookspecs import hookimpl
from casework.types.plugin import EstimatorSpec

OURS = EstimatorSpec("conditional_logit", "casework.learn.estimator:FieldEstimator", "1")


@hookimpl
def casework_estimators() -> tuple[EstimatorSpec, ...]:
    """Our estimator."""
    return (OURS,)
