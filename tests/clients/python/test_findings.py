"""Diagnostics: where they stand, what they say, and how they follow edits of other files."""

from lsprotocol import types as lsp

from editor import Editor


async def test_a_finding_is_told_in_full(editor: Editor):
    uri = editor.open("k8s/web.yaml")
    found = await editor.until_has(uri, "privileged-container")
    assert found.source == "kubesift"
    assert found.severity == lsp.DiagnosticSeverity.Error
    assert found.message == "container `web` runs privileged"
    assert editor.shown(found, editor.texts[uri]) == "privileged: true"
    publish = editor.capabilities.text_document.publish_diagnostics
    if publish.code_description_support:
        assert found.code_description.href.endswith("/checks/privileged-container")
    assert found.data["fingerprint"]


async def test_places_count_as_agreed(editor: Editor):
    uri = editor.open("k8s/report.yaml")
    found = await editor.until_has(uri, "privileged-container")
    # Letters of two bytes, and of four bytes and two units, stand before it on its line.
    assert editor.shown(found, editor.texts[uri]) == "privileged: true"
    line = editor.texts[uri].split("\n")[found.range.start.line]
    assert "👋" in line and "privileged" in line.partition("👋")[2]


async def test_an_edit_of_a_service_changes_what_is_said_of_a_deployment(editor: Editor):
    web = editor.open("k8s/web.yaml")
    service = editor.open("k8s/service.yaml")
    await editor.until_has(web, "readiness-probe-missing")
    editor.replace(service, "app: web", "app: webb")
    await editor.until_has(service, "selector-near-miss")
    await editor.until_has_not(web, "readiness-probe-missing")
    editor.replace(service, "app: webb", "app: web")
    await editor.until_has(web, "readiness-probe-missing")
    await editor.until_has_not(service, "selector-near-miss")


async def test_a_base_names_the_builds_it_goes_into(editor: Editor):
    uri = editor.open("shop/base/cart.yaml")

    def builds(found: lsp.Diagnostic) -> str:
        related = found.related_information or []
        return " ".join([found.message, *(one.message for one in related)])

    found = await editor.until_has(uri, "allow-privilege-escalation-true")
    assert "shop/overlays/prod" in builds(found) and "shop/overlays/staging" in builds(found)
    # The patch of one overlay stands in another file, and there is its finding.
    patch = editor.open("shop/overlays/prod/cart.yaml")
    there = await editor.until_has(patch, "host-network")
    assert "shop/overlays/prod" in builds(there) and "staging" not in builds(there)
    # An edit of the base is an edit of all that is built from it.
    old = "allowPrivilegeEscalation: true"
    editor.replace(uri, old, old + "\n            privileged: true")
    found = await editor.until_has(uri, "privileged-container")
    assert "shop/overlays/prod" in builds(found) and "shop/overlays/staging" in builds(found)
    assert editor.shown(found, editor.texts[uri]) == "privileged: true"


async def test_an_edit_of_an_overlay_changes_what_is_said_of_its_base(editor: Editor):
    base = editor.open("shop/base/cart.yaml")
    prod = editor.open("shop/overlays/prod/kustomization.yaml")
    staging = editor.open("shop/overlays/staging/kustomization.yaml")
    await editor.until_has(base, "image-tag-missing-or-latest")
    editor.replace(
        staging, "configMapGenerator:",
        'images:\n  - name: registry.example.com/cart\n    newTag: "2.5"\nconfigMapGenerator:',
    )
    await editor.until_has_not(base, "image-tag-missing-or-latest")
    editor.replace(prod, '    newTag: "2.4"', '    newTag: latest')
    await editor.until_has(prod, "image-tag-missing-or-latest")


async def test_what_is_not_kubernetes_is_left_alone(editor: Editor):
    uri = editor.open("notes/playbook.yaml")
    web = editor.open("k8s/web.yaml")
    await editor.until_has(web, "privileged-container")
    assert await editor.until(uri, lambda all: not all) == []
    editor.replace(uri, "hosts: all", "hosts: [all")
    await editor.until(web, lambda all: any(one.code == "privileged-container" for one in all))
    params = lsp.HoverParams(**editor.at(uri, "say it"))
    assert await editor.ask(lambda: editor.client.text_document_hover_async(params)) is None


async def test_what_is_half_typed_costs_its_document_only(editor: Editor):
    uri = editor.open("k8s/web.yaml")
    await editor.until_has(uri, "privileged-container")
    text = editor.texts[uri]
    editor.set(uri, text + "---\napiVersion: v1\nkind: Service\nmetadata: {name: half\n")
    await editor.until_has(uri, "yaml-syntax")
    await editor.until_has(uri, "privileged-container")
    editor.set(uri, text)
    await editor.until_has_not(uri, "yaml-syntax")


async def test_an_open_text_counts_and_not_the_file(editor: Editor):
    web = editor.open("k8s/web.yaml")
    await editor.until_has(web, "readiness-probe-missing")
    # No Service sends traffic any more.
    service = editor.open("k8s/service.yaml", text="")
    await editor.until_has_not(web, "readiness-probe-missing")
    editor.close(service)
    await editor.until_has(web, "readiness-probe-missing")


async def test_files_come_go_and_move(editor: Editor):
    kind = lsp.FileChangeType
    web = editor.open("k8s/web.yaml")
    await editor.until_has(web, "readiness-probe-missing")
    service = editor.folder / "k8s/service.yaml"
    text = service.read_text()
    service.unlink()
    editor.disk(("k8s/service.yaml", kind.Deleted))
    await editor.until_has_not(web, "readiness-probe-missing")
    editor.write("k8s/moved.yaml", text.replace("app: web", "app: webb"))
    editor.disk(("k8s/moved.yaml", kind.Created))
    moved = editor.uri("k8s/moved.yaml")
    await editor.until_has(moved, "selector-near-miss")
    (editor.folder / "k8s/moved.yaml").rename(editor.folder / "k8s/again.yaml")
    editor.disk(("k8s/moved.yaml", kind.Deleted), ("k8s/again.yaml", kind.Created))
    again = editor.uri("k8s/again.yaml")
    await editor.until_has(again, "selector-near-miss")
    # What is gone is said to be: nothing stays behind in the list of problems.
    await editor.until(moved, lambda all: not all)
    editor.write("k8s/again.yaml", text)
    editor.disk(("k8s/again.yaml", kind.Changed))
    await editor.until_has(web, "readiness-probe-missing")
    await editor.until_has_not(again, "selector-near-miss")
    # The file of an open document changes: the text of the editor counts.
    editor.write("k8s/web.yaml", "a: 1\n")
    editor.disk(("k8s/web.yaml", kind.Changed))
    editor.replace(web, "replicas: 2", "replicas: 3")
    await editor.until(web, lambda all: any("3 replicas" in one.message for one in all))


async def test_a_mistake_in_the_configuration_stands_there(editor: Editor):
    uri = editor.open(".kubesift.yaml")
    web = editor.open("k8s/web.yaml")
    await editor.until_has(web, "privileged-container")
    editor.replace(uri, "profile: default", "profile: defualt")
    found = await editor.until_has(uri, "configuration")
    assert "defualt" in editor.shown(found, editor.texts[uri])
    assert "default" in found.message
    editor.replace(uri, "profile: defualt", "profile: default")
    await editor.until_has_not(uri, "configuration")
    editor.replace(uri, "checks:\n", "checks:\n  privileged-container: off\n")
    await editor.until_has_not(web, "privileged-container")
