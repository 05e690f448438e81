"""A mail's headers, as a mail program reads them."""

from messaging.adapters.mail import mail_text


def test_an_address_with_accents_is_not_mangled():
    mail = mail_text("contact@akigora.example", "helène@conseil.example", "Échéance", "Bonjour", "ntf_1")

    assert "To: helène@conseil.example" in mail.as_bytes().decode()
    assert mail["Message-ID"] == "<ntf_1@akigora.example>"


def test_a_line_break_in_a_title_cannot_add_a_header():
    mail = mail_text("contact@akigora.example", "a@b.example", "Titre\r\nBcc: x@y.example", "Bonjour", "ntf_1")

    assert mail["Subject"] == "Titre Bcc: x@y.example"
    assert mail["Bcc"] is None
