import type { Job } from "../../shared/job.ts";
import type { JobStore } from "../../shared/job-store.ts";
import type { NoteStore } from "../../shared/note-store.ts";
import { createCallbackMessage } from "../api/webhooks/callback-message.ts";
import { createCallbackSecrets } from "../api/webhooks/callback-signature.ts";
import { createCallbackDelivery } from "../api/webhooks/deliver-callback.ts";
import { createCallbackPoster } from "../api/webhooks/post-callback.ts";
import type { CallbackPolicy } from "../api/webhooks/public-address.ts";
import type { Log } from "../log.ts";
import { openSqliteMessages } from "../stores/sqlite-message-queue.ts";
import { CallbackWorker } from "./callback-worker.ts";

export interface CallbacksOptions {
  /** File of the queue. */
  readonly path: string;
  /** A store that does not announce ends to these callbacks. */
  readonly jobs: JobStore;
  readonly notes: NoteStore;
  readonly policy: CallbackPolicy;
  readonly now: () => Date;
  readonly log: Log;
  readonly toolVersion: string;
}

/** The callbacks of a local service. */
export interface Callbacks {
  /** To be called before a job is stored as ended. @throws StoreError stores/write-failed */
  announce(job: Job): void;
  /** Ends what is under way, or leaves it to the next start. */
  close(graceMillis: number): Promise<void>;
}

/** Opens the queue and goes on with what is in it. */
export function openCallbacks({ path, policy, ...deps }: CallbacksOptions): Callbacks {
  const messages = openSqliteMessages(path);
  const secretOf = createCallbackSecrets(deps.notes);
  const deliver = createCallbackDelivery({ ...deps, secretOf, post: createCallbackPoster({ policy }) });
  const worker = new CallbackWorker({ ...deps, messages, deliver });
  worker.start();
  return {
    announce: (job) => {
      const text = createCallbackMessage(job);
      if (text !== null) worker.push(text);
    },
    close: async (graceMillis) => {
      await worker.close(graceMillis);
      messages.close();
    },
  };
}
