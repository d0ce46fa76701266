import { StoreError } from "../../../shared/errors.ts";
import { type ContractCase, get, type Override, sound } from "./contract-case.ts";

const withNotesThat =
  (error: Error): Override =>
  () => {
    const fail = () => Promise.reject(error);
    return { notes: { create: fail, get: fail, put: fail, delete: fail } };
  };

/** One request for each answer that the document promises. */
export const WEBHOOK_CASES: readonly ContractCase[] = [
  ["GET /v1/webhook-secret 200", "/v1/webhook-secret", get, sound],
  ["GET /v1/webhook-secret 500", "/v1/webhook-secret", get, withNotesThat(new TypeError("secret cause"))],
  ["GET /v1/webhook-secret 503", "/v1/webhook-secret", get, withNotesThat(new StoreError("stores/write-failed"))],
];
