import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { WorkQueue } from "../../functions/local/work-queue.ts";
import { createLog } from "../../functions/log.ts";

function createQueue(run: (task: number) => Promise<boolean>, logged: string[] = []) {
  const log = createLog((line) => logged.push(line));
  return new WorkQueue<number>({ run, concurrency: 2, retryMillis: 5, maxTries: 3, log });
}

describe("the work queue", () => {
  it("does every task, in order, and never more than two at a time", async () => {
    let active = 0;
    let mostActive = 0;
    const begun: number[] = [];
    const queue = createQueue(async (task) => {
      begun.push(task);
      active += 1;
      mostActive = Math.max(mostActive, active);
      await sleep(2);
      active -= 1;
      return true;
    });
    for (let task = 0; task < 10; task++) queue.push(task);
    while (begun.length < 10) await sleep(2);
    await queue.close(1000);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(mostActive).toBe(2);
  });

  it("does a task again until it is done", async () => {
    let tries = 0;
    const queue = createQueue(async () => ++tries === 3);
    queue.push(1);
    await sleep(60);
    await queue.close(1000);
    expect(tries).toBe(3);
  });

  it("gives up after the last try and says so", async () => {
    let tries = 0;
    const logged: string[] = [];
    const queue = createQueue(async () => ++tries > 100, logged);
    queue.push(1);
    await sleep(80);
    await queue.close(1000);
    expect(tries).toBe(3);
    expect(logged).toEqual(['{"level":"error","event":"event given up","tries":3}']);
  });

  it("treats a task that throws as one to do again, and goes on with the others", async () => {
    const done: number[] = [];
    let isFirst = true;
    const queue = createQueue(async (task) => {
      if (isFirst) {
        isFirst = false;
        throw new Error("odd");
      }
      done.push(task);
      return true;
    });
    queue.push(1);
    queue.push(2);
    await sleep(50);
    await queue.close(1000);
    expect(done).toEqual([2, 1]);
  });

  it("begins a delayed task when its time has come", async () => {
    const begun: number[] = [];
    const queue = createQueue(async (task) => begun.push(task) > 0);
    queue.push(1, 40);
    queue.push(2);
    await sleep(10);
    expect(begun).toEqual([2]);
    await sleep(60);
    await queue.close(1000);
    expect(begun).toEqual([2, 1]);
  });

  it("waits at its end for what is being done, begins nothing more, and does not wait for ever", async () => {
    const begun: number[] = [];
    let isDone = false;
    const queue = createQueue(async (task) => {
      begun.push(task);
      await sleep(task);
      isDone = true;
      return true;
    });
    for (const task of [30, 30, 31]) queue.push(task);
    await queue.close(1000);
    queue.push(32);
    expect([begun, isDone]).toEqual([[30, 30], true]);
    const slow = createQueue(async () => await sleep(60_000, true, { ref: false }));
    slow.push(1);
    await slow.close(10);
  });
});
