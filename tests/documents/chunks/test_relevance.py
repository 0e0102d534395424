"""Texts most like a question: rare words count, common ones do not, in several languages."""

from __future__ import annotations

import pytest

from casework.documents.chunks.relevance import Index, query_of, terms_of

TEXTS = [
    "The tenant shall pay the rent on the first day of each month.",
    "Either party may terminate this agreement by notice of ninety days.",
    "Le locataire peut résilier le bail avec un préavis de trois mois.",
    "Die Kündigungsfrist beträgt sechs Wochen zum Quartalsende.",
    "The landlord keeps the roof and the pipes in good repair.",
    "The deposit is EUR 1,200.00 and is due on 3 March 2026.",
]


def best(*told: str) -> int:
    scores = Index(TEXTS).scores(query_of([(each, 1.0) for each in told]))
    return max(range(len(scores)), key=scores.__getitem__)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When must the rent be paid?", 0),
        ("Termination of the agreement", 1),
        ("préavis du locataire", 2),
        ("PREAVIS", 2),
        ("kündigen: welche Kündigungsfristen", 3),
        ("Who repairs the roofs", 4),
    ],
)
def test_the_text_that_speaks_of_it_scores_best(question: str, text: int) -> None:
    assert best(question) == text


def test_nothing_scores_what_shares_no_word() -> None:
    assert not any(Index(TEXTS).scores(query_of([("zebra crossing", 1.0), ("the of and", 1.0)])))


def test_a_whole_phrase_counts_more_than_its_words_apart() -> None:
    texts = ["good repair here", "good things in need of repair here", "other words here"]
    scores = Index(texts).scores(query_of([("good repair", 1.0)]))
    assert scores[0] > scores[1] > scores[2] == 0


def test_what_a_value_looks_like_counts_where_the_words_fit() -> None:
    texts = ["The deposit is paid.", "The deposit is EUR 900.00.", "EUR 900.00 for coal."]
    plain = Index(texts).scores(query_of([("deposit", 1.0)]))
    shaped = Index(texts).scores(query_of([("deposit", 1.0)], {"amount": 1.0}))
    assert shaped[1] > plain[1]
    assert shaped[2] == 0


def test_chinese_is_compared_by_pairs_of_signs() -> None:
    assert terms_of("合同期限") == ["合同", "同期", "期限"]
    scores = Index(["本合同的期限为两年", "付款方式为电汇"]).scores(query_of([("合同期限", 1.0)]))
    assert scores[0] > scores[1]


@pytest.mark.parametrize("texts", [[], [""], ["", "   "]])
def test_empty_texts_score_nothing(texts: list[str]) -> None:
    assert Index(texts).scores(query_of([("rent", 1.0)])) == [0.0] * len(texts)
