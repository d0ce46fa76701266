import { spawnSync } from "node:child_process";
import { startCluster } from "./cluster.ts";

/**
 * Runs the S3 tests against Debian's radosgw, a second implementation of S3: installs it with apt when it is missing,
 * starts it, runs the tests, and stops it.
 *
 * Exit status: that of the tests; 1 when the server does not start; 3, after a sentence that says why, when the server
 * is not here and cannot be installed.
 */
const PACKAGES = ["radosgw", "ceph-mon", "ceph-osd"];
const PROGRAMS = ["radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd", "ceph-authtool", "monmaptool"];
const CANNOT = 3;

process.exitCode = await main();

async function main(): Promise<number> {
  const reason = install();
  if (reason !== null) {
    process.stderr.write(`The radosgw tests were not run: ${reason}\n`);
    return CANNOT;
  }
  await using cluster = await startCluster();
  const tests = spawnSync(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "test/stores/s3-on-radosgw.test.ts"],
    {
      env: { ...process.env, RADOSGW_ENDPOINT: cluster.endpoint },
      stdio: "inherit",
    },
  );
  return tests.status ?? 1;
}

/** @returns why the programs cannot be had, or null when they are here */
function install(): string | null {
  const missing = findMissing();
  if (missing.length === 0) return null;
  const said = `${missing.join(", ")} missing`;
  if (process.platform !== "linux") return `${said}, and this is not Linux.`;
  if (process.getuid?.() !== 0) return `${said}, and only root may install ${PACKAGES.join(", ")}.`;
  if (!has("apt-get")) return `${said}, and there is no apt-get to install ${PACKAGES.join(", ")}.`;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const steps = [["update"], ["install", "-y", "--no-install-recommends", ...PACKAGES]];
  for (const args of steps) {
    const { status } = spawnSync("apt-get", ["-q", ...args], { env, stdio: ["ignore", "ignore", "inherit"] });
    if (status !== 0) return `${said}, and apt-get ${args[0]} failed with status ${status}.`;
  }
  return findMissing().length === 0 ? null : `${findMissing().join(", ")} missing after the installation.`;
}

function findMissing(): string[] {
  return PROGRAMS.filter((program) => !has(program));
}

function has(program: string): boolean {
  return spawnSync("which", [program], { stdio: "ignore" }).status === 0;
}
