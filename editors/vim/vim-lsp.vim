" Base44 connector files with vim-lsp: source this from your vimrc, after vim-lsp.

" The folder that holds `base44`. None: then vim-lsp takes the working directory, and the server leaves alone what is in no project.
function! s:root(server_info) abort
  let l:found = lsp#utils#find_nearest_parent_file_directory(lsp#utils#get_buffer_path(), ['base44/'])
  return empty(l:found) ? '' : lsp#utils#path_to_uri(l:found)
endfunction

if executable('base44-connectors-ls')
  augroup base44_connectors
    autocmd!
    autocmd User lsp_setup call lsp#register_server({
          \ 'name': 'base44-connectors-ls',
          \ 'cmd': {server_info -> ['base44-connectors-ls']},
          \ 'root_uri': function('s:root'),
          \ 'allowlist': ['json', 'jsonc', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact'],
          \ })
  augroup END
endif
