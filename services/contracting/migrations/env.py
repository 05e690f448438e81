from chassis import migrations
from contracting.adapters.orm import metadata

migrations.run_environment("contracting", metadata)
