;;; base44-connectors.el --- Base44 connector files, with Eglot or lsp-mode  -*- lexical-binding: t; -*-

;; Package-Requires: ((emacs "29.1"))

;;; Commentary:

;; Put this file on the `load-path', `base44-connectors-ls' on the PATH, and into your init file:
;;
;;     (require 'base44-connectors)
;;     (add-hook 'base44-connector-mode-hook #'eglot-ensure)   ; or #'lsp-deferred
;;
;; Connector files get a mode of their own, so that other JSON files are left alone.  Where a project's `connectorsDir'
;; points elsewhere, add its path to `auto-mode-alist'.

;;; Code:

(defvar eglot-server-programs)
(defvar lsp-language-id-configuration)
(declare-function eglot-current-server "eglot")
(declare-function eglot-execute "eglot")
(declare-function lsp-register-client "lsp-mode")
(declare-function make-lsp-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")
(declare-function lsp-workspace-command-execute "lsp-mode")

(defvar base44-connectors-command '("base44-connectors-ls")
  "The program of the language server, and its arguments.")

;;;###autoload
(define-derived-mode base44-connector-mode js-json-mode "Base44"
  "Major mode for Base44 connector files.")

;;;###autoload
(add-to-list 'auto-mode-alist
             '("/base44/\\(?:connectors/.+\\|config\\)\\.jsonc?\\'" . base44-connector-mode))
;;;###autoload
(add-to-list 'auto-mode-alist '("/base44-connectors-ls\\.jsonc\\'" . base44-connector-mode))

;; Without version control, Eglot would take each folder for a project.
(defun base44-connectors--project (directory)
  "The Base44 project around DIRECTORY."
  (when-let* ((root (locate-dominating-file directory "base44")))
    (cons 'transient root)))
(add-hook 'project-find-functions #'base44-connectors--project 90)

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               `((base44-connector-mode :language-id "jsonc") . ,base44-connectors-command)))

(with-eval-after-load 'lsp-mode
  (add-to-list 'lsp-language-id-configuration '(base44-connector-mode . "jsonc"))
  (lsp-register-client
   (make-lsp-client :new-connection (lsp-stdio-connection (lambda () base44-connectors-command))
                    :major-modes '(base44-connector-mode)
                    :server-id 'base44-connectors)))

(defun base44-connectors--run (command)
  "Let the server run COMMAND for the project of this buffer."
  (let ((name (concat "base44-connectors." command))
        (arguments (vector (list :uri (concat "file://" (url-hexify-string buffer-file-name url-path-allowed-chars))))))
    (if (and (fboundp 'eglot-current-server) (eglot-current-server))
        (eglot-execute (eglot-current-server) (list :command name :arguments arguments))
      (lsp-workspace-command-execute name arguments))))

(defun base44-connectors-plan ()
  "Show what a push would add, change and remove."
  (interactive)
  (base44-connectors--run "plan"))

(defun base44-connectors-push ()
  "Push the connectors of this project to Base44, after a question."
  (interactive)
  (base44-connectors--run "push"))

(defun base44-connectors-authorize ()
  "Ask for consent to the scopes in this buffer."
  (interactive)
  (base44-connectors--run "authorize"))

(provide 'base44-connectors)

;;; base44-connectors.el ends here
