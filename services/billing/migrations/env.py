from billing.adapters import orm
from chassis import migrations

migrations.run_environment("billing", orm.metadata)
