"""A mail's headers, as a mail program reads them."""

import pytest

from messaging.adapters.mail import mail_text
from messaging.use_cases.ports import NotDelivered


def test_an_address_with_accents_is_not_mangled():
    mail = mail_text("contact@akigora.example", "helène@conseil.example", "Échéance", "Bonjour", "ntf_1")

    assert "To: helène@conseil.example" in mail.as_bytes().decode()
    assert mail["Message-ID"] == "<ntf_1@akigora.example>"


def test_a_line_break_in_a_title_cannot_add_a_header():
    mail = mail_text("contact@akigora.example", "a@b.example", "Titre\r\nBcc: x@y.example", "Bonjour", "ntf_1")

    assert mail["Subject"] == "Titre Bcc: x@y.example"
    assert mail["Bcc"] is None


def test_an_encoded_word_in_a_title_stays_text():
    """EmailMessage decodes encoded words in what it is given, line breaks included: a way to add headers."""
    title = "=?utf-8?q?Hi=0D=0AContent-Type:_text/html=0D=0A=0D=0A<h1>?="

    written = mail_text("contact@akigora.example", "a@b.example", title, "Bonjour", "ntf_1").as_bytes()

    assert b"\r\nContent-Type: text/html" not in written
    assert written.count(b"Content-Type:") == 1 + written.count(b"=0D=0AContent-Type:_text")


def test_an_address_that_is_an_encoded_word_is_not_written_to():
    with pytest.raises(NotDelivered):
        mail_text("contact@akigora.example", "=?utf-8?q?a=0D=0ABcc:x?=@b.example", "Titre", "Bonjour", "ntf_1")
