# Base44 connector files with kakoune-lsp: source this from your kakrc, after `eval %sh{kak-lsp}`.
#
# Plan, push and the like are in the menu of `:lsp-code-actions`. A question of theirs waits for `:lsp-show-message-request-next`.

# A filetype of its own, so that other JSON files are left alone. Where a project's `connectorsDir` points elsewhere, add its path.
hook global BufCreate .*/(base44/(connectors/.*|config)|base44-connectors-ls)\.jsonc? %{
    set-option buffer filetype base44-connector
}

hook global BufSetOption filetype=base44-connector %{
    set-option buffer lsp_language_id jsonc
    set-option buffer lsp_servers %{
        [base44-connectors-ls]
        root_globs = ["base44"]
        command = "base44-connectors-ls"
    }
}

hook global WinSetOption filetype=base44-connector %{
    require-module json
    add-highlighter window/base44-connector ref json
    lsp-enable-window
}
