"""Code actions, each made: what they promise is so afterwards."""

from lsprotocol import types as lsp

from editor import Editor, all_but

IDLE = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: idle  # kubesift: ignore[privileged-container] nothing here
"""


async def test_a_fix_mends_its_finding(editor: Editor):
    uri = editor.open("k8s/web.yaml")
    await editor.until_has(uri, "privileged-container")
    actions = await editor.actions(uri, "privileged: true", ["quickfix"])
    fix = next(
        one for one in actions
        if one.diagnostics[0].code == "privileged-container" and "gnore" not in one.title
    )
    assert not fix.is_preferred, "it may change how the workload behaves"
    edit = await editor.edit_of(fix)
    if editor.capabilities.workspace.workspace_edit.change_annotation_support:
        assert any(one.needs_confirmation for one in edit.change_annotations.values())
    await editor.make(edit)
    await editor.until_has_not(uri, "privileged-container")


async def test_a_fix_counts_letters_as_agreed(editor: Editor):
    uri = editor.open("k8s/report.yaml")
    await editor.until_has(uri, "privileged-container")
    actions = await editor.actions(uri, "privileged: true", ["quickfix"])
    fix = next(
        one for one in actions
        if one.diagnostics[0].code == "privileged-container" and "gnore" not in one.title
    )
    before = editor.texts[uri]
    await editor.make(await editor.edit_of(fix))
    await editor.until_has_not(uri, "privileged-container")
    assert editor.texts[uri].partition("securityContext")[0] == before.partition("securityContext")[0]


async def test_a_safe_fix_is_preferred(editor: Editor):
    uri = editor.open("k8s/idle.yaml", IDLE)
    await editor.until_has(uri, "unused-suppression")
    actions = await editor.actions(uri, "nothing here", ["quickfix"])
    fix = next(one for one in actions if one.is_preferred)
    await editor.make(await editor.edit_of(fix))
    await editor.until_has_not(uri, "unused-suppression")
    assert "#" not in editor.texts[uri]


async def test_all_safe_fixes_on_save(editor: Editor):
    uri = editor.open("k8s/idle.yaml", IDLE + "---\n" + IDLE.replace("name: idle", "name: other"))
    await editor.until_has(uri, "unused-suppression")
    for only in (["source.fixAll.kubesift"], ["source.fixAll"], ["source"]):
        actions = await editor.actions(uri, "v1", only)
        assert [one.kind for one in actions] == ["source.fixAll.kubesift"], only
    await editor.make(await editor.edit_of(actions[0]))
    await editor.until_has_not(uri, "unused-suppression")
    assert "#" not in editor.texts[uri]


async def test_the_command_fixes_too(editor: Editor):
    uri = editor.open("k8s/idle.yaml", IDLE)
    await editor.until_has(uri, "unused-suppression")
    params = lsp.ExecuteCommandParams(command="kubesift.fixAll", arguments=[uri])
    await editor.ask(lambda: editor.client.workspace_execute_command_async(params))
    workspace = editor.capabilities.workspace
    assert bool(editor.applied) == bool(workspace.apply_edit)
    for edit in editor.applied:
        await editor.make(edit)
        await editor.until_has_not(uri, "unused-suppression")


async def ignore(editor: Editor, words: str) -> tuple[str, str]:
    uri = editor.open("k8s/web.yaml")
    await editor.until_has(uri, "privileged-container")
    before = editor.texts[uri]
    actions = await editor.actions(uri, "privileged: true", ["quickfix"])
    action = next(
        one for one in actions
        if one.title.startswith("Ignore privileged-container") and words in one.title
    )
    await editor.make(await editor.edit_of(action))
    found = await editor.until_has_not(uri, "privileged-container")
    assert all_but("unused-suppression", found)
    return uri, before


async def test_a_finding_is_ignored_on_its_line(editor: Editor):
    uri, before = await ignore(editor, "on this line")
    changed = set(editor.texts[uri].split("\n")) - set(before.split("\n"))
    assert len(changed) == 1 and "kubesift: ignore[privileged-container]" in changed.pop()


async def test_a_finding_is_ignored_for_its_object(editor: Editor):
    uri, _ = await ignore(editor, "Deployment web")
    assert "kubesift.dev/ignore.privileged-container" in editor.texts[uri]


async def test_a_finding_is_ignored_in_its_file(editor: Editor):
    uri, before = await ignore(editor, "in this file")
    assert "ignore-file" in editor.texts[uri]
    assert editor.texts[uri].endswith(before)


async def test_a_finding_is_ignored_in_the_configuration(editor: Editor):
    _, before = await ignore(editor, ".kubesift.yaml")
    config = (editor.folder / ".kubesift.yaml").read_text()
    assert "privileged-container" in config and "profile: default" in config
    assert editor.texts[editor.uri("k8s/web.yaml")] == before
