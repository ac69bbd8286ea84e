// Makes the npm packages of a release: node release/npm.mjs --archives DIR --out DIR [--target TARGET …]
//
// DIR holds the archives of release/archive.sh. Without --target all platforms must be there. What is made is ready for `npm publish`: one
// folder per platform, and `base44-connectors-ls`, which depends on them.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { archives: { type: "string" }, out: { type: "string" }, target: { type: "string", multiple: true } },
});
const [archives, out] = [resolve(values.archives), resolve(values.out)];
const root = resolve(import.meta.dirname, "..");
const main = join(root, "npm/base44-connectors-ls");
const manifest = JSON.parse(readFileSync(join(main, "package.json"), "utf8"));
const platforms = JSON.parse(readFileSync(join(root, "release/platforms.json"), "utf8"));

for (const { target, npm } of platforms) {
  if (values.target === undefined || values.target.includes(target)) makePlatform(target, npm);
}
const folder = join(out, "base44-connectors-ls");
rmSync(folder, { recursive: true, force: true });
cpSync(main, folder, { recursive: true });
cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));

function makePlatform(target, { os, cpu, libc }) {
  const name = [os, cpu, libc].filter(Boolean).join("-");
  const folder = join(out, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const program = os === "win32" ? "base44-connectors-ls.exe" : "base44-connectors-ls";
  // The archive is read from here, so that no path with a colon (Windows) is an argument of tar's.
  const archive = readFileSync(join(archives, `base44-connectors-ls-${target}.tgz`));
  execFileSync("tar", ["-xzf", "-", "--strip-components=1"], { cwd: folder, input: archive });
  chmodSync(join(folder, program), 0o755);
  const { version, license, repository } = manifest;
  const description = `base44-connectors-ls for ${name}`;
  const limits = { os: [os], cpu: [cpu], ...(libc && { libc: [libc] }) };
  const files = [program, "LICENSE", "README.md"];
  const made = { name: `@base44-connectors-ls/${name}`, version, description, license, repository, ...limits, files, preferUnplugged: true };
  writeFileSync(join(folder, "package.json"), JSON.stringify(made, null, 2) + "\n");
}
