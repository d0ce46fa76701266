import { hc } from "hono/client";
import type { addBackfillRoutes } from "../backfills/backfill-routes.ts";
import type { addArchiveRoutes } from "../files/archive-routes.ts";
import type { addDocumentRoutes } from "../files/document-routes.ts";
import type { addErrorRoutes } from "../files/error-routes.ts";
import type { addFileRoutes } from "../files/file-routes.ts";
import type { addMergedRoutes } from "../files/merged-routes.ts";
import type { addDeleteRoutes } from "../jobs/delete-routes.ts";
import type { addJobRoutes } from "../jobs/job-routes.ts";
import type { addRetryRoutes } from "../jobs/retry-routes.ts";
import type { addEventRoutes } from "../live/event-routes.ts";
import type { addServiceRoutes } from "../service/service-routes.ts";
import type { addAwaitedUploadRoutes } from "../uploads/awaited-upload-routes.ts";
import type { addUploadRoutes } from "../uploads/upload-routes.ts";
import type { addWebhookRoutes } from "../webhooks/webhook-routes.ts";

/** Every operation of the API with its requests and answers, as the routes themselves have them. Types only. */
export type Api =
  | ReturnType<typeof addUploadRoutes>
  | ReturnType<typeof addAwaitedUploadRoutes>
  | ReturnType<typeof addJobRoutes>
  | ReturnType<typeof addDeleteRoutes>
  | ReturnType<typeof addRetryRoutes>
  | ReturnType<typeof addEventRoutes>
  | ReturnType<typeof addWebhookRoutes>
  | ReturnType<typeof addFileRoutes>
  | ReturnType<typeof addDocumentRoutes>
  | ReturnType<typeof addErrorRoutes>
  | ReturnType<typeof addArchiveRoutes>
  | ReturnType<typeof addMergedRoutes>
  | ReturnType<typeof addBackfillRoutes>
  | ReturnType<typeof addServiceRoutes>;

export interface ClientOptions {
  /** The token that the service printed, or a JWT; absent where the service is open or `fetch` signs requests itself. */
  readonly token?: string;
  /** What sends the requests; the platform's own when absent. */
  readonly fetch?: typeof fetch;
}

/** The API of one service. */
export interface Client {
  /** One method for each operation: `api.v1.jobs[":id"].$get({ param: { id } })`. */
  readonly api: ReturnType<typeof hc<Api>>;
  /**
   * Follows a link of an answer, such as the `url` of a file, or `links.self` of a job. The token goes with it, but
   * never to another host.
   */
  readonly fetchLink: (link: string, init?: RequestInit) => Promise<Response>;
}

/**
 * A client of a service, typed after its routes. It throws what `fetch` throws; answers that are no success are
 * answers, with a problem (RFC 9457) as their JSON.
 *
 * @param baseUrl where the service is, with or without a slash at the end
 */
export function createClient(baseUrl: string, { token, fetch: send = fetch }: ClientOptions = {}): Client {
  const base = baseUrl.replace(/\/+$/u, "");
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return {
    api: hc<Api>(base, { headers, fetch: send }),
    fetchLink: (link, init = {}) => {
      if (!link.startsWith("/")) return send(link, init);
      return send(base + link, { ...init, headers: { ...headers, ...Object.fromEntries(new Headers(init.headers)) } });
    },
  };
}
