"""An editor as pytest-lsp plays one: a folder, a server, documents that follow the edits, and the
diagnostics as this editor gets them, told or asked for."""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import Callable
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient, client_capabilities

# Longer than anything here takes, so that a test that waits in vain ends.
GUARD = 30.0

# The server asks the client to ask again: the text has changed meanwhile.
RETRY = {-32801, -32802}


class Editor:
    """One conversation about one folder."""

    def __init__(self, client: LanguageClient, profile: str, folder: pathlib.Path):
        self.client = client
        self.folder = folder
        self.capabilities = client_capabilities(profile)
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.applied: list[lsp.WorkspaceEdit] = []
        self.registered: list[lsp.Registration] = []
        self.answer: lsp.InitializeResult
        self._answer_the_server()

    def _answer_the_server(self) -> None:
        # pygls marks the functions that it is given, which bound methods do not allow.
        @self.client.feature(lsp.WORKSPACE_APPLY_EDIT)
        def _(params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
            self.applied.append(params.edit)
            return lsp.ApplyWorkspaceEditResult(applied=True)

        @self.client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
        def _(params: lsp.RegistrationParams) -> None:
            self.registered.extend(params.registrations)

        # What a server may ask and these tests need no more of than an answer.
        for method in (lsp.WORKSPACE_CODE_LENS_REFRESH, lsp.WORKSPACE_INLAY_HINT_REFRESH):
            self.client.feature(method)(lambda *_: None)

    # -- what it can

    @property
    def pulls(self) -> bool:
        return self.capabilities.text_document.diagnostic is not None

    @property
    def refreshes(self) -> bool:
        workspace = self.capabilities.workspace
        return bool(workspace.diagnostics and workspace.diagnostics.refresh_support)

    @property
    def encoding(self) -> str:
        return str(getattr(self.answer.capabilities.position_encoding, "value", self.answer.capabilities.position_encoding))

    # -- beginning and end

    async def begin(self, settings: dict[str, Any] | None = None) -> None:
        self.client.set_configuration(settings or {}, section="kubesift")
        uri = self.folder.as_uri()
        self.answer = await self.client.initialize_session(
            lsp.InitializeParams(
                capabilities=self.capabilities,
                root_uri=uri,
                workspace_folders=[lsp.WorkspaceFolder(uri=uri, name="project")],
                initialization_options=settings,
            )
        )

    async def leave(self) -> int:
        """The exit code."""
        await self.client.shutdown_session()
        return await asyncio.wait_for(self.client._server.wait(), GUARD)

    # -- files and documents

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def disk(self, *changes: tuple[str, lsp.FileChangeType]) -> None:
        events = [lsp.FileEvent(uri=self.uri(name), type=kind) for name, kind in changes]
        self.client.workspace_did_change_watched_files(
            lsp.DidChangeWatchedFilesParams(changes=events)
        )

    def open(self, name: str, text: str | None = None, language: str = "yaml") -> str:
        uri = self.uri(name)
        self.texts[uri] = (self.folder / name).read_text() if text is None else text
        self.versions[uri] = 1
        self.client.text_document_did_open(
            lsp.DidOpenTextDocumentParams(
                lsp.TextDocumentItem(
                    uri=uri, language_id=language, version=1, text=self.texts[uri]
                )
            )
        )
        return uri

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(
            lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri))
        )
        del self.texts[uri], self.versions[uri]

    def replace(self, uri: str, old: str, new: str) -> None:
        """Types `new` over the only `old`."""
        text = self.texts[uri]
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        start = text.index(old)
        where = lsp.Range(self.position(text, start), self.position(text, start + len(old)))
        self.change(uri, [lsp.TextDocumentContentChangePartial(range=where, text=new)])
        self.texts[uri] = text[:start] + new + text[start + len(old) :]

    def set(self, uri: str, text: str) -> None:
        self.texts[uri] = text
        self.change(uri, [lsp.TextDocumentContentChangeWholeDocument(text=text)])

    def change(self, uri: str, changes: list[Any], version: int | None = None) -> None:
        if version is None:
            self.versions[uri] += 1
            version = self.versions[uri]
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(uri=uri, version=version), changes
            )
        )

    # -- places, in the encoding that was agreed on

    def units(self, text: str) -> int:
        match self.encoding:
            case "utf-8":
                return len(text.encode())
            case "utf-16":
                return len(text.encode("utf-16-le")) // 2
            case _:
                return len(text)

    def position(self, text: str, at: int) -> lsp.Position:
        line_start = text.rfind("\n", 0, at) + 1
        return lsp.Position(text.count("\n", 0, at), self.units(text[line_start:at]))

    def offset(self, text: str, position: lsp.Position) -> int:
        lines = text.split("\n")
        at = sum(len(line) + 1 for line in lines[: position.line])
        line, units = lines[position.line], 0
        for char in line:
            if units >= position.character:
                break
            units += self.units(char)
            at += 1
        assert units == position.character, "a position within a letter"
        return at

    def at(self, uri: str, words: str, inside: int = 0) -> dict[str, Any]:
        """The place of some words of an open document, as requests take it."""
        text = self.texts[uri]
        assert words in text, words
        return {
            "text_document": lsp.TextDocumentIdentifier(uri),
            "position": self.position(text, text.index(words) + inside),
        }

    def shown(self, diagnostic: lsp.Diagnostic, text: str) -> str:
        """The text that a diagnostic underlines."""
        where = diagnostic.range
        return text[self.offset(text, where.start) : self.offset(text, where.end)]

    # -- diagnostics

    async def ask(self, request: Callable[[], Any]) -> Any:
        """Asks again as long as the server says that it should."""
        while True:
            try:
                return await asyncio.wait_for(request(), GUARD)
            except JsonRpcException as error:
                if error.code not in RETRY:
                    raise

    async def pull(self, uri: str) -> list[lsp.Diagnostic]:
        params = lsp.DocumentDiagnosticParams(lsp.TextDocumentIdentifier(uri))
        report = await self.ask(lambda: self.client.text_document_diagnostic_async(params))
        return list(report.items)

    async def until(
        self, uri: str, holds: Callable[[list[lsp.Diagnostic]], bool]
    ) -> list[lsp.Diagnostic]:
        """The diagnostics of a document as soon as something holds of them."""
        deadline = asyncio.get_running_loop().time() + GUARD
        while True:
            # One that asks and cannot be told to ask again must get the whole truth at once.
            found = await self.pull(uri) if self.pulls else self.client.diagnostics.get(uri)
            if found is not None and holds(list(found)):
                return list(found)
            said = "nothing" if found is None else sorted(str(one.code) for one in found)
            assert not self.pulls or self.refreshes, f"{uri} is said to have {said}"
            assert asyncio.get_running_loop().time() < deadline, f"in the end: {said}"
            await asyncio.sleep(0.01)

    async def until_has(self, uri: str, check: str) -> lsp.Diagnostic:
        found = await self.until(uri, lambda all: any(one.code == check for one in all))
        return next(one for one in found if one.code == check)

    async def until_has_not(self, uri: str, check: str) -> list[lsp.Diagnostic]:
        return await self.until(uri, lambda all: all_but(check, all))

    # -- code actions

    async def actions(
        self, uri: str, words: str, only: list[str] | None = None
    ) -> list[lsp.CodeAction]:
        text = self.texts[uri]
        start = text.index(words)
        where = lsp.Range(self.position(text, start), self.position(text, start + len(words)))
        params = lsp.CodeActionParams(
            lsp.TextDocumentIdentifier(uri), where, lsp.CodeActionContext([], only=only)
        )
        return await self.ask(lambda: self.client.text_document_code_action_async(params)) or []

    async def edit_of(self, action: lsp.CodeAction) -> lsp.WorkspaceEdit:
        """The edit of an action; asked for where this editor asks for it."""
        if action.edit is None:
            action = await self.ask(lambda: self.client.code_action_resolve_async(action))
        assert action.edit is not None, f"{action.title!r} does nothing"
        return action.edit

    async def make(self, edit: lsp.WorkspaceEdit) -> None:
        """Makes an edit in open documents and in files."""
        for change in edit.document_changes or []:
            if isinstance(change, lsp.CreateFile):
                path = pathlib.Path(change.uri.removeprefix("file://"))
                path.touch()
                continue
            uri = change.text_document.uri
            assert change.text_document.version in (None, self.versions.get(uri))
            self._edit(uri, change.edits)
        for uri, edits in (edit.changes or {}).items():
            self._edit(uri, edits)

    def _edit(self, uri: str, edits: Any) -> None:
        path = pathlib.Path(uri.removeprefix("file://"))
        text = self.texts[uri] if uri in self.texts else path.read_text()
        places = [
            (self.offset(text, one.range.start), self.offset(text, one.range.end), one.new_text)
            for one in edits
        ]
        for start, end, new in sorted(places, reverse=True):
            text = text[:start] + new + text[end:]
        if uri in self.texts:
            self.set(uri, text)
        else:
            path.write_text(text)
            self.disk((str(path.relative_to(self.folder)), lsp.FileChangeType.Created))


def all_but(check: str, found: list[lsp.Diagnostic]) -> bool:
    return all(one.code != check for one in found)


def markdown(hover: lsp.Hover | None) -> str:
    assert hover is not None, "nothing is shown"
    contents = hover.contents
    return contents.value if isinstance(contents, lsp.MarkupContent) else str(contents)
