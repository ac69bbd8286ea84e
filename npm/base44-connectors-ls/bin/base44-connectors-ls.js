#!/usr/bin/env node
// Starts the program that was built for this platform. It comes in an optional dependency of its own; nothing is downloaded here.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

const BY_HAND = "Build it with `cargo install base44-connectors-ls`, or take it from the releases page, and start that one.";

/**
 * The packages that fit, the best first.
 * @param {{ platform: string, arch: string, glibc: string | undefined }} machine
 */
function candidates({ platform, arch, glibc }) {
  const name = `@base44-connectors-ls/${platform}-${arch}`;
  if (platform !== "linux") return [name];
  // The program for musl is static, so it runs everywhere; the one for glibc is faster.
  return glibc === undefined ? [`${name}-musl`] : [`${name}-glibc`, `${name}-musl`];
}

function thisMachine() {
  const { platform, arch } = process;
  // Without this, making the report looks up the host names of open connections.
  process.report.excludeNetwork = true;
  return { platform, arch, glibc: process.report.getReport().header.glibcVersionRuntime };
}

/** @returns {string | undefined} The path of the program. */
function find(names, file) {
  for (const name of names) {
    try {
      return require.resolve(`${name}/${file}`);
    } catch {
      // Not installed: npm installs only what fits the machine.
    }
  }
}

function complain(problem) {
  console.error(`base44-connectors-ls: ${problem}`);
  process.exitCode = 2;
}

function start(program) {
  const child = spawn(program, process.argv.slice(2), { stdio: "inherit", windowsHide: true });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => forward(signal, child));
  child.on("error", (error) => complain(`${program} does not start (${error.message}). ${BY_HAND}`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** On Windows the console tells both of us, and `kill` would end the program before it can clean up. */
function forward(signal, child) {
  if (process.platform !== "win32") child.kill(signal);
}

function main() {
  const machine = thisMachine();
  const names = candidates(machine);
  const known = Object.keys(require("../package.json").optionalDependencies);
  const program = find(names, machine.platform === "win32" ? "base44-connectors-ls.exe" : "base44-connectors-ls");
  if (program !== undefined) start(program);
  else if (!names.some((name) => known.includes(name))) complain(`there is no build for ${machine.platform} on ${machine.arch}. ${BY_HAND}`);
  else
    complain(
      `the package ${names[0]} is missing. Install again, with optional dependencies (without --omit=optional or --no-optional), ` +
        `on the machine where it is to run: a node_modules folder, or a lock file, that was made on another platform lacks it.`,
    );
}

if (require.main === module) main();
module.exports = { candidates };
