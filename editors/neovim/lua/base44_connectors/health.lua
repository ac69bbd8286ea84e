--- `:checkhealth base44_connectors`

local M = {}

local NAME = 'base44_connectors'
local INSTALL = 'Install it (`npm install --global base44-connectors-ls`, or `cargo install base44-connectors-ls`), '
  .. "or name it: `vim.lsp.config('base44_connectors', { cmd = { '/path/to/base44-connectors-ls' } })`"

---@param config vim.lsp.Config
local function check_server(config)
  if type(config.cmd) ~= 'table' then
    vim.health.info('The server is started by a function of yours')
    return
  end
  local program = config.cmd[1]
  if vim.fn.executable(program) == 0 then
    vim.health.error(('`%s` is not executable'):format(program), INSTALL)
    return
  end
  local started, process = pcall(vim.system, { program, '--version' }, { text = true })
  local result = started and process:wait(10000)
  if result and result.code == 0 then
    vim.health.ok(('`%s`: %s'):format(vim.fn.exepath(program), vim.trim(result.stdout)))
  else
    vim.health.error(('`%s --version` fails'):format(program), INSTALL)
  end
end

local function check_clients()
  local clients = vim.lsp.get_clients({ name = NAME })
  if #clients == 0 then
    vim.health.info('No server runs: it starts when a connector file, or code of a Base44 backend, is opened')
  end
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_count(client.attached_buffers)
    vim.health.ok(('Runs for `%s` with %d buffer(s)'):format(client.root_dir, buffers))
  end
end

--- The CLI that the server would find, without running anything: the project's own, else one on the PATH.
---@param root string
---@return string?
local function find_cli(root)
  local places = { root .. '/node_modules/.bin/base44' }
  for dir in vim.fs.parents(root) do
    table.insert(places, dir .. '/node_modules/.bin/base44')
  end
  vim.list_extend(places, { 'base44', 'npx' })
  return vim.iter(places):map(vim.fn.exepath):find(function(path)
    return path ~= ''
  end)
end

---@param config vim.lsp.Config
local function check_cli(config)
  local chosen = vim.tbl_get(config, 'init_options', 'cli', 'command')
  local client = vim.lsp.get_clients({ name = NAME })[1]
  local cli = chosen and table.concat(chosen, ' ') or find_cli(client and client.root_dir or vim.fn.getcwd())
  if cli then
    vim.health.ok(('Push, Authorize, Plan and Pull can use `%s`'):format(cli))
  else
    vim.health.warn('Push, Authorize, Plan and Pull need the `base44` CLI', 'Install Node.js and `npm install base44`')
  end
end

function M.check()
  vim.health.start('base44_connectors')
  if vim.fn.has('nvim-0.11') == 0 then
    vim.health.error('Neovim 0.11 or newer is needed')
    return
  end
  local config = vim.lsp.config[NAME]
  if not config then
    vim.health.error('`lsp/base44_connectors.lua` is not on the runtime path')
    return
  end
  check_server(config)
  if vim.lsp.is_enabled(NAME) then
    vim.health.ok('Enabled')
  else
    vim.health.warn('Not enabled', "Add `vim.lsp.enable('base44_connectors')` to your init.lua")
  end
  check_clients()
  check_cli(config)
  if not vim.list_contains(vim.opt.completeopt:get(), 'fuzzy') then
    vim.health.info("`vim.opt.completeopt:append('fuzzy')` lets completion find scopes by their parts: `cal.ev`")
  end
end

return M
