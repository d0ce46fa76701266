import { setTimeout as sleep } from "node:timers/promises";
import { parseCallbackMessage } from "../api/webhooks/callback-message.ts";
import { type createCallbackDelivery, deliveryFault } from "../api/webhooks/deliver-callback.ts";
import type { Log } from "../log.ts";
import type { WaitingMessages } from "../stores/sqlite-message-queue.ts";

export interface CallbackWorkerOptions {
  readonly messages: WaitingMessages;
  readonly deliver: ReturnType<typeof createCallbackDelivery>;
  readonly now: () => Date;
  readonly log: Log;
}

const CONCURRENCY = 4;
/** After a fault of our own, and between two looks when no message says otherwise. */
const PAUSE_MILLIS = 30_000;
/** A message is pushed before the end that it tells of is stored. */
const STORING_MILLIS = 50;

/** Delivers callbacks from a queue that outlives the process, as a function on AWS does from SQS. */
export class CallbackWorker {
  readonly #options: CallbackWorkerOptions;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | null = null;
  #isClosed = false;

  constructor(options: CallbackWorkerOptions) {
    this.#options = options;
  }

  /** Begins with what is left from before. */
  start(): void {
    this.#wake(0);
  }

  /** Adds a message. It is stored when this returns. @throws StoreError stores/write-failed */
  push(text: string): void {
    this.#options.messages.push(text, this.#nowMillis() + STORING_MILLIS);
    this.#wake(STORING_MILLIS);
  }

  /** Begins nothing more, and resolves when what is under way is done or the time is over. Closes no queue. */
  async close(graceMillis: number): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const grace = new AbortController();
    await Promise.race([this.#round, sleep(graceMillis, undefined, grace).catch(() => undefined)]);
    grace.abort();
  }

  #wake(delayMillis: number): void {
    if (this.#isClosed || this.#round !== null) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#round = this.#runRound().then((nextMillis) => {
        this.#round = null;
        this.#wake(nextMillis);
      });
    }, delayMillis);
  }

  /** @returns after how many milliseconds the next one is due */
  async #runRound(): Promise<number> {
    const { messages, log } = this.#options;
    try {
      const due = messages.due(this.#nowMillis(), CONCURRENCY);
      await Promise.all(due.map((text) => this.#deliver(text)));
      const next = this.#isClosed ? null : messages.nextDueMillis();
      return Math.min(Math.max((next ?? Infinity) - this.#nowMillis(), 0), PAUSE_MILLIS);
    } catch (error) {
      log.error("callbacks fault", { code: deliveryFault(error) });
      return PAUSE_MILLIS;
    }
  }

  async #deliver(text: string): Promise<void> {
    const { messages, deliver, log } = this.#options;
    const message = parseCallbackMessage(text);
    if (message === null) return messages.remove(text);
    try {
      const delivery = await deliver(message);
      // Closed meanwhile: the message stays and is judged again at the next start.
      if (this.#isClosed) return;
      if (delivery.kind === "done") messages.remove(text);
      else messages.delay(text, this.#nowMillis() + delivery.delayMillis);
    } catch (error) {
      log.error("callback fault", { job: message.jobId, code: deliveryFault(error) });
      if (!this.#isClosed) messages.delay(text, this.#nowMillis() + PAUSE_MILLIS);
    }
  }

  #nowMillis(): number {
    return this.#options.now().getTime();
  }
}
