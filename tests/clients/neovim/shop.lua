-- A headless Neovim (0.7 and later) in the example project: it shows a finding, makes its fix, and
-- jumps from a Service to its Deployment. Prints what failed and leaves with 1, else with 0.

local program = assert(os.getenv("KUBESIFT_BIN"), "KUBESIFT_BIN is not set")
local project = assert(os.getenv("KUBESIFT_PROJECT"), "KUBESIFT_PROJECT is not set")

-- Longer than anything here takes.
local GUARD = 30000

local function say(text)
  io.stdout:write(text .. "\n")
end

local function until_true(what, holds)
  if not vim.wait(GUARD, holds, 10) then
    error("in vain: " .. what)
  end
  say("ok: " .. what)
end

local function open(name)
  vim.cmd("edit " .. vim.fn.fnameescape(project .. "/" .. name))
  return vim.api.nvim_get_current_buf()
end

local function finding(buffer, code)
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    local given = one.code or (one.user_data and one.user_data.lsp and one.user_data.lsp.code)
    if given == code then
      return one
    end
  end
end

-- Sets the cursor on some words; `inside` letters after their first.
local function go_to(words, inside)
  vim.fn.cursor(1, 1)
  assert(vim.fn.search("\\V" .. words, "cW") > 0, "no such words: " .. words)
  if inside > 0 then
    vim.cmd("normal! " .. inside .. "l")
  end
end

local function ask(client, method, params, buffer)
  local answer, problem = client.request_sync(method, params, GUARD, buffer)
  assert(answer, problem)
  assert(not answer.err, answer.err and vim.inspect(answer.err))
  return answer.result
end

local function main()
  local id = vim.lsp.start_client({
    name = "kubesift",
    cmd = { program, "lsp" },
    root_dir = project,
    workspace_folders = { { uri = vim.uri_from_fname(project), name = "project" } },
  })
  assert(id, "the server does not start")
  until_true("the server says what it can", function()
    local client = vim.lsp.get_client_by_id(id)
    return client and client.initialized
  end)
  local client = vim.lsp.get_client_by_id(id)

  local web = open("k8s/web.yaml")
  assert(vim.lsp.buf_attach_client(web, id), "not attached")
  until_true("a finding is shown", function()
    return finding(web, "privileged-container") ~= nil
  end)
  local shown = finding(web, "privileged-container")
  local line = vim.api.nvim_buf_get_lines(web, shown.lnum, shown.lnum + 1, true)[1]
  assert(line:sub(shown.col + 1, shown.end_col) == "privileged: true", "underlined: " .. line)
  assert(shown.message:find("runs privileged", 1, true), shown.message)
  assert(shown.severity == vim.diagnostic.severity.ERROR, "an error")

  go_to("privileged: true", 0)
  local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
  params.context = { diagnostics = {}, only = { "quickfix" } }
  local fix
  for _, action in ipairs(ask(client, "textDocument/codeAction", params, web)) do
    local about = action.diagnostics and action.diagnostics[1].code
    if about == "privileged-container" and not action.title:find("^Ignore") then
      fix = fix or action
    end
  end
  assert(fix, "no fix is offered")
  if not fix.edit then
    fix = ask(client, "codeAction/resolve", fix, web)
  end
  vim.lsp.util.apply_workspace_edit(fix.edit, client.offset_encoding)
  local text = table.concat(vim.api.nvim_buf_get_lines(web, 0, -1, true), "\n")
  assert(not text:find("privileged: true", 1, true), "the fix did nothing:\n" .. text)
  until_true("the fix mends it", function()
    return finding(web, "privileged-container") == nil
  end)
  assert(#vim.diagnostic.get(web) > 0, "the other findings stand")
  vim.cmd("undo")
  until_true("undone, it is there again", function()
    return finding(web, "privileged-container") ~= nil
  end)
  vim.cmd("set nomodified")

  local service = open("k8s/service.yaml")
  assert(vim.lsp.buf_attach_client(service, id), "not attached")
  go_to("app: web", 1)
  local found =
    ask(client, "textDocument/definition", vim.lsp.util.make_position_params(0, client.offset_encoding), service)
  local target = vim.tbl_islist(found) and found[1] or found
  assert(target, "the selector leads nowhere")
  assert(vim.lsp.util.jump_to_location(target, client.offset_encoding), "no jump")
  local here = vim.api.nvim_buf_get_name(0)
  assert(here:sub(-#"/k8s/web.yaml") == "/k8s/web.yaml", "jumped to " .. here)
  assert(vim.api.nvim_get_current_line() == "  name: web", vim.api.nvim_get_current_line())
  say("ok: the Service leads to its Deployment")

  local hover = ask(client, "textDocument/hover", {
    textDocument = { uri = vim.uri_from_bufnr(service) },
    position = { line = 6, character = 6 },
  }, service)
  assert(hover and hover.contents.value:find("Deployment", 1, true), "what the selector selects")
  say("ok: the selector shows what it selects")

  vim.lsp.stop_client(id)
  until_true("the server leaves", function()
    return client.is_stopped()
  end)
end

local well, problem = xpcall(main, debug.traceback)
if not well then
  say("FAILED: " .. tostring(problem))
end
vim.cmd(well and "qall!" or "cquit 1")
