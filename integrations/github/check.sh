#!/usr/bin/env bash
# The step of action.yml that checks. Its inputs are the environment variables that begin with INPUT_.
set -euo pipefail

binary=${INPUT_BINARY:-$RUNNER_TEMP/base44-connectors-ls/base44-connectors-ls}
arguments=(--check --format github)
if [ "$INPUT_ERROR_ON_WARNINGS" = true ]; then
    arguments+=(--error-on-warnings)
fi
if [ -n "$INPUT_SINCE" ]; then
    arguments+=(--since "$INPUT_SINCE")
fi
if [ -n "$INPUT_FAIL_ON_RISK" ]; then
    arguments+=(--fail-on-risk "$INPUT_FAIL_ON_RISK")
fi
if [ -n "$INPUT_SARIF" ]; then
    arguments+=(--output "sarif=$INPUT_SARIF")
    echo "sarif=$INPUT_SARIF" >>"$GITHUB_OUTPUT"
fi
summary=$RUNNER_TEMP/base44-connectors.md
if [ "$INPUT_SUMMARY" = true ]; then
    arguments+=(--output "markdown=$summary")
fi
arguments+=(--)
while IFS= read -r path; do
    if [ -n "$path" ]; then
        arguments+=("$path")
    fi
done <<<"$INPUT_PATH"

code=0
"$binary" "${arguments[@]}" || code=$?
if [ "$INPUT_SUMMARY" = true ] && [ -f "$summary" ]; then
    cat "$summary" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
