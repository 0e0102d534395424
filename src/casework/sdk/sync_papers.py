"""Sync faces of async classes: the same actions, each run to its end.

Made from the async classes by tools/sync_face.py; change those, then make this anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.sdk.casefile.casefile import CaseFiles
from casework.sdk.casefile.paper import Paper
from casework.sdk.documents import Documents
from casework.sdk.face import Face
from casework.sdk.rereading import Rereading
from casework.sdk.splitting import Splitting
from casework.sdk.written import WrittenDocuments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Literal

    from casework.documents.drawing.marks import Mark
    from casework.documents.drawing.tiles import PageManifest
    from casework.documents.quality.difference import Difference
    from casework.sdk.casefile.paper import Leaf, PageWords
    from casework.sdk.casefile.trace import CellTrace
    from casework.sdk.casefile.views import CaseFile, Suggestion, Typed
    from casework.sdk.close_look import OnPage
    from casework.sdk.deciding import Said
    from casework.sdk.documents import DocumentView
    from casework.sdk.found_places import Finds
    from casework.sdk.rereading import OnRead, ReadAgain, Unread
    from casework.sdk.splitting import Cuts, SplitView
    from casework.sdk.told_places import ToldPlace
    from casework.sdk.views import Added, CellView
    from casework.sdk.where_used import Uses
    from casework.sdk.written import WrittenView
    from casework.store.shelf import OnShelf
    from casework.types.case import CaseRecord
    from casework.types.split import Made, SplitRecord


class SyncDocuments(Face[Documents]):
    """The documents of one worksheet. A document is named by its name in its case, the beginning of
    that, or the beginning of its sha256.
    """

    def count(self) -> int:
        """How many documents its cases hold; one in two cases counts twice."""
        return self._line.call(self._real.count())

    def page(
        self, *, cases: Sequence[str] = (), limit: int = 50, skip: int = 0, flagged: bool = False
    ) -> list[DocumentView]:
        """So many documents, after so many others; `flagged` passes over those without a serious
        flag.
        """
        return self._line.call(
            self._real.page(cases=cases, limit=limit, skip=skip, flagged=flagged)
        )

    def all(self, *, cases: Sequence[str] = (), skip: int = 0) -> Iterator[DocumentView]:
        """Its documents one after the other, in the order of the cases."""
        yield from self._line.iterate(self._real.all(cases=cases, skip=skip))

    def of(self, document: str, *, case: str = "") -> DocumentView:
        """One document."""
        return self._line.call(self._real.of(document, case=case))

    def look_closely(
        self, document: str, *, case: str = "", password: str = "", on_page: OnPage | None = None
    ) -> DocumentView:
        """Compare the text of each page with what recognition reads in its picture, and keep what
        differs in the report. Takes seconds a page; raises `DocumentError` without an engine.
        """
        return self._line.call(
            self._real.look_closely(document, case=case, password=password, on_page=on_page)
        )

    def warnings(self, case: str) -> list[DocumentView]:
        """The documents of a case that have a serious flag."""
        return self._line.call(self._real.warnings(case))

    def serious(self, sha256s: Sequence[str]) -> list[str]:
        """Those of these documents that were read and have a serious flag, or that are nearly the
        same as one that was there before. Opens no document.
        """
        return self._line.call(self._real.serious(sha256s))

    def difference(self, document: str, other: str) -> Difference:
        """What two documents do not have in common; the other one may be anywhere in the workspace
        when it is named by its sha256.
        """
        return self._line.call(self._real.difference(document, other))

    def find(
        self,
        text: str,
        *,
        document: str = "",
        case: str = "",
        page: int | None = None,
        near: str = "",
        limit: int = 20,
        pictures: str | Path | None = None,
    ) -> Finds:
        """Where words stand in these documents, best first; places on `page` or at the native place
        `near` (`Costs!B7`) before others that are as good. `pictures` names a folder for pictures
        of the pages with the place marked.
        """
        return self._line.call(
            self._real.find(
                text,
                document=document,
                case=case,
                page=page,
                near=near,
                limit=limit,
                pictures=pictures,
            )
        )

    def where_used(
        self,
        document: str,
        *,
        case: str = "",
        page: int = 0,
        quote: str = "",
        box: Sequence[float] | None = None,
        everywhere: bool = True,
    ) -> Uses:
        """The cells that rest on a document, a page of it (0: any), the places of a quote, or a box
        on that page (left, top, right, bottom, in points); of the whole workspace, or of this
        worksheet alone. Cells that rested on it once are told as past.
        """
        return self._line.call(
            self._real.where_used(
                document, case=case, page=page, quote=quote, box=box, everywhere=everywhere
            )
        )

    def picture(
        self,
        document: str,
        page: int = 1,
        *,
        case: str = "",
        scale: float = 2.0,
        marks: Sequence[Mark] = (),
        quotes: Sequence[str] = (),
        crop_margin_pt: float | None = None,
        password: str = "",
    ) -> bytes:
        """A page as PNG, `scale` pixels to a point. `quotes` are looked up and marked where they
        stand on this page; raises `NotFoundError` for one that stands nowhere on it.
        """
        return self._line.call(
            self._real.picture(
                document,
                page,
                case=case,
                scale=scale,
                marks=marks,
                quotes=quotes,
                crop_margin_pt=crop_margin_pt,
                password=password,
            )
        )

    def manifest(self, document: str, page: int = 1) -> PageManifest:
        """What a viewer must know of a page before it asks for tiles."""
        return self._line.call(self._real.manifest(document, page))

    def tile(
        self,
        document: str,
        page: int,
        level: int,
        x: int,
        y: int,
        *,
        marks: Sequence[Mark] = (),
        password: str = "",
    ) -> bytes:
        """A tile of a page as PNG; x and y count from the upper left corner."""
        return self._line.call(
            self._real.tile(document, page, level, x, y, marks=marks, password=password)
        )

    def sheet(
        self, document: str, *, case: str = "", columns: int = 6, first: int = 1, password: str = ""
    ) -> bytes:
        """Small pictures of up to 60 of its pages beside each other, as one PNG."""
        return self._line.call(
            self._real.sheet(document, case=case, columns=columns, first=first, password=password)
        )

    def pick(self, wanted: str, *, case: str = "") -> OnShelf:
        """The document of this name; raises `UsageError` when several have it."""
        return self._line.call(self._real.pick(wanted, case=case))

    def set_readers(
        self, document: str, readers: Sequence[str], *, case: str = "", who: str = ""
    ) -> DocumentView:
        """Let these groups read a document, what is attached to it and what came from it, and
        nobody else; `everybody` opens it. Only who may read it may say so.
        """
        return self._line.call(self._real.set_readers(document, readers, case=case, who=who))


class SyncWrittenDocuments(Face[WrittenDocuments]):
    """The written documents of one worksheet."""

    def of(self, case: str, step: str = "") -> WrittenView:
        """The document that a step wrote for a case; the only such step needs no name."""
        return self._line.call(self._real.of(case, step))

    def save(self, case: str, step: str, path: str | Path) -> Path:
        """Write the document of a case to a file."""
        return self._line.call(self._real.save(case, step, path))

    def save_all(self, folder: str | Path) -> list[Path]:
        """Write every document of the worksheet into a folder, as `CASE-STEP.md`."""
        return self._line.call(self._real.save_all(folder))

    def all(self) -> Iterator[WrittenView]:
        """Every document of the worksheet, case by case."""
        yield from self._line.iterate(self._real.all())


class SyncSplitting(Face[Splitting]):
    """The files of one worksheet that hold several documents."""

    def look(self, file: str, *, case: str = "") -> SplitView:
        """How a file is split, or how it would be and why. Changes nothing. The file is named by
        its name or sha256; `case` says in which case it stands, where that is not plain.
        """
        return self._line.call(self._real.look(file, case=case))

    def split(
        self,
        file: str,
        cuts: Cuts | None = None,
        *,
        case: str = "",
        made: Made | Literal[""] = "",
        who: str = "",
    ) -> SplitView:
        """Cut a file: as proposed, or as `cuts` say. Cases whose pages stay the same are left as
        they are, with everything that people decided on them. `made` '' keeps what its parts
        are; at first they become cases where the file is alone in its case, else documents.
        """
        return self._line.call(self._real.split(file, cuts, case=case, made=made, who=who))

    def split_bundles(self, added: Added, *, who: str = "") -> tuple[SplitView, ...]:
        """Cut the files that came just now and look like several documents, as it is proposed."""
        return self._line.call(self._real.split_bundles(added, who=who))

    def history(self, file: str, *, case: str = "") -> tuple[SplitRecord, ...]:
        """How a file was split, by whom and when, the oldest first."""
        return self._line.call(self._real.history(file, case=case))


class SyncRereading(Face[Rereading]):
    """Reads documents of a worksheet again; the only worksheet needs no name."""

    def waiting(
        self, *documents: str, worksheet: str = "", all_of_them: bool = False
    ) -> list[Unread]:
        """The documents that reading again might change, or those that are named (by name or the
        beginning of a sha256); with `all_of_them` every one.
        """
        return self._line.call(
            self._real.waiting(*documents, worksheet=worksheet, all_of_them=all_of_them)
        )

    def again(
        self,
        *documents: str,
        worksheet: str = "",
        all_of_them: bool = False,
        password: str = "",
        on_read: OnRead | None = None,
    ) -> list[ReadAgain]:
        """Read the documents that `waiting` names. Protected ones are left out without `password`,
        unless they are named.
        """
        return self._line.call(
            self._real.again(
                *documents,
                worksheet=worksheet,
                all_of_them=all_of_them,
                password=password,
                on_read=on_read,
            )
        )


class SyncPaper(Face[Paper]):
    """The pages of one worksheet's documents, named as its documents are. What the person who asks
    may not read does not exist.
    """

    def leaves(self, document: str, *, first: int = 0, last: int = 0) -> tuple[Leaf, ...]:
        """Its pages, or (for a part of a file) those from `first` to `last`."""
        return self._line.call(self._real.leaves(document, first=first, last=last))

    def words(self, document: str, page: int) -> PageWords:
        """The words of a page with their boxes."""
        return self._line.call(self._real.words(document, page))

    def mark(self, document: str, page: int, width_px: int) -> str:
        """What the picture of a page of this width depends on, as a short text: the same as long
        as the picture is the same.
        """
        return self._line.call(self._real.mark(document, page, width_px))

    def picture(self, document: str, page: int, width_px: int, *, password: str = "") -> bytes:
        """A page as PNG, at most so many pixels wide."""
        return self._line.call(self._real.picture(document, page, width_px, password=password))

    def original(self, document: str, *, case: str = "") -> tuple[Path, str]:
        """The file as it came, and its name. What it holds is nobody's word: never show it as a
        page.
        """
        return self._line.call(self._real.original(document, case=case))


class SyncCaseFiles(Face[CaseFiles]):
    """The cases of one worksheet as forms. A case is named as people name it, a row of a table by
    its id.
    """

    def of(self, case: str, *, crops: bool = False) -> CaseFile:
        """A case with its form and its documents; `crops` draws the places of its values, so that
        it can show itself in a notebook.
        """
        return self._line.call(self._real.of(case, crops=crops))

    def home(self, case: str) -> CaseRecord:
        """The case of this name or id; of a row the case that it stands in."""
        return self._line.call(self._real.home(case))

    def decide(self, case: str, step: str, said: Said, *, row: str = "") -> CellView:
        """Keep a decision on a cell as it was shown: nobody accepts what they did not see. `row` is
        the id of the row of a table that the cell stands in.
        """
        return self._line.call(self._real.decide(case, step, said, row=row))

    def typed(
        self, case: str, step: str, text: str, *, row: str = "", at: Sequence[ToldPlace] = ()
    ) -> Typed:
        """What a text would be kept as, if somebody gave it as the value of a step; `at` are the
        places that they took it from.
        """
        return self._line.call(self._real.typed(case, step, text, row=row, at=at))

    def suggest(
        self, case: str, step: str, *, row: str = "", limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """Values that stand in the documents and might be meant, best first. Of a cell that is to
        be read blind there are none: they would tell what the machine looked at.
        """
        return self._line.call(self._real.suggest(case, step, row=row, limit=limit))

    def trace(self, case: str, step: str, *, row: str = "") -> CellTrace:
        """All that was done for a cell: what was asked, what answered, cost, time and checks."""
        return self._line.call(self._real.trace(case, step, row=row))
