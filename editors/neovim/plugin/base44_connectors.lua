--- The commands; what they do is loaded with the first of them.

if vim.g.loaded_base44_connectors then
  return
end
vim.g.loaded_base44_connectors = true

---@param name string
---@param description string
---@param action fun()
local function command(name, description, action)
  vim.api.nvim_create_user_command(name, action, { desc = description })
end

---@param name string Of the server's command.
---@return fun()
local function of_server(name)
  return function()
    require('base44_connectors').run(name)
  end
end

command('Base44Plan', 'Show what a push would change', of_server('plan'))
command('Base44Push', 'Push the connectors to Base44', of_server('push'))
command('Base44Pull', 'Replace the connector files by what Base44 has', of_server('pull'))
command('Base44Authorize', "Ask for consent to this file's scopes", of_server('authorize'))
command('Base44Refresh', 'Ask Base44 which services it offers', of_server('refresh'))
command('Base44AddConnector', 'Choose a service and its scopes', function()
  require('base44_connectors').add_connector()
end)
