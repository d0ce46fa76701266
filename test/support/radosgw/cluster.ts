import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { TEST_IDENTITY } from "../emulators.ts";

const run = promisify(execFile);
const COMMAND_MILLIS = 60_000;
const START_MILLIS = 60_000;

export interface Cluster extends AsyncDisposable {
  /** Where the gateway speaks S3. */
  readonly endpoint: string;
}

/**
 * Starts the smallest Ceph that has an S3 gateway: one monitor, one store in memory and radosgw, on free ports of this
 * machine, with all files in a temporary folder of their own. Disposed of, the processes end and the folder goes.
 */
export async function startCluster(): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), "radosgw-"));
  const daemons: ChildProcess[] = [];
  const stop = async () => {
    await Promise.all(daemons.toReversed().map(endDaemon));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { endpoint: await start(folder, daemons), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(folder: string, daemons: ChildProcess[]): Promise<string> {
  const [v2, v1, http] = (await findFreePorts(3)) as [number, number, number];
  const monitors = `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`;
  const cluster = randomUUID();
  for (const name of ["mon", "osd", "run", "rgw"]) await mkdir(join(folder, name));
  await writeFile(join(folder, "ceph.conf"), describeCluster(folder, { cluster, monitors, http }));
  const call = (name: string, ...args: string[]) => runTool(folder, name, args);
  const daemon = async (name: string, ...args: string[]) => daemons.push(await startDaemon(folder, name, args));

  await makeKeys(folder, call);
  await call("monmaptool", "--create", "--addv", "a", monitors, "--fsid", cluster, join(folder, "monmap"));
  await call("ceph-mon", "--mkfs", "-i", "a", "--monmap", join(folder, "monmap"), "--keyring", join(folder, "keyring"));
  await daemon("ceph-mon", "-f", "-i", "a");
  const store = randomUUID();
  await call("ceph", "osd", "new", store);
  await call("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", store);
  await daemon("ceph-osd", "-f", "-i", "0");
  const { accessKeyId, secretAccessKey } = TEST_IDENTITY.credentials;
  const keys = ["--access-key", accessKeyId, "--secret-key", secretAccessKey];
  await call("radosgw-admin", "user", "create", "--uid", "test", "--display-name", "test", ...keys);
  await daemon("radosgw", "-f", "-n", "client.rgw");
  const endpoint = `http://127.0.0.1:${http}`;
  await waitForAnswer(endpoint);
  return endpoint;
}

function describeCluster(
  folder: string,
  { cluster, monitors, http }: { readonly cluster: string; readonly monitors: string; readonly http: number },
): string {
  return `[global]
fsid = ${cluster}
mon host = ${monitors}
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
keyring = ${folder}/keyring
run dir = ${folder}/run
admin socket = ${folder}/run/$cluster-$name.asok
pid file = ${folder}/run/$name.pid
log file = ${folder}/$name.log
crash dir = ${folder}/run
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
osd objectstore = memstore
memstore device bytes = 1073741824
[mon.a]
mon data = ${folder}/mon
# A full disk of the machine is no reason to stop: nothing of this lasts.
mon data avail crit = 0
[osd.0]
osd data = ${folder}/osd
[client.rgw]
rgw data = ${folder}/rgw
keyring = ${folder}/keyring
rgw frontends = beast endpoint=127.0.0.1:${http}
`;
}

/** One file with the keys of all; the gateway does not start without one. */
async function makeKeys(folder: string, call: (name: string, ...args: string[]) => Promise<void>): Promise<void> {
  const file = join(folder, "keyring");
  const add = (name: string, ...caps: string[]) => call("ceph-authtool", file, "--gen-key", "-n", name, ...caps);
  await call("ceph-authtool", file, "--create-keyring", "--gen-key", "-n", "mon.", "--cap", "mon", "allow *");
  await add("client.admin", "--cap", "mon", "allow *", "--cap", "osd", "allow *");
  await add("osd.0", "--cap", "mon", "allow profile osd", "--cap", "osd", "allow *");
  await add("client.rgw", "--cap", "mon", "allow rw", "--cap", "osd", "allow rwx");
}

async function runTool(folder: string, name: string, args: readonly string[]): Promise<void> {
  await run(name, args, { env: environmentOf(folder), timeout: COMMAND_MILLIS });
}

async function startDaemon(folder: string, name: string, args: readonly string[]): Promise<ChildProcess> {
  const output = await open(join(folder, `${name}.out`), "w");
  const stdio = ["ignore", output.fd, output.fd] as const;
  const daemon = spawn(name, args, { env: environmentOf(folder), stdio: [...stdio] });
  daemon.on("error", () => undefined);
  await output.close();
  return daemon;
}

async function endDaemon(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null || daemon.pid === undefined) return;
  const ended = once(daemon, "exit");
  // Nothing that they hold is kept, so there is nothing to wait for.
  daemon.kill("SIGKILL");
  await ended;
}

function environmentOf(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, CEPH_CONF: join(folder, "ceph.conf") };
}

async function waitForAnswer(endpoint: string): Promise<void> {
  const deadline = Date.now() + START_MILLIS;
  for (;;) {
    const isUp = await fetch(endpoint).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return;
    if (Date.now() > deadline) throw new Error(`radosgw did not answer within ${START_MILLIS / 1000} s.`);
    await setTimeout(100);
  }
}

async function findFreePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
