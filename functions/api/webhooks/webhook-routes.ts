import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { ApiDeps, ApiEnv } from "../api-deps.ts";
import { serverProblems } from "../problems/problem-responses.ts";
import { createCallbackSecrets, SIGNATURE_HEADER, TOLERANCE_SECONDS } from "./callback-signature.ts";
import { callbackBodySchema, webhookSecretSchema } from "./webhook-contract.ts";

const secretRoute = createRoute({
  method: "get",
  path: "/v1/webhook-secret",
  summary: "The key that your callbacks are signed with",
  description:
    "It is yours alone and stays the same. Whoever knows it can make messages that look like this service's.",
  responses: {
    200: { description: "The key.", content: { "application/json": { schema: webhookSecretSchema } } },
    ...serverProblems,
  },
});

const DELIVERY = [
  "POST to the job's callbackUrl once the job has ended.",
  `The header ${SIGNATURE_HEADER} is \`t=…,v1=…\`: v1 is the HMAC-SHA256 of \`{t}.{body}\` under the key of`,
  `/v1/webhook-secret, in hexadecimal digits. Compare it in constant time, and refuse a t that is more than`,
  `${TOLERANCE_SECONDS} seconds away from your clock. The same message may come twice: its id, which is also in the`,
  "header hu01-delivery, is then the same. Answer with 2xx within 10 seconds. Redirects are not followed; any other",
  "answer is tried again, 8 times within 9 hours, but 410 ends it. The job's callback shows every attempt.",
].join(" ");

/** What callbacks need: their key, and their description in the document. */
export function addWebhookRoutes(app: OpenAPIHono<ApiEnv>, deps: ApiDeps) {
  const secretOf = createCallbackSecrets(deps.notes);
  app.openAPIRegistry.registerWebhook({
    method: "post",
    path: "jobEnded",
    summary: "A job has ended",
    description: DELIVERY,
    request: { body: { required: true, content: { "application/json": { schema: callbackBodySchema } } } },
    responses: { "2XX": { description: "The message has been taken." } },
  });
  return app.openapi(secretRoute, async (c) => {
    const secret = await secretOf(deps.principalOf(c.env).owner);
    c.header("cache-control", "no-store");
    const rest = { header: SIGNATURE_HEADER, algorithm: "HMAC-SHA256", toleranceSeconds: TOLERANCE_SECONDS } as const;
    return c.json({ secret, ...rest }, 200);
  });
}
