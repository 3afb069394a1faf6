// Runs before `npm start` and `npm test`. Hardhat's engine is an optional package that npm leaves out unless Node 22 or
// newer does the install, so this installs under Node 24, whatever Node it is called with: first Node 24 alone into
// .install/, then with it the packages of package-lock.json. A stamp in node_modules says that all of this was done;
// without it everything is made anew, so an install killed half-way is repaired by the next call.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const INSTALL_NODE = "24.21.0";
const BEAT_MS = 1_000;
const STALE_MS = 8_000;

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const inRoot = (...parts) => path.join(root, ...parts);
const modules = inRoot("node_modules");
const stampFile = path.join(modules, ".common-seal-stamp");
const workDir = inRoot(".install");
const lockFile = path.join(workDir, "alive");
const logFile = inRoot(".install.log");
const onWindows = process.platform === "win32";

class Stop extends Error {}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const remove = (folder) => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });

function stamp() {
  const hash = createHash("sha256")
    .update(fs.readFileSync(inRoot("package-lock.json")))
    .digest("hex");
  return `${hash} ${process.platform} ${process.arch}\n`;
}

function isInstalled() {
  try {
    return fs.readFileSync(stampFile, "utf8") === stamp();
  } catch {
    return false;
  }
}

/** The environment without what an outer npm put there, save where packages come from; `bin` comes first on PATH. */
function environment(bin) {
  const kept =
    /^npm_config_(registry|cache|userconfig|globalconfig|noproxy|(https?_|https?-)?proxy|ca|cafile|cert|key|strict_ssl|@.*|\/\/.*)$/i;
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => kept.test(name) || !/^(npm_.*|node|init_cwd|path)$/i.test(name)),
  );
  const local = path.join("node_modules", ".bin");
  const paths = (process.env.PATH || "")
    .split(path.delimiter)
    .filter((entry) => !path.normalize(entry).endsWith(local));
  return {
    ...env,
    PATH: (bin ? [bin] : []).concat(paths).join(path.delimiter),
    npm_config_fetch_retries: "1",
    npm_config_fetch_retry_mintimeout: "1000",
    npm_config_fetch_timeout: "30000",
    npm_config_loglevel: "error",
  };
}

/**
 * Runs npm in a process group of its own, under a guard (this file with --guard) that ends the group when this process
 * is gone: an npm left behind by a SIGKILL would write into the folder of the next install.
 */
function npm(args, cwd, bin) {
  const log = fs.openSync(logFile, "a");
  return new Promise((resolve, reject) => {
    const child = spawn("node", [fileURLToPath(import.meta.url), "--guard", ...args], {
      cwd,
      env: environment(bin),
      detached: !onWindows,
      stdio: ["pipe", log, log],
    });
    child.on("error", () =>
      reject(new Stop("npm is missing: install Node 20 or newer with npm, then run this again.")),
    );
    child.on("exit", (code) => {
      fs.closeSync(log);
      if (code === 0) return resolve();
      reject(new Stop(code === 127 ? "npm is missing: install it, then run this again." : failure()));
    });
  });
}

function guard(args) {
  const child = spawn("npm", args, { stdio: ["ignore", "inherit", "inherit"], shell: onWindows });
  const end = () => (onWindows ? child.kill() : process.kill(0, "SIGKILL"));
  process.stdin.on("end", end).on("error", end).resume();
  child.on("error", (error) => process.exit(error.code === "ENOENT" ? 127 : 1));
  child.on("exit", (code) => process.exit(code === null ? 1 : code));
}

/** Says in one line why npm failed. */
function failure() {
  const log = fs.readFileSync(logFile, "utf8");
  if (/ENOSPC/.test(log)) return "The install failed: the disk is full.";
  const offline =
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|FETCH_ERROR|network timeout/i;
  return offline.test(log)
    ? "The npm registry cannot be reached: the first run needs the network. Run this again once it is there."
    : "The install failed; .install.log says why. Run this again to repeat it.";
}

async function install() {
  fs.writeFileSync(logFile, "");
  // Said late, so that what fails at once (no network, no npm) is one line.
  const notice = setTimeout(() => process.stderr.write("Installing the packages (once, about a minute) ...\n"), 3_000);
  try {
    await installWith(await fetchNode());
  } finally {
    clearTimeout(notice);
  }
}

/** Puts Node 24 into .install/ and returns the folder to find it in. */
async function fetchNode() {
  fs.writeFileSync(
    path.join(workDir, "package.json"),
    `{ "private": true, "dependencies": { "node": "${INSTALL_NODE}" } }\n`,
  );
  await npm(["install", "--no-package-lock", "--no-audit", "--no-fund"], workDir, null);
  const bin = path.join(workDir, "node_modules", ".bin");
  const version = spawnSync("node", ["--version"], { env: environment(bin), encoding: "utf8" }).stdout || "";
  if (version.trim() !== `v${INSTALL_NODE}`) throw new Stop(failure());
  return bin;
}

async function installWith(bin) {
  remove(modules);
  await npm(["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund"], root, bin);
  const probe = ["-e", "require('@nomicfoundation/edr')"];
  const engine = spawnSync("node", probe, {
    cwd: root,
    env: environment(path.join(modules, ".bin")),
    encoding: "utf8",
  });
  if (engine.status !== 0) {
    fs.appendFileSync(logFile, engine.stderr || String(engine.error));
    throw new Stop("Hardhat's engine does not run on this system; .install.log says why.");
  }
  fs.writeFileSync(stampFile, stamp());
}

/** Makes .install/ with a lock in it that lives as long as this process. Waits where another process holds it. */
async function takeLock() {
  for (let said = false; !isInstalled();) {
    try {
      fs.mkdirSync(workDir);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const held = [lockFile, workDir].map((name) => fs.statSync(name, { throwIfNoEntry: false })).find(Boolean);
    if (held && Math.abs(Date.now() - held.mtimeMs) < STALE_MS) {
      if (!said) process.stderr.write("Waiting for another install in this folder ...\n");
      said = true;
      await sleep(BEAT_MS / 2);
    } else {
      remove(workDir);
    }
  }
  if (isInstalled()) return false;
  const beat = () => {
    try {
      fs.writeFileSync(lockFile, "");
    } catch {
      // The folder was taken away; the install fails by itself then.
    }
  };
  fs.writeFileSync(path.join(workDir, ".gitignore"), "*\n");
  beat();
  setInterval(beat, BEAT_MS).unref();
  return true;
}

async function main() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < OLDEST_NODE) {
    throw new Stop(
      `Node ${process.versions.node} is too old: install Node ${OLDEST_NODE} or newer, then run this again.`,
    );
  }
  if (isInstalled() || !(await takeLock())) return;
  try {
    await install();
  } finally {
    remove(workDir);
  }
}

if (process.argv[2] === "--guard") {
  guard(process.argv.slice(3));
} else {
  main().catch((error) => {
    process.stderr.write(`${error instanceof Stop ? error.message : `The install failed: ${error.message}`}\n`);
    process.exitCode = 1;
  });
}
