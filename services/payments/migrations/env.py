from chassis import migrations
from payments.adapters.orm import metadata

migrations.run_environment("payments", metadata)
