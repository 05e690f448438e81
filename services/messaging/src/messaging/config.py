"""Messaging's configuration: environment and the policy's table [messaging]."""

from dataclasses import dataclass
from pathlib import Path

from chassis.settings import BadSetting, Settings
from messaging.use_cases.ports import MessagingPolicy


@dataclass(frozen=True)
class Config:
    """`mail_transport` and `sms_transport`: `directory` or a URL."""

    policy: MessagingPolicy
    operator_name: str
    sender: str
    public_url: str
    mail_transport: str
    sms_transport: str
    sms_token: str
    directory: Path


def read(settings: Settings) -> Config:
    """Raises BadSetting with the name of what is wrong."""
    shared = settings.policy("policy")
    try:
        policy = settings.policy("messaging", MessagingPolicy)
    except ValueError as error:
        raise BadSetting("POLICY", f"[messaging] {error}") from None
    mail, sms = settings.get("MAIL_TRANSPORT", "directory"), settings.get("SMS_TRANSPORT", "directory")
    if not (mail == "directory" or mail.startswith(("smtp://", "smtps://"))):
        raise BadSetting("MAIL_TRANSPORT", "directory, smtp://... or smtps://...")
    if not (sms == "directory" or sms.startswith("https://") or sms.startswith("http://127.0.0.1")):
        raise BadSetting("SMS_TRANSPORT", "directory or https://...")
    return Config(
        policy=policy,
        operator_name=str(shared["operator_name"]),
        sender=settings.get("MAIL_SENDER", str(shared["contact_email"])),
        public_url=settings.get("PUBLIC_URL", "http://127.0.0.1:8000"),
        mail_transport=mail,
        sms_transport=sms,
        sms_token=settings.get("SMS_TOKEN", ""),
        directory=Path(settings.get("MAIL_DIRECTORY", "var/mail")),
    )
