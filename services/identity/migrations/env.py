from chassis import migrations

migrations.run_environment("identity")
