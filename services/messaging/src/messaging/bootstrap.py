"""The only place that wires messaging's adapters to its use cases."""

from chassis.neighbours import Neighbours
from chassis.settings import Settings
from chassis.uow import UnitOfWork, Wiring
from messaging import config
from messaging.adapters import orm
from messaging.adapters.mail import DirectoryMail, SmtpMail
from messaging.adapters.repositories import MessagingUnitOfWork
from messaging.adapters.sms import DirectorySms, HttpSms
from messaging.adapters.texts import Catalogues
from messaging.use_cases.ports import Mail, Ports, Sms


def build(settings: Settings) -> Wiring[Ports]:
    """Raises BadSetting."""
    read = config.read(settings)
    texts = Catalogues(read.operator_name, read.public_url)
    mail: Mail = DirectoryMail(read.directory, read.sender)
    if read.mail_transport != "directory":
        mail = SmtpMail(read.mail_transport, read.sender)
    sms: Sms = DirectorySms(read.directory)
    if read.sms_transport != "directory":
        sms = HttpSms(read.sms_transport, read.sms_token)

    def ports(uow: UnitOfWork, neighbours: Neighbours) -> Ports:
        return Ports(uow=MessagingUnitOfWork(uow), policy=read.policy, texts=texts, mail=mail, sms=sms)

    return Wiring(metadata=orm.metadata, ports=ports)
