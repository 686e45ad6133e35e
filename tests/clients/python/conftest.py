"""Every test runs once for each editor, with a server of its own and a fresh copy of the project."""

import os
import pathlib
import shutil

import pytest
import pytest_asyncio
from pytest_lsp.client import make_test_lsp_client

from editor import Editor

PROJECT = pathlib.Path(__file__).parent.parent / "project"

# Neovim twice: since 0.10 it asks for diagnostics; the older one says little and is told.
PROFILES = [
    "visual-studio-code@v1.65.2",
    "neovim@v0.11.0",
    "neovim@v0.7.0",
    "emacs@v29.1",
]


def program() -> str:
    found = os.environ.get("KUBESIFT_BIN")
    if not found:
        pytest.exit("KUBESIFT_BIN names the program kubesift; it is not set", returncode=2)
    return str(pathlib.Path(found).resolve())


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    # The real path: the server answers with places that have no links in them.
    copy = tmp_path.resolve() / "project"
    shutil.copytree(PROJECT, copy)
    return copy


@pytest_asyncio.fixture(params=PROFILES)
async def fresh(request: pytest.FixtureRequest, folder: pathlib.Path):
    """An editor that has not yet said a word."""
    client = make_test_lsp_client()
    await client.start_io(program(), "lsp")
    editor = Editor(client, request.param, folder)
    yield editor
    if client._server and client._server.returncode is None:
        client._server.kill()
    await client.stop()


@pytest_asyncio.fixture
async def editor(fresh: Editor):
    """An editor in the project. Whatever the test did, the server ends as it should."""
    await fresh.begin()
    yield fresh
    if fresh.client._server.returncode is None:
        assert await fresh.leave() == 0
