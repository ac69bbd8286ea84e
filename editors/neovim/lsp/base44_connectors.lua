---@brief
---
--- Base44 connector files: services, OAuth scopes, and the code that uses them.
---
--- This file stands alone: in a folder `lsp` of the runtime path it is all that Neovim 0.11 needs.
---
--- ```lua
--- vim.lsp.enable('base44_connectors')
--- ```

local CONFIG_NAMES = { 'config.json', 'config.jsonc' }
local CODE = { javascript = true, javascriptreact = true, typescript = true, typescriptreact = true }

---@param path string
---@return boolean
local function is_dir(path)
  return vim.fn.isdirectory(path) == 1
end

--- Whether `path` lies in or below `dir`.
---@param path string
---@param dir string
---@return boolean
local function is_below(path, dir)
  return vim.startswith(path, vim.fs.normalize(dir) .. '/')
end

--- The text of a JSONC or JSON5 file without its comments; a string may hold what looks like one.
---@param path string
---@return string
local function without_comments(path)
  local file = io.open(path)
  if not file then
    return ''
  end
  local text = file:read('*a')
  file:close()
  local P, S = vim.lpeg.P, vim.lpeg.S
  local function string_in(quote)
    return P(quote) * (P('\\') * 1 + (1 - S('\\' .. quote))) ^ 0 * P(quote)
  end
  local comment = P('//') * (1 - P('\n')) ^ 0 + P('/*') * (1 - P('*/')) ^ 0 * P('*/')
  return vim.lpeg.Cs((string_in('"') + string_in("'") + comment / '' + 1) ^ 0):match(text)
end

--- The folder that a config file's key names, as the CLI reads it: below the config file's own, even with a leading slash.
---@param text string
---@param key string
---@param default string
---@param config_dir string
---@return string
local function configured_dir(text, key, default, config_dir)
  local _, dir = text:match(key .. [[["']?%s*:%s*(["'])(.-)%1]])
  return vim.fs.normalize(config_dir .. '/' .. (dir or default))
end

---@class base44_connectors.Project
---@field root string The folder that holds `base44`, or the config file.
---@field config_dir string
---@field connectors_dir string
---@field backend_dirs string[]

---@param root string
---@param config_dir string
---@return base44_connectors.Project?
local function project_of(root, config_dir)
  local config = vim.iter(CONFIG_NAMES):find(function(name)
    return vim.uv.fs_stat(config_dir .. '/' .. name) ~= nil
  end)
  local text = config and without_comments(config_dir .. '/' .. config) or ''
  local functions_dir = configured_dir(text, 'functionsDir', 'functions', config_dir)
  local project = {
    root = root,
    config_dir = config_dir,
    connectors_dir = configured_dir(text, 'connectorsDir', 'connectors', config_dir),
    backend_dirs = {
      functions_dir,
      vim.fs.dirname(functions_dir) .. '/shared',
      configured_dir(text, 'actorsDir', 'actors', config_dir),
    },
  }
  -- Many repositories have a `config.json`, or a folder `connectors`, that is nothing of the kind: two signs of three make a project.
  local signs = { config ~= nil, vim.fs.basename(config_dir) == 'base44', is_dir(project.connectors_dir) }
  local count = vim.iter(signs):fold(0, function(sum, sign)
    return sum + (sign and 1 or 0)
  end)
  return count >= 2 and project or nil
end

--- The project that a file is in: the nearest on the way up, as the server and the `base44` CLI have it.
---@param path string
---@return base44_connectors.Project?
local function nearest_project(path)
  for dir in vim.fs.parents(path) do
    local outer = vim.fs.basename(dir) == 'base44' and vim.fs.dirname(dir) or dir
    local project = project_of(dir, dir .. '/base44') or project_of(outer, dir)
    if project then
      return project
    end
  end
end

--- Whether the server has anything to say about a file of this project.
---@param project base44_connectors.Project
---@param path string
---@param filetype string
---@return boolean
local function concerns(project, path, filetype)
  local dir, name = vim.fs.dirname(path), vim.fs.basename(path)
  if CODE[filetype] then
    return vim.iter(project.backend_dirs):any(function(folder)
      return is_below(path, folder)
    end)
  end
  return is_below(path, project.connectors_dir)
    or is_below(path, project.config_dir .. '/connectors')
    or dir == project.config_dir and vim.list_contains(CONFIG_NAMES, name)
    or name == 'base44-connectors-ls.jsonc' and (dir == project.config_dir or dir == project.root)
end

--- A code lens that counts uses: the list of them, where they are now.
---@param command lsp.Command
---@param context { client_id: integer }
local function show_references(command, context)
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  local params = {
    textDocument = { uri = command.arguments[1] },
    position = command.arguments[2],
    context = { includeDeclaration = false },
  }
  client:request('textDocument/references', params, function(_, found)
    local items = vim.lsp.util.locations_to_items(found or {}, client.offset_encoding)
    vim.fn.setqflist({}, ' ', { title = command.title, items = items })
    vim.cmd('botright copen')
  end, context.bufnr)
end

---@type vim.lsp.Config
return {
  cmd = { 'base44-connectors-ls' },
  filetypes = { 'json', 'jsonc', 'json5', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact' },
  root_dir = function(bufnr, on_dir)
    local path = vim.fs.normalize(vim.api.nvim_buf_get_name(bufnr))
    local project = nearest_project(path)
    if project and concerns(project, path, vim.bo[bufnr].filetype) then
      on_dir(project.root)
    end
  end,
  capabilities = { experimental = { base44Connectors = { commands = { 'base44-connectors.showReferences' } } } },
  commands = { ['base44-connectors.showReferences'] = show_references },
}
