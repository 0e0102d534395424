"""Mailboxes: where a mail begins, what escapes `From `, and one bad mail among good ones."""

from __future__ import annotations

from casework.documents.formats.sniff import sniff
from casework.documents.mails.mailbox_lines import is_mailbox, mails_of
from casework.documents.reading import Limits
from tests.documents.samples import document, places, read

_MARK = b"From a@x.example Fri Mar  1 10:00:00 2024\n"


def _mail(number: int, above: int = 0, body: bytes = b"Hello\n") -> bytes:
    head = b"From: Ann <a@x.example>\nSubject: Letter %d\nMessage-ID: <%d@x>\n" % (number, number)
    head += b"Date: Fri, 0%d Mar 2024 10:00:00 +0000\n" % (number % 9 + 1)
    return head + (b"In-Reply-To: <%d@x>\n" % above if above else b"") + b"\n" + body


def _mailbox(*mails: bytes, mark: bytes = _MARK) -> bytes:
    return b"".join(mark + mail + b"\n" for mail in mails)


def test_every_mail_is_a_member_named_by_its_day_and_subject() -> None:
    parsed = read(_mailbox(_mail(1), _mail(2, 1), _mail(3, 2), _mail(4)), "inbox.mbox")
    found = parsed.document
    assert (found.reader, found.state) == ("mailbox", "read")
    assert found.facts == {"mails": "4", "threads": "2"}
    assert [member.name for member in parsed.members][:2] == [
        "2024-03-02 Letter 1.eml",
        "2024-03-03 Letter 2.eml",
    ]
    assert parsed.members[1].data == _mail(2, 1)
    assert "4 mails in 2 threads." in found.pages[0].text
    assert places(found.pages[0])["mail 2"] == (
        "2 2024-03-03T10:00:00+00:00 Ann <a@x.example> Letter 2"
    )


def test_both_ways_to_escape_from_are_undone() -> None:
    body = b"Hello\n>From here on\n>>From there\n> From is quoted\n"
    (mail,) = mails_of(_mailbox(_mail(1, body=body)))
    assert mail.endswith(b"Hello\nFrom here on\n>From there\n> From is quoted\n")


def test_a_mail_that_quotes_from_lines_is_no_mailbox() -> None:
    body = b"I had this in my file:\n\n" + _MARK + b"From: b@x.example\n\nHello\n"
    assert not is_mailbox(_mail(1, body=body))
    assert sniff(_mail(1, body=body), "a.eml").format == "mail"
    assert sniff(_MARK + _mail(1), "a.eml").format == "mail"
    assert sniff(_MARK + _mail(1), "a.mbox").format == "mailbox"


def test_from_in_the_middle_of_a_text_begins_no_mail() -> None:
    body = b"Dear Ann\nFrom a@x.example Fri Mar  1 10:00:00 2024\nthe rest\n\nFrom now on, no.\n"
    assert len(list(mails_of(_mailbox(_mail(1, body=body), _mail(2))))) == 2


def test_line_ends_of_windows_and_marks_of_other_programs_are_known() -> None:
    data = _mailbox(_mail(1), _mail(2)).replace(b"\n", b"\r\n")
    assert len(list(mails_of(data))) == 2
    thunderbird = _mailbox(_mail(1), _mail(2), mark=b"From - Fri Mar  1 10:00:00 2024\n")
    assert len(list(mails_of(thunderbird))) == 2
    gmail = _mailbox(_mail(1), _mail(2), mark=b"From 1793@xxx Fri Mar 01 10:00:00 +0000 2024\n")
    assert len(list(mails_of(gmail))) == 2


def test_one_bad_mail_spoils_nothing() -> None:
    parsed = read(_mailbox(_mail(1), b"\xff\xfe\x00garbage\n", _mail(3)), "a.mbox")
    assert b"Letter 3" in parsed.members[-1].data
    assert document(parsed.members[-1].data, "a.eml").facts["subject"] == "Letter 3"


def test_mails_over_the_limit_are_counted() -> None:
    box = _mailbox(*(_mail(number) for number in range(1, 6)))
    parsed = read(box, "a.mbox", Limits(mails=3))
    assert len(parsed.members) == 3
    assert parsed.document.notes == ("2 of 5 mails are over the limit of 3 a mailbox; split it.",)


def test_many_more_mails_than_attachments_are_allowed() -> None:
    parsed = read(_mailbox(*(_mail(number) for number in range(1, 301))), "a.mbox")
    assert len(parsed.members) == 300
    assert parsed.document.notes == ()


def test_the_same_mail_has_the_same_bytes_wherever_it_stands() -> None:
    short, long = _mailbox(_mail(1)), _mailbox(_mail(1), _mail(2))
    assert next(mails_of(short)) == next(mails_of(long))
