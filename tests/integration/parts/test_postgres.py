"""The PostgreSQL server that tests start gives empty databases and leaves nothing behind."""

import os
import select
import shutil
import subprocess
import sys

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from server.commands.environment import ROOT
from server.commands.parts import POSTGRESQL
from tests.parts.missing import require

HOLD = """
import sys
from pathlib import Path
from tests.parts.postgres import running_server

with running_server(Path(sys.argv[1])) as server:
    print(server.process_id, server.folder, flush=True)
    sys.stdin.read()
"""
PATIENCE_MILLISECONDS = 10_000


@pytest.mark.parametrize("time", ["first", "second"])
async def test_each_test_finds_an_empty_database(database_url: str, time: str) -> None:
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE only_mine (id integer)"))
    await engine.dispose()


@pytest.mark.postgres
def test_the_server_ends_when_its_tests_are_killed() -> None:
    command = [sys.executable, "-c", HOLD, str(require(POSTGRESQL))]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout
        server, folder = tests.stdout.readline().split()
        ended = select.poll()
        ended.register(os.pidfd_open(int(server)), select.POLLIN)
        tests.kill()
        assert ended.poll(PATIENCE_MILLISECONDS)
    shutil.rmtree(folder)
