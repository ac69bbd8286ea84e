--- Base44 connector files. Enable with: vim.lsp.enable('base44_connectors')
---
--- The server finds the projects itself and leaves other JSON files alone. Scopes are matched by their parts, so completion is at
--- its best with: vim.opt.completeopt:append('fuzzy')
---@type vim.lsp.Config
return {
  cmd = { 'base44-connectors-ls' },
  filetypes = { 'json', 'jsonc' },
  root_markers = { 'base44', '.git' },
  workspace_required = true,
}
