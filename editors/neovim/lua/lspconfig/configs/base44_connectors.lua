--- The same configuration as nvim-lspconfig's older interface wants it: require('lspconfig').base44_connectors.setup({})

local config = dofile(vim.api.nvim_get_runtime_file('lsp/base44_connectors.lua', false)[1])

-- The older interface has no `commands` of one client; these are asked by name, whichever server they come from.
for name, run in pairs(config.commands) do
  vim.lsp.commands[name] = run
end

return {
  default_config = {
    cmd = config.cmd,
    filetypes = config.filetypes,
    root_dir = function(path, bufnr)
      local root
      config.root_dir(bufnr or vim.fn.bufnr(path), function(dir)
        root = dir
      end)
      return root
    end,
    single_file_support = false,
    capabilities = config.capabilities,
  },
  docs = { description = 'Base44 connector files: services, OAuth scopes, and the code that uses them.' },
}
