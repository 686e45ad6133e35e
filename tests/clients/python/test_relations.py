"""Along the relations of Kubernetes: hover, definition, references, completion, symbols."""

from lsprotocol import types as lsp

from editor import Editor, markdown


async def hover(editor: Editor, uri: str, words: str, inside: int = 0) -> str:
    params = lsp.HoverParams(**editor.at(uri, words, inside))
    return markdown(await editor.ask(lambda: editor.client.text_document_hover_async(params)))


def targets(found) -> list[tuple[str, lsp.Range]]:
    """Locations and links alike."""
    if found is None:
        return []
    found = found if isinstance(found, (list, tuple)) else [found]
    return [
        (one.target_uri, one.target_selection_range)
        if isinstance(one, lsp.LocationLink) else (one.uri, one.range)
        for one in found
    ]


async def definition(editor: Editor, uri: str, words: str, inside: int = 0):
    params = lsp.DefinitionParams(**editor.at(uri, words, inside))
    return targets(
        await editor.ask(lambda: editor.client.text_document_definition_async(params))
    )


async def test_a_finding_shows_its_page(editor: Editor):
    uri = editor.open("k8s/web.yaml")
    said = await hover(editor, uri, "privileged: true", 2)
    assert "privileged-container" in said and "runs privileged" in said
    assert "node" in said, "what the page of the check says"


async def test_a_selector_shows_what_it_selects(editor: Editor):
    uri = editor.open("k8s/service.yaml")
    said = await hover(editor, uri, "app: web", 1)
    assert "Deployment" in said and "web" in said
    editor.replace(uri, "app: web", "app: nobody")
    said = await hover(editor, uri, "app: nobody", 1)
    assert "Selects nothing" in said


async def test_a_service_leads_to_its_deployment(editor: Editor):
    uri = editor.open("k8s/service.yaml")
    found = await definition(editor, uri, "app: web", 1)
    assert [where for where, _ in found] == [editor.uri("k8s/web.yaml")]
    text = (editor.folder / "k8s/web.yaml").read_text()
    assert text.split("\n")[found[0][1].start.line].strip() == "name: web"


async def test_names_and_keys_lead_to_what_they_name(editor: Editor):
    web = editor.open("k8s/web.yaml")
    settings = editor.uri("k8s/settings.yaml")
    assert [one for one, _ in await definition(editor, web, "name: web-settings", 8)] == [settings]
    assert [one for one, _ in await definition(editor, web, "key: token", 6)] == [settings]
    account = await definition(editor, web, "serviceAccountName: web", 21)
    assert [one for one, _ in account] == [editor.uri("k8s/rbac.yaml")]
    ingress = editor.open("k8s/ingress.yaml")
    service = await definition(editor, ingress, "name: web\n                port", 7)
    assert [one for one, _ in service] == [editor.uri("k8s/service.yaml")]


async def test_entries_of_a_kustomization_lead_to_files(editor: Editor):
    prod = editor.open("shop/overlays/prod/kustomization.yaml")
    base = await definition(editor, prod, "../../base", 8)
    assert [one for one, _ in base] == [editor.uri("shop/base/kustomization.yaml")]
    patch = await definition(editor, prod, "path: cart.yaml", 8)
    assert [one for one, _ in patch] == [editor.uri("shop/overlays/prod/cart.yaml")]


async def test_a_deployment_knows_who_refers_to_it(editor: Editor):
    uri = editor.open("k8s/web.yaml")
    params = lsp.ReferenceParams(
        **editor.at(uri, "name: web", 7), context=lsp.ReferenceContext(include_declaration=False)
    )
    found = await editor.ask(lambda: editor.client.text_document_references_async(params))
    files = {one.uri for one in found}
    assert {editor.uri("k8s/service.yaml"), editor.uri("k8s/scale.json")} <= files
    assert editor.uri("shop/base/service.yaml") not in files


async def labels(editor: Editor, uri: str, words: str, inside: int) -> dict[str, lsp.CompletionItem]:
    params = lsp.CompletionParams(**editor.at(uri, words, inside))
    found = await editor.ask(lambda: editor.client.text_document_completion_async(params))
    items = found.items if isinstance(found, lsp.CompletionList) else found or []
    return {one.label: one for one in items}


async def test_a_name_that_there_is_is_offered(editor: Editor):
    uri = editor.open("k8s/web.yaml")
    await editor.until_has(uri, "privileged-container")
    editor.replace(uri, "name: web-settings", "name: w")
    found = await labels(editor, uri, "name: w\n          env:", 7)
    assert "web-settings" in found and "web-token" not in found, sorted(found)
    edit = found["web-settings"].text_edit
    text = editor.texts[uri]
    start, end = (editor.offset(text, at) for at in (edit.range.start, edit.range.end))
    assert text[start:end] == "w" and edit.new_text == "web-settings"


async def test_a_key_that_there_is_is_offered(editor: Editor):
    uri = editor.open("k8s/web.yaml")
    await editor.until_has(uri, "privileged-container")
    editor.replace(uri, "key: token", "key: ")
    assert "token" in await labels(editor, uri, "key: \n", 5)


async def test_an_outline_of_objects(editor: Editor):
    uri = editor.open("k8s/settings.yaml")
    params = lsp.DocumentSymbolParams(lsp.TextDocumentIdentifier(uri))
    found = await editor.ask(lambda: editor.client.text_document_document_symbol_async(params))
    names = " ".join(f"{one.name} {getattr(one, 'detail', '')}" for one in found)
    assert "web-settings" in names and "web-token" in names
    document = editor.capabilities.text_document.document_symbol
    if document and document.hierarchical_document_symbol_support:
        assert all(isinstance(one, lsp.DocumentSymbol) for one in found)
        assert len(found) == 2
        for one in found:
            inner, outer = one.selection_range, one.range
            assert (outer.start.line, outer.start.character) <= (
                inner.start.line, inner.start.character,
            )
            assert (inner.end.line, inner.end.character) <= (outer.end.line, outer.end.character)


async def test_objects_are_found_by_name(editor: Editor):
    params = lsp.WorkspaceSymbolParams(query="web-settings")
    found = await editor.ask(lambda: editor.client.workspace_symbol_async(params))
    assert [one.location.uri for one in found] == [editor.uri("k8s/settings.yaml")]
