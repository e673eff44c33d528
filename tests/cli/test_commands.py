"""Commands from the outside: what they print, how they exit, and that every refusal says what to do."""

import stat

import pytest

from tests import databases, migrated
from tests.cli.worlds import MOVERS


def keys_of(machine):
    return sorted(path.name for path in (machine.folder / "keys").glob("*.json"))


def test_migrate_on_an_empty_database_makes_tables_and_keys():
    template = migrated.template()  # all installations of a run are copies of what the command made
    assert keys_of(template) == ["web.json", "worker.json"]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (template.folder / "keys").glob("*.json")}
    assert modes == {0o600}
    assert list(template.folder.glob("*-wal")) == []  # SQLite's file is whole by itself, and may be copied
    with databases.connect(template.url) as connection:
        assert connection.execute("SELECT count(*) FROM tenants_tenant").fetchone() == (0,)


def test_migrate_again_changes_nothing(migrated_machine):
    machine = migrated_machine
    before = [path.read_bytes() for path in sorted((machine.folder / "keys").glob("*.json"))]
    done = machine.run("migrate")
    assert (done.returncode, done.stdout) == (0, "The database is up to date (0 migrations applied).\n")
    assert [path.read_bytes() for path in sorted((machine.folder / "keys").glob("*.json"))] == before


def test_migrate_says_what_to_do_with_a_database_that_stopped_halfway(migrated_machine):
    machine = migrated_machine
    with databases.connect(machine.environment["KEYTURN_DATABASE_URL"]) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'people' AND name = '0009_imports_of_kinds'")
    done = machine.run("migrate")
    assert done.returncode == 1
    assert "Run `keyturn migrate` of commit 113a824 first" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_makes_no_keys_for_a_database_that_has_had_others(migrated_machine):
    machine = migrated_machine
    for path in (machine.folder / "keys").glob("*.json"):
        path.unlink()
    done = machine.run("migrate")
    assert done.returncode == 1
    assert "Restore them from your backup" in done.stderr
    assert keys_of(machine) == []


@pytest.mark.parametrize(
    "line",
    [["serve"], ["worker"], ["load", "x.yaml"], ["owner", "create"], ["backup", "x"], ["people", "import", "x.csv"]],
)
def test_nothing_starts_before_migrate(machine, line):
    done = machine.run(*line)
    assert done.returncode == 1
    assert "keyturn migrate" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("line", [["serve"], ["worker"], ["owner", "create"]])
def test_nothing_starts_without_keys(loaded, line):
    away = loaded.folder / "keys-away"
    (loaded.folder / "keys").rename(away)
    try:
        done = loaded.run(*line)
    finally:
        away.rename(loaded.folder / "keys")
    assert (done.returncode, "is missing" in done.stderr) == (1, True), done.stderr


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"KEYTURN_PUBLIC_URL": "http://keyturn.example"}, "write https://"),
        ({"KEYTURN_EMAIL_URL": "imap://mail.example"}, "smtp://"),
        ({"KEYTURN_EMAIL_URL": "smtp://me:hush@mail.example?tls=none"}, "KEYTURN_EMAIL_URL"),
    ],
)
def test_unsafe_configuration_is_refused_in_a_sentence(loaded, settings, says):
    done = loaded.run("worker", **settings)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "hush" not in done.stderr


def test_check_is_content_with_what_is_safe_and_tells_warnings(loaded):
    done = loaded.run("check", KEYTURN_ARGON2="1,8192,1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("The configuration is safe to start with.\n")
    assert "warning: KEYTURN_ARGON2" in done.stdout
    assert loaded.run("check", KEYTURN_PUBLIC_URL="http://recover.example").returncode == 1


def test_a_key_file_that_others_can_read_is_refused(loaded):
    (loaded.folder / "keys/web.json").chmod(0o644)
    try:
        done = loaded.run("serve")
    finally:
        (loaded.folder / "keys/web.json").chmod(0o600)
    assert done.returncode == 1
    assert "chmod 600" in done.stderr


def test_the_doctor_is_content_with_what_works_and_exits_with_0(loaded):
    done = loaded.run("doctor", KEYTURN_SOURCE_LIMIT_FACTOR="7")
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("broken")] == [line for line in lines if "2525" in line]
    assert "KEYTURN_SOURCE_LIMIT_FACTOR is 7" in done.stdout
    assert "KEYTURN_ARGON2" in done.stdout


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"KEYTURN_PUBLIC_URL": "http://keyturn.example"}, "plain HTTP"),
        ({"KEYTURN_DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "does not answer"),
    ],
)
def test_the_doctor_names_what_is_broken_and_exits_with_1(loaded, settings, says):
    done = loaded.run("doctor", **settings)
    assert done.returncode == 1
    assert any(line.startswith("broken") and says in line for line in done.stdout.splitlines()), done.stdout


def test_a_broken_world_file_is_refused_line_by_line(loaded):
    path = loaded.folder / "broken.yaml"
    path.write_text(MOVERS.replace("type: sms", "type: pager").replace("Nils Holm", "Nils\\tHolm"), encoding="utf-8")
    done = loaded.run("load", str(path))
    assert done.returncode == 1
    assert "broken.yaml:14: tenants[0].people[0].phones[0].type" in done.stderr
    assert "nothing was loaded" in done.stderr


def test_an_owner_gets_a_link_that_is_digested(loaded):
    done = loaded.run("owner", "create")
    link = done.stdout.splitlines()[-1]
    assert link.startswith(loaded.environment["KEYTURN_PUBLIC_URL"] + "/console/welcome/")
    assert len(link.rpartition("/")[2]) >= 40
    assert "earlier links have ended" in loaded.run("owner", "create").stdout


def test_a_backup_is_a_whole_database_and_never_overwrites(loaded):
    path = loaded.folder / "copy.sqlite3"
    done = loaded.run("backup", str(path))
    if loaded.environment["KEYTURN_DATABASE_URL"].startswith("postgres"):
        assert (done.returncode, "pg_dump" in done.stderr) == (1, True)
        return
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert loaded.run("doctor", KEYTURN_DATABASE_URL=f"sqlite:///{path}").stdout.count("unbroken chain") == 1
    assert loaded.run("backup", str(path)).returncode == 1


def test_people_are_imported_and_every_refused_row_is_reported(loaded):
    path = loaded.folder / "people.csv"
    path.write_text(
        "identifier,name,email,phone_sms\n"
        "vera,Vera Vik,vera@movers.example,+1 415 555 0155\n"
        "x,,,\n"
        "y,Y,,+1 415 555 0101\n"
        "z,Z,,+1 415 555 0156 ext 9\n",
        encoding="utf-8",
    )
    tried = loaded.run("people", "import", str(path), "--dry-run")
    assert "1 would be created, 0 would be updated, 3 would be refused" in tried.stdout
    done = loaded.run("people", "import", str(path), "--tenant", "movers")
    assert "1 created, 0 updated, 3 refused" in done.stdout  # the dry run created nobody
    assert done.stderr.splitlines() == [
        "line 3: name: empty",
        "line 4: phones: number_taken",
        "line 5: phones[0].number: has_extension",
    ]
    assert "0 created, 1 updated" in loaded.run("people", "import", str(path)).stdout
