import { type JobCallback, newCallback } from "../../../shared/job-callback.ts";
import type { ApiDeps } from "../api-deps.ts";
import { checkCallbackUrl } from "./callback-url.ts";
import { PUBLIC_ONLY } from "./public-address.ts";

/**
 * The callback of a new job, when its request asks for one.
 *
 * @throws CallbackError callbacks/url-refused, callbacks/address-refused
 */
export function acceptCallback(
  { callbackPolicy = PUBLIC_ONLY }: Pick<ApiDeps, "callbackPolicy">,
  callbackUrl: string | undefined,
): { callback?: JobCallback } {
  if (callbackUrl === undefined) return {};
  return { callback: newCallback(checkCallbackUrl(callbackUrl, callbackPolicy).href) };
}
