--- What the server cannot do without an editor: its commands by name, and choosing a service and its scopes.

local M = {}

local NAME = 'base44_connectors'

---@class base44_connectors.Service
---@field type string
---@field name string
---@field description string
---@field connected boolean Whether the project has a connector file for it.
---@field scopes integer How many it has.

---@class base44_connectors.Scope
---@field name string
---@field summary string
---@field risk string

--- The servers whose project the working directory is in or above; only the nearest of those it is in.
---@return vim.lsp.Client[]
local function clients_here()
  local here = vim.fs.normalize(vim.fn.getcwd()) .. '/'
  local around, below = nil, {}
  for _, client in ipairs(vim.lsp.get_clients({ name = NAME })) do
    local root = client.root_dir .. '/'
    if vim.startswith(here, root) then
      around = (not around or #around.root_dir < #client.root_dir) and client or around
    elseif vim.startswith(root, here) then
      table.insert(below, client)
    end
  end
  return around and { around } or below
end

--- Why no server runs, and what to do.
---@return string
local function why_none()
  local cmd = vim.lsp.config[NAME] and vim.lsp.config[NAME].cmd
  if type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 then
    return ('`%s` is not installed: `:checkhealth base44_connectors` says how.'):format(cmd[1])
  end
  return 'No Base44 project is open here: open one of its connector files first.'
end

--- The server of a buffer; for a buffer that has none, the one that runs here. Says so where there is none, or more than one.
---@param bufnr integer
---@return vim.lsp.Client?
local function client_for(bufnr)
  local attached = vim.lsp.get_clients({ name = NAME, bufnr = bufnr })[1]
  if attached then
    return attached
  end
  local clients = clients_here()
  if #clients == 1 then
    return clients[1]
  end
  local problem = why_none()
  if #clients > 1 then
    problem = 'Several Base44 projects are open here: go to a file of the one you mean.'
  end
  vim.notify(problem, vim.log.levels.WARN)
end

--- Runs a command of the server: for the project of the current buffer, or the one the server runs for.
---@param command string Without its prefix: `push`.
---@param arguments? table
---@param on_result? fun(result: any)
function M.run(command, arguments, on_result)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = client_for(bufnr)
  if not client then
    return
  end
  local uri = client.attached_buffers[bufnr] and vim.uri_from_bufnr(bufnr) or vim.uri_from_fname(client.root_dir)
  arguments = vim.tbl_extend('keep', arguments or {}, { uri = uri })
  client:exec_cmd({
    title = command,
    command = 'base44-connectors.' .. command,
    arguments = { arguments },
  }, { bufnr = bufnr }, function(err, result)
    if err then
      vim.notify(err.message, vim.log.levels.ERROR)
    elseif on_result then
      on_result(result)
    end
  end)
end

--- Puts what `choose_scopes` has gathered into a file.
---@param service string
---@param scopes string[]
local function add(service, scopes)
  M.run('addConnector', { type = service, scopes = scopes })
end

--- Lets the user pick any number of scopes, one question after the other; picking one again takes it out.
---@param service base44_connectors.Service
---@param scopes base44_connectors.Scope[]
---@param chosen table<string, true> By name.
local function choose_scopes(service, scopes, chosen)
  local DONE = { name = '' }
  local choices = vim.list_extend({ DONE }, scopes)
  vim.ui.select(choices, {
    prompt = ('Scopes of %s:'):format(service.name),
    kind = 'base44_scope',
    format_item = function(scope)
      if scope == DONE then
        local count = vim.tbl_count(chosen)
        return count == 0 and 'Create the file without scopes' or ('Create the file with %d scope(s)'):format(count)
      end
      -- What all of Google's scopes begin with tells nothing.
      local name = scope.name:gsub('^https://www%.googleapis%.com/auth/', '')
      local mark = chosen[scope.name] and '[x]' or '[ ]'
      return ('%s %s: %s (%s)'):format(mark, name, scope.summary, scope.risk)
    end,
  }, function(scope)
    if not scope then
      return
    end
    if scope == DONE then
      local names = vim.iter(scopes):map(function(it)
        return chosen[it.name] and it.name or nil
      end)
      return add(service.type, names:totable())
    end
    chosen[scope.name] = not chosen[scope.name] or nil
    -- Not from within the answer: the question may still be on the screen.
    vim.schedule(function()
      choose_scopes(service, scopes, chosen)
    end)
  end)
end

--- Makes a connector file: asks for the service, then for its scopes.
function M.add_connector()
  M.run('services', {}, function(services)
    vim.ui.select(services, {
      prompt = 'Connect to:',
      kind = 'base44_service',
      format_item = function(service)
        return ('%s%s: %s'):format(service.name, service.connected and ' (connected)' or '', service.description)
      end,
    }, function(service)
      if not service then
        return
      end
      if service.scopes == 0 then
        return add(service.type, {})
      end
      M.run('scopes', { type = service.type }, function(scopes)
        vim.schedule(function()
          choose_scopes(service, scopes, {})
        end)
      end)
    end)
  end)
end

return M
