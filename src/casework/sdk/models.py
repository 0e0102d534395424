"""Models as people see them: which are configured, what they lack and cost, whether they answer."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Sequence

from casework.base.aio import gather_bounded
from casework.base.errors import CaseworkError
from casework.models.endpoints import Endpoints
from casework.models.gateway import Gateway
from casework.models.hosts import is_loopback
from casework.models.names import ROLES
from casework.observe.cost import Prices, shipped_prices
from casework.sdk.model_views import ModelTest, ModelTiming, ModelUse, ModelView
from casework.store.rates import LearntRate
from casework.types.message import Message, ModelAnswer, ModelRequest
from casework.types.usage import NO_USAGE

_MINUTE_S = 60.0
_TIMED_TOKENS = 200
_TIMED_TEXT = "Write a text of about one hundred words on the history of paper. This is sample {}."


def list_providers(
    endpoints: Endpoints,
    *,
    prices: Prices | None = None,
    learnt: Sequence[LearntRate] = (),
    others: Iterable[tuple[str, str]] = (),
) -> list[ModelView]:
    """Every provider that is configured or known, used ones first. `others` are models that
    settings other than the roles name, as (setting, model); `learnt` is what the workspace knows of
    them."""
    named: dict[str, list[str]] = {}
    roles = [(role, endpoints.roles[role]) for role in ROLES if endpoints.roles.get(role)]
    for word, model in (*roles, *others):
        if ":" in model:
            named.setdefault(model, []).append(word)
    for rate in learnt:
        named.setdefault(rate.lane, [])
    known = {rate.lane: rate for rate in learnt}
    table = prices or shipped_prices()
    uses: dict[str, list[ModelUse]] = {}
    for model, words in named.items():
        use = _use(model, tuple(words), table, known.get(model))
        uses.setdefault(model.partition(":")[0], []).append(use)
    views = [_view(endpoints, name, uses.get(name, [])) for name in sorted(endpoints.providers)]
    return sorted(views, key=lambda view: (not view.used_by, view.name))


async def check_model(gateway: Gateway, model: str) -> ModelTest:
    """Ask a model for one word and time it; what goes wrong is told, not raised."""
    began = time.perf_counter()
    try:
        checked = await gateway.check(model)
    except CaseworkError as error:
        return ModelTest(model, False, str(error), time.perf_counter() - began, NO_USAGE)
    message = f"{checked.answered_by} answered: {checked.text.strip()[:60]}"
    took_s, first_s = checked.latency_s, checked.first_token_s
    return ModelTest(checked.model, True, message, took_s, checked.usage, first_s)


async def time_model(gateway: Gateway, model: str, calls: int, at_once: int = 1) -> ModelTiming:
    """Ask a model for a short text several times and measure it; what goes wrong is told."""
    problems: list[str] = []

    async def one(number: int) -> ModelAnswer | None:
        message = Message("user", _TIMED_TEXT.format(number + 1))
        request = ModelRequest(
            model,
            (message,),
            max_output_tokens=_TIMED_TOKENS,
            purpose="time",
            stream=True,
        )
        try:
            return await gateway.ask(request)
        except CaseworkError as error:
            problems.append(str(error))
            return None

    found = await gather_bounded(one, range(calls), limit=at_once)
    answers = [answer for answer in found if answer is not None]
    problem = problems[-1] if problems else ""
    if not answers:
        return ModelTiming(model, calls, 0, problem=problem)
    model = gateway.name_of(model)
    took = sorted(answer.usage.duration_s for answer in answers)
    firsts = [answer.first_token_s for answer in answers if answer.first_token_s is not None]
    return ModelTiming(
        model,
        calls,
        len(answers),
        statistics.median(took),
        took[min(len(took) - 1, int(0.95 * len(took)))],
        statistics.median(firsts) if firsts else None,
        _tokens_per_s(answers),
        sum((answer.usage for answer in answers), NO_USAGE),
        problem,
    )


def _tokens_per_s(answers: Sequence[ModelAnswer]) -> float | None:
    """Tokens of output a second while a model writes: since its first one, where that is known."""
    tokens = sum(answer.usage.output_tokens for answer in answers)
    writing_s = sum(answer.usage.duration_s - (answer.first_token_s or 0.0) for answer in answers)
    return tokens / writing_s if tokens and writing_s > 0 else None


def _use(model: str, words: tuple[str, ...], prices: Prices, learnt: LearntRate | None) -> ModelUse:
    provider, _, name = model.partition(":")
    price = prices.price(provider, name)
    use = ModelUse(
        model,
        words,
        None if price is None else price.input,
        None if price is None else price.output,
    )
    if learnt is None:
        return use
    a_minute = None if learnt.per_s is None else learnt.per_s * _MINUTE_S
    return ModelUse(
        model, words, use.input_usd, use.output_usd, a_minute, learnt.learnt_at, learnt.users
    )


def _view(endpoints: Endpoints, name: str, uses: Sequence[ModelUse]) -> ModelView:
    provider = endpoints.providers[name]
    needs_key = bool(provider.key_env)
    used_by = tuple(f"{role} = {use.model}" for use in uses for role in use.roles)
    has_key = bool(endpoints.keys_of(provider)) if needs_key else True
    key = ("set" if has_key else f"set {provider.key_env}") if needs_key else "none needed"
    problem = "" if has_key or not used_by else f"its key is missing: set {provider.key_env}"
    if used_by and not provider.base_url:
        problem = f"it has no address yet: set provider.{name}.base_url"
    return ModelView(
        name,
        provider.base_url,
        provider.dialect.name,
        key,
        problem,
        used_by,
        f"sent unencrypted to {provider.host} (http://)" if provider.unencrypted else "",
        is_loopback(provider.base_url),
        provider.concurrency,
        provider.requests_per_minute,
        provider.tokens_per_minute,
        tuple(uses),
    )
