"""The conversation itself: what is agreed on, how it ends, and what nonsense does to it."""

import asyncio

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from editor import Editor, all_but


async def test_what_is_agreed_on(editor: Editor):
    can = editor.answer.capabilities
    assert editor.answer.server_info.name == "kubesift"
    general = editor.capabilities.general
    offered = [str(getattr(one, "value", one)) for one in (general and general.position_encodings) or []]
    assert editor.encoding == ("utf-8" if "utf-8" in offered else "utf-16")
    assert can.text_document_sync.change == lsp.TextDocumentSyncKind.Incremental
    assert can.text_document_sync.open_close
    assert (can.diagnostic_provider is not None) == editor.pulls
    assert "source.fixAll.kubesift" in can.code_action_provider.code_action_kinds
    assert can.definition_provider and can.references_provider
    assert can.hover_provider and can.completion_provider
    assert can.document_symbol_provider and can.workspace_symbol_provider
    assert {"kubesift.explain", "kubesift.fixAll", "kubesift.showGraph"} <= set(
        can.execute_command_provider.commands
    )


async def test_files_are_watched_where_the_editor_can(editor: Editor):
    watch = editor.capabilities.workspace.did_change_watched_files
    can = bool(watch and watch.dynamic_registration)
    uri = editor.open("k8s/web.yaml")
    await editor.until_has(uri, "privileged-container")
    asked = [one.method for one in editor.registered]
    assert (lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES in asked) == can


async def test_diagnostics_are_told_or_asked_for_and_never_both(editor: Editor):
    uri = editor.open("k8s/web.yaml")
    await editor.until_has(uri, "privileged-container")
    editor.replace(uri, "privileged: true", "privileged: false")
    await editor.until_has_not(uri, "privileged-container")
    assert bool(editor.client.diagnostics) != editor.pulls


async def test_it_ends_well(editor: Editor):
    editor.open("k8s/web.yaml")
    assert await editor.leave() == 0


async def test_leaving_without_a_word_is_an_error(editor: Editor):
    editor.client.exit(None)
    assert await asyncio.wait_for(editor.client._server.wait(), 30) == 1


async def test_settings_are_taken(fresh: Editor):
    await fresh.begin({"ignore": ["privileged-container"]})
    uri = fresh.open("k8s/web.yaml")
    found = await fresh.until(uri, lambda all: len(all) > 0)
    assert all_but("privileged-container", found), found
    assert await fresh.leave() == 0


async def test_a_wrong_setting_is_said(fresh: Editor):
    await fresh.begin({"minSeverity": 7})
    uri = fresh.open("k8s/web.yaml")
    await fresh.until_has(uri, "privileged-container")
    assert any("minSeverity" in one.message for one in fresh.client.messages)
    assert await fresh.leave() == 0


async def test_places_that_are_none_are_survived(editor: Editor):
    uri = editor.open("k8s/service.yaml")
    document = lsp.TextDocumentIdentifier(uri)
    most = 2**31 - 1
    for line, character in [(most, most), (0, most), (most, 0), (6, 4000)]:
        place = lsp.Position(line, character)
        params = lsp.TextDocumentPositionParams(document, place)
        client = editor.client
        for request in (
            lambda: client.text_document_hover_async(
                lsp.HoverParams(params.text_document, params.position)
            ),
            lambda: client.text_document_definition_async(
                lsp.DefinitionParams(params.text_document, params.position)
            ),
            lambda: client.text_document_completion_async(
                lsp.CompletionParams(params.text_document, params.position)
            ),
        ):
            await editor.ask(request)
    # An edit behind the end is one at the end.
    beyond = lsp.Range(lsp.Position(most, 3), lsp.Position(most, most))
    editor.change(uri, [lsp.TextDocumentContentChangePartial(range=beyond, text="# the end\n")])
    editor.texts[uri] += "# the end\n"
    editor.replace(uri, "app: web", "app: webb")
    await editor.until_has(uri, "selector-near-miss")


async def test_an_older_version_changes_nothing(editor: Editor):
    uri = editor.open("k8s/web.yaml")
    clean = editor.texts[uri].replace("privileged: true", "privileged: false")
    whole = lsp.TextDocumentContentChangeWholeDocument
    editor.change(uri, [whole(text=clean)], version=9)
    editor.change(uri, [whole(text=editor.texts[uri])], version=4)
    await editor.until_has_not(uri, "privileged-container")
    # What was dropped stays so: an answer to a later question is of version 9.
    editor.texts[uri], editor.versions[uri] = clean, 9
    editor.replace(uri, "replicas: 2", "replicas: 3")
    found = await editor.until(uri, lambda all: any("3 replicas" in one.message for one in all))
    assert all_but("privileged-container", found)


async def test_documents_that_were_never_opened(editor: Editor):
    uri = editor.uri("k8s/none.yaml")
    editor.change(uri, [lsp.TextDocumentContentChangeWholeDocument(text="a: 1")], version=3)
    editor.client.text_document_did_close(
        lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri))
    )
    params = lsp.HoverParams(lsp.TextDocumentIdentifier(uri), lsp.Position(0, 0))
    assert await editor.client.text_document_hover_async(params) is None
    uri = editor.open("k8s/web.yaml")
    await editor.until_has(uri, "privileged-container")


async def test_an_unknown_command_is_refused(editor: Editor):
    params = lsp.ExecuteCommandParams(command="kubesift.dance", arguments=[])
    with pytest.raises(JsonRpcException):
        await editor.client.workspace_execute_command_async(params)


async def test_commands_explain_and_draw(editor: Editor):
    async def run(command: str, *arguments: str):
        params = lsp.ExecuteCommandParams(command=command, arguments=list(arguments))
        return await editor.ask(lambda: editor.client.workspace_execute_command_async(params))

    page = await run("kubesift.explain", "privileged-container")
    assert "privileged" in page and "securityContext" in page
    assert await run("kubesift.explain", "no-such-check") is None
    uri = editor.open("shop/base/cart.yaml")
    graph = await run("kubesift.showGraph", uri)
    assert "<html" in graph and "cart" in graph
    assert "src=" not in graph, "a page that stands by itself loads nothing"
