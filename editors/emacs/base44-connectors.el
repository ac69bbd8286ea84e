;;; base44-connectors.el --- Base44 connector files, with Eglot or lsp-mode  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "29.1"))
;; Keywords: languages, tools

;;; Commentary:

;; Put this file on the `load-path', `base44-connectors-ls' on the PATH, and into your init file:
;;
;;     (require 'base44-connectors)
;;     (add-hook 'base44-connector-mode-hook #'eglot-ensure)   ; or #'lsp-deferred
;;
;; Connector files get a mode of their own, so that other JSON files are left alone.  Where a project's `connectorsDir'
;; points elsewhere, add its path to `auto-mode-alist'.

;;; Code:

(require 'js)
(require 'url-util)

;; Of whichever of the two clients is there.
(defvar eglot-server-programs)
(defvar lsp-language-id-configuration)
(declare-function eglot-current-server "eglot")
(declare-function eglot-managed-p "eglot")
(declare-function jsonrpc-async-request "jsonrpc")
(declare-function lsp-register-client "lsp-mode")
(declare-function lsp-request-async "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")
(declare-function make-lsp-client "lsp-mode")

(defvar base44-connectors-command '("base44-connectors-ls")
  "The program of the language server, and its arguments.")

;;;###autoload
(define-derived-mode base44-connector-mode js-json-mode "Base44"
  "Major mode for Base44 connector files."
  ;; A scope is one symbol, so that completion takes all of `calendar.ev' for what was typed.
  (dolist (character '(?. ?: ?-))
    (modify-syntax-entry character "_")))

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
                    :priority 1 ; above that of the JSON server, which takes the same language
                    :server-id 'base44-connectors)))

(defun base44-connectors--uri ()
  "The URI of the file in this buffer."
  (let ((path (url-hexify-string buffer-file-name url-path-allowed-chars)))
    (concat "file://" (unless (string-prefix-p "/" path) "/") path)))

(defun base44-connectors--run (command)
  "Let the server run COMMAND for the project of this buffer.
It asks and reports by itself; its answer comes after the user's own."
  (let ((parameters (list :command (concat "base44-connectors." command)
                          :arguments (vector (list :uri (base44-connectors--uri)))))
        (fail (lambda (problem) (message "%s" (plist-get problem :message)))))
    (cond ((not (derived-mode-p 'base44-connector-mode))
           (user-error "This is no connector file"))
          ((and (fboundp 'eglot-managed-p) (eglot-managed-p))
           (jsonrpc-async-request (eglot-current-server) :workspace/executeCommand parameters
                                  :success-fn #'ignore :error-fn fail :timeout nil))
          ((bound-and-true-p lsp-mode)
           (lsp-request-async "workspace/executeCommand" parameters #'ignore :mode 'detached))
          (t (user-error "No server runs for this buffer: `M-x eglot' or `M-x lsp' starts it")))))

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
