"""Mail: by SMTP, or as files in a folder (`MAIL_TRANSPORT=directory`, the default of the embedded stack).

A mail's Message-ID is its notification's id, so that a second sending after a crash is recognised by mail programs.
"""

import os
import smtplib
from email import policy
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from urllib.parse import unquote, urlsplit

from messaging.use_cases.ports import NotDelivered

TIMEOUT_SECONDS = 20


def mail_text(sender: str, to: str, subject: str, text: str, message_id: str) -> EmailMessage:
    """The mail as it is sent. A subject is one line of plain text, whatever a title held.

    EmailMessage decodes encoded words (`=?utf-8?q?...?=`) in what it is given, line breaks included, which would let a title
    add headers: they are broken up in a subject, and an address that holds one is refused. An address beyond ASCII is written
    as it is, which the receiving server must support (RFC 6531). Raises NotDelivered.
    """
    if "=?" in to:
        raise NotDelivered("the address holds an encoded word")
    mail = EmailMessage(policy.default if to.isascii() else policy.SMTPUTF8)
    mail["From"], mail["To"], mail["Subject"] = sender, to, " ".join(subject.split()).replace("=?", "= ?")
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2].rstrip('>')}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    return mail


class SmtpMail:
    """`smtp://user:password@host:587` (STARTTLS when offered) or `smtps://...:465`."""

    def __init__(self, url: str, sender: str) -> None:
        self._url, self._sender = urlsplit(url), sender

    def send(self, *, to: str, subject: str, text: str, message_id: str) -> None:
        mail = mail_text(self._sender, to, subject, text, message_id)
        try:
            with self._connection() as connection:
                connection.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(f"{type(error).__name__}: {error}") from error

    def _connection(self) -> smtplib.SMTP:
        host, secure = self._url.hostname or "localhost", self._url.scheme == "smtps"
        kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
        connection = kind(host, self._url.port or (465 if secure else 587), timeout=TIMEOUT_SECONDS)
        connection.ehlo()
        if not secure and connection.has_extn("starttls"):
            connection.starttls()
        if self._url.username:
            connection.login(unquote(self._url.username), unquote(self._url.password or ""))
        return connection


class DirectoryMail:
    """Each mail a file `<id>.eml`, readable by any mail program."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, sender

    def send(self, *, to: str, subject: str, text: str, message_id: str) -> None:
        mail = mail_text(self._sender, to, subject, text, message_id)
        write_whole(self._folder / f"{message_id}.eml", mail.as_bytes())


def write_whole(path: Path, content: bytes) -> None:
    """The file is there with all of its content or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        half.write_bytes(content)
        os.replace(half, path)
    except OSError as error:
        raise NotDelivered(f"{type(error).__name__}: {error}") from error
