"""The part of a page that shows a draft of a worksheet: what it needs to be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from casework.base.errors import CaseworkError
from casework.sdk.demo import SAMPLES, Sample
from casework.sdk.suggesting.drafts import DraftView
from casework.sdk.suggesting.views import FirstRun, Suggested
from casework.serve.context import Asked
from casework.serve.jobs import Job

TYPES = (
    "text", "money", "date", "number", "percent", "quantity", "period", "yes/no", "file",
    "document",
)  # fmt: skip
"""Types that a word alone names."""
PARTS = {
    "choice": "choice: yes, no, unclear",
    "choices": "choices: first, second, third",
    "table": "table: Description, Amount (money)",
    "record": "record: Name, Address",
}
"""Types that need their options or fields named, with how that is written."""
_TEXTS = (".md", ".docx", ".pdf", ".txt", ".odt", ".rtf", ".html")
"""Files that may describe the work itself."""


@dataclass(frozen=True, slots=True)
class DraftPart:
    """A draft as it is drawn; None draws the invitation to drop files. `job` is what goes on with
    it now, `first` what its first run would do (None: it cannot be said), `problem` what went wrong
    just now, `describing` are the files that may be a written procedure."""

    draft: DraftView | None = None
    found: Suggested | None = None
    job: Job | None = None
    first: FirstRun | None = None
    problem: str = ""
    with_model: bool = False
    describing: tuple[str, ...] = ()
    types: tuple[str, ...] = TYPES
    parts: Mapping[str, str] = field(default_factory=lambda: PARTS)
    samples: tuple[Sample, ...] = SAMPLES


async def draft_part(
    here: Asked, id: str, *, job: Job | None = None, problem: str = ""
) -> DraftPart:
    """What is drawn of a draft; '' is none."""
    if not id:
        return DraftPart(problem=problem)
    drafts = here.workspace.drafts
    draft = await drafts.get(id)
    job = job or here.house.jobs.current(key_of(id))
    running = job is not None and job.state == "running"
    first = None
    if not running:
        try:
            first = await drafts.first_run(id)
        except CaseworkError as error:
            problem = problem or str(error)
    if job is not None and job.state == "failed":
        problem = problem or job.error
    files = draft.suggested.files if draft.suggested else ()
    return DraftPart(
        draft,
        draft.suggested,
        job if running else None,
        first,
        problem,
        (await here.workspace.today()).models,
        tuple(one.path for one in files if one.path.lower().endswith(_TEXTS)),
    )


def key_of(draft: str) -> str:
    """The key of the one job that may go on with a draft."""
    return f"draft:{draft}"
