"""Every setting there is: one typed table. Reads nothing; `settings` finds the values."""

from __future__ import annotations

from casework.base.server_settings import SERVER_SETTINGS
from casework.base.setting import Kind as Kind
from casework.base.setting import Setting as Setting
from casework.base.setting import Value as Value

_CAPPED = {
    "cell": "for all tries of one cell",
    "case": "for all cells of one case",
    "worksheet": "for one worksheet, ever",
    "day": "in one day, in the whole workspace",
    "model": "of each model in one day",
}
_CAP_UNITS: tuple[tuple[str, Kind, Value, str, str], ...] = (
    ("", "number", 0.0, "Cost of calls", "USD"),
    ("_tokens", "integer", 0, "Tokens, in and out,", "tokens"),
    ("_calls", "integer", 0, "Calls", "calls"),
)

_FALLBACKS = {
    "rate": "one asks to slow down for too long",
    "outage": "one is not available",
    "long": "a text is too long for one",
    "refusal": "one declines to answer",
}

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "model.default",
        "text",
        "",
        "Model for steps that need one, as provider:model. Empty: such steps wait.",
    ),
    Setting("model.small", "text", "", "Model of the role `small`. Empty: the default model."),
    Setting("model.best", "text", "", "Model of the role `best`. Empty: the default model."),
    Setting(
        "model.vision",
        "text",
        "",
        "Model of the role `vision`, which looks at pictures of pages. Empty: the default model.",
    ),
    Setting("model.concurrency", "integer", 16, "Calls in flight for one model.", "calls"),
    Setting("model.timeout", "number", 120.0, "How long one call may take.", "seconds"),
    Setting(
        "model.idle",
        "number",
        60.0,
        "How long a streamed answer may be silent between two pieces.",
        "seconds",
    ),
    Setting("model.tries", "integer", 4, "Tries of one call before its model is paused.", "tries"),
    Setting(
        "model.window",
        "integer",
        200_000,
        "Text that one call may carry. Longer documents are read in parts, never cut silently.",
        "characters",
    ),
    Setting(
        "model.patience",
        "number",
        120.0,
        "How long one call is tried again, waits that an endpoint asks for included.",
        "seconds",
    ),
    Setting(
        "model.cache",
        "yes/no",
        True,
        "Remember answers by what was asked, within one worksheet, so that none is paid for twice.",
    ),
    Setting(
        "model.hedge",
        "yes/no",
        False,
        "Send a call that takes unusually long a second time, and take the first answer.",
    ),
    *(
        Setting(
            f"model.fallback.{reason}",
            "text",
            "",
            f"Models asked instead when {when}: roles or provider:model, between commas.",
        )
        for reason, when in _FALLBACKS.items()
    ),
    Setting(
        "model.fallback.leave",
        "yes/no",
        False,
        "Whether a model elsewhere may be asked instead of one on this machine.",
    ),
    Setting(
        "model.batch",
        "yes/no",
        False,
        "Whether every cell may wait for a batch job of the provider: hours later, for half.",
    ),
    Setting(
        "model.batch_poll",
        "number",
        60.0,
        "Between two looks at a batch job.",
        "seconds",
        least=0.05,
    ),
    Setting(
        "model.record", "text", "", "File that requests and answers are written to, as JSON lines."
    ),
    Setting(
        "model.replay", "text", "", "File of recorded answers to answer from; nothing is sent."
    ),
    Setting(
        "border.redact",
        "text",
        "no",
        "Replace e-mail addresses, IBANs, telephone and card numbers before a text leaves this "
        "machine, or also for models on it.",
        choices=("no", "leaving", "always"),
    ),
    Setting(
        "extract.with",
        "text",
        "auto",
        "Who reads values from documents: the model if one is set (auto), or never a model.",
        choices=("auto", "embedded"),
    ),
    Setting(
        "extract.readers",
        "text",
        "",
        "Who reads the document steps that name no reader, each what the one before was not sure "
        "enough of: such as `embedded, small, default`; empty: one reader.",
    ),
    Setting(
        "extract.sure",
        "number",
        0.0,
        "Confidence from which a reader's answer is taken before a certificate says which; a "
        "choice, no promise. 0: none is.",
        least=0,
    ),
    Setting(
        "extract.calls",
        "integer",
        3,
        "Calls for one value of long documents, while it is not found in the parts read before.",
        "calls",
    ),
    Setting(
        "extract.all_calls",
        "integer",
        40,
        "Calls for everything of a kind in long documents (sets and tables), one a part.",
        "calls",
    ),
    Setting("workspace.time_zone", "text", "UTC", "IANA time zone that decides `today`."),
    Setting("parse.seconds", "number", 60.0, "Time for reading one file.", "seconds"),
    Setting("parse.memory", "integer", 2048, "Memory of one reading process.", "MB"),
    Setting("parse.pages", "integer", 2000, "Pages of one file; the rest is refused.", "pages"),
    Setting("parse.file", "integer", 200, "Size of one file.", "MB"),
    Setting(
        "parse.workers", "integer", 0, "Reading processes; 0: one a core.", "processes", least=0
    ),
    Setting(
        "pictures.cache",
        "integer",
        500,
        "Pictures of pages that are kept, so that none is drawn twice; 0: none.",
        "MB",
        least=0,
    ),
    Setting(
        "plugins.off",
        "text",
        "",
        "Plug-ins that are not loaded, by their names between commas (`casework plugins`).",
    ),
    Setting(
        "documents.ocr",
        "text",
        "auto",
        "Engine that reads text in pictures: the best one installed (auto), none (off), or its name"
        " (rapidocr, tesseract).",
    ),
    Setting(
        "documents.ocr_languages",
        "text",
        "eng",
        "Languages for Tesseract, in its own words, such as deu+eng.",
    ),
    Setting("documents.ocr_seconds", "number", 120.0, "Time for one page of OCR.", "seconds"),
    Setting("documents.ocr_memory", "integer", 4096, "Memory of one OCR process.", "MB"),
    Setting(
        "documents.ocr_workers",
        "integer",
        0,
        "OCR processes; 0: one for two cores.",
        "processes",
        least=0,
    ),
    Setting("run.cases", "integer", 64, "Cases under way at the same time.", "cases"),
    Setting(
        "rule.seconds", "number", 1.0, "Time for one evaluation of a rule.", "seconds", least=0.01
    ),
    Setting("rule.memory", "integer", 64, "Memory of one evaluation of a rule.", "MB"),
    *(
        Setting(f"budget.{scope}{unit}", kind, none, f"{what} {whose}. 0: no cap.", of, least=0)
        for scope, whose in _CAPPED.items()
        for unit, kind, none, what, of in _CAP_UNITS
    ),
    Setting(
        "budget.models",
        "text",
        "",
        "Caps of single models for one day, as `openai:gpt-5 = 20 USD; ollama:x = 500 calls`.",
    ),
    Setting(
        "draft.budget",
        "number",
        0.25,
        "Cost of drafts of steps that are tried while somebody writes, for one worksheet and day.",
        "USD",
        least=0,
    ),
    Setting(
        "draft.calls",
        "integer",
        200,
        "Calls of such drafts, for one worksheet and day; what limits models without a price.",
        "calls",
        least=0,
    ),
    Setting(
        "draft.cases",
        "integer",
        5,
        "Cases on which a draft is tried, until somebody pins others.",
        "cases",
    ),
    Setting(
        "python.seconds",
        "number",
        120.0,
        "Time for one call of a Python step.",
        "seconds",
        least=0.01,
    ),
    Setting(
        "watch.settle",
        "number",
        3.0,
        "How long a file of a watched folder must have stayed as it is before it is taken.",
        "seconds",
        least=0.1,
    ),
    Setting(
        "watch.every",
        "number",
        2.0,
        "Between two looks at a watched folder; longer by itself where a look takes long.",
        "seconds",
        least=0.1,
    ),
    Setting(
        "store.url",
        "text",
        "",
        "Postgres database that holds the rows, as postgresql://USER@HOST/DATABASE?schema=NAME."
        " Empty: a file in the workspace.",
    ),
    Setting(
        "store.blobs",
        "text",
        "",
        "Object store that holds the files, as s3://BUCKET/PREFIX?endpoint=URL&region=NAME."
        " Empty: a folder in the workspace.",
    ),
    Setting(
        "run.wake",
        "yes/no",
        True,
        "In a studio, work out by itself what rules say after a decision; no model is asked.",
    ),
    Setting(
        "learn.auto",
        "yes/no",
        True,
        "Learn from verdicts by itself: after five on a step, then when they grew by a quarter.",
    ),
    Setting(
        "learn.wait",
        "number",
        1.0,
        "How long after a verdict others are waited for before it is learned from.",
        "s",
        least=0.0,
    ),
    Setting(
        "learn.offer",
        "yes/no",
        True,
        "Try what was learned beside what is in force, where no other change is open.",
    ),
    Setting(
        "learn.imported_trust",
        "number",
        0.5,
        "How much an imported past decision counts beside a verdict, which counts 1.",
        "times",
        least=0.0,
    ),
    Setting(
        "learn.estimator",
        "text",
        "conditional_logit",
        "What fits the models of steps; plug-ins may bring others (see docs/plugins.md).",
    ),
    Setting(
        "review.audit_share",
        "number",
        0.25,
        "Share of what review shows that comes of cases drawn at random, while others wait; below"
        " 1.",
        least=0,
    ),
    Setting(
        "trust.drawn",
        "number",
        0.1,
        "Share of the cases that are drawn at random, for people to read before they see what the"
        " machine found; more while a promise lacks checks.",
        least=0,
    ),
    Setting(
        "trust.twice",
        "number",
        0.05,
        "Share of the cases drawn at random that two people read.",
        least=0,
    ),
    Setting("person.name", "text", "", "Who decides at this machine. Empty: the user's login."),
    Setting(
        "person.groups",
        "text",
        "",
        "Groups of the person at this machine, with commas between: what others alone may read is"
        " hidden from them. Empty: a person who may read everything.",
    ),
    Setting(
        "studio.upload_mb",
        "integer",
        2_048,
        "The most that one upload to the studio may bring.",
        "MB",
    ),
    *SERVER_SETTINGS,
)

PROVIDER_SETTINGS: tuple[Setting, ...] = (
    Setting("base_url", "text", "", "Address of the endpoint, up to and with /v1."),
    Setting("key_env", "text", "", "Environment variable that holds the key."),
    Setting("dialect", "text", "", "How it speaks (see docs/models.md)."),
    Setting(
        "concurrency", "integer", 0, "Calls in flight; 0: model.concurrency.", "calls", least=0
    ),
    Setting(
        "requests_per_minute", "number", 0.0, "Calls a minute; 0: what it bears.", "calls", least=0
    ),
    Setting(
        "tokens_per_minute", "number", 0.0, "Tokens a minute; 0: what it bears.", "tokens", least=0
    ),
    Setting(
        "proxy",
        "text",
        "",
        "Proxy on the way to it; `direct`: none. Empty: as the environment says.",
    ),
    Setting("ca", "text", "", "File with the certificates of authorities trusted for it (PEM)."),
    Setting("client_cert", "text", "", "File with the certificate shown to it (PEM)."),
    Setting("client_key", "text", "", "File with the key of that certificate, if it is apart."),
    Setting("api_version", "text", "", "Version for its address, where it wants one (Azure)."),
)
