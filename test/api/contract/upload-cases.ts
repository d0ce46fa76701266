import { StoreError } from "../../../shared/errors.ts";
import { AWAITED_ID, BYTES, knownUploads, OTHER_BYTES_ID, pathTo, QUEUED_ID, SENT_ID } from "./awaited-jobs.ts";
import {
  bounded,
  broken,
  busy,
  type ContractCase,
  full,
  get,
  keyed,
  type Override,
  post,
  sound,
  upload,
  WAITING_ID,
} from "./contract-case.ts";

const put = (body: string) => ({ method: "PUT", body });
const remove = { method: "DELETE" };
const uploadOf = (id: string) => `/v1/jobs/${id}/upload`;
const completeOf = (id: string) => `${uploadOf(id)}/complete`;

/** Links whose signature can be known here, and stores that fail when something is sent to them. */
const linked: Override = (deps) => ({ ...sound(deps), uploads: knownUploads(deps) });
const linkedTo =
  (error: Error): Override =>
  (deps) => ({ ...sound(deps), uploads: { ...knownUploads(deps), receive: () => Promise.reject(error) } });

const privateCallback = { filename: "a", size: 4, callbackUrl: "https://127.0.0.1/" };

/** One request for each answer that the document promises. */
export const UPLOAD_CASES: readonly ContractCase[] = [
  ["POST /v1/jobs 202", "/v1/jobs?filename=a.hu01&carve=true", upload(), sound],
  ["POST /v1/jobs 200", "/v1/jobs?dryRun=true", upload(), sound],
  ["POST /v1/jobs 201", "/v1/jobs", post({ filename: "a.hu01", size: 200_000_000 }), sound],
  ["POST /v1/jobs 400", "/v1/jobs", upload({}, ""), sound],
  ["POST /v1/jobs 409", "/v1/jobs", keyed(upload()), busy],
  ["POST /v1/jobs 413", "/v1/jobs", upload(), bounded],
  ["POST /v1/jobs 415", "/v1/jobs", upload({ "content-type": "multipart/form-data; boundary=x" }), sound],
  ["POST /v1/jobs 422", "/v1/jobs", post(privateCallback), sound],
  ["POST /v1/jobs 500", "/v1/jobs", upload(), broken],
  ["POST /v1/jobs 503", "/v1/jobs", upload(), full],
  ["GET /v1/jobs/{id}/upload 200", uploadOf(AWAITED_ID), get, sound],
  ["GET /v1/jobs/{id}/upload 400", `${uploadOf(AWAITED_ID)}?from=0`, get, sound],
  ["GET /v1/jobs/{id}/upload 404", uploadOf("none"), get, sound],
  ["GET /v1/jobs/{id}/upload 409", uploadOf(WAITING_ID), get, sound],
  ["GET /v1/jobs/{id}/upload 500", uploadOf(AWAITED_ID), get, broken],
  ["GET /v1/jobs/{id}/upload 503", uploadOf(AWAITED_ID), get, full],
  ["DELETE /v1/jobs/{id}/upload 200", uploadOf(AWAITED_ID), remove, sound],
  ["DELETE /v1/jobs/{id}/upload 404", uploadOf("none"), remove, sound],
  ["DELETE /v1/jobs/{id}/upload 409", uploadOf(WAITING_ID), remove, sound],
  ["DELETE /v1/jobs/{id}/upload 500", uploadOf(AWAITED_ID), remove, broken],
  ["DELETE /v1/jobs/{id}/upload 503", uploadOf(AWAITED_ID), remove, full],
  ["POST /v1/jobs/{id}/upload/complete 202", completeOf(SENT_ID), post({}), sound],
  ["POST /v1/jobs/{id}/upload/complete 400", completeOf(SENT_ID), post({ parts: 1 }), sound],
  ["POST /v1/jobs/{id}/upload/complete 404", completeOf("none"), post({}), sound],
  ["POST /v1/jobs/{id}/upload/complete 409", completeOf(AWAITED_ID), post({}), sound],
  ["POST /v1/jobs/{id}/upload/complete 413", completeOf(SENT_ID), post({ parts: "x".repeat(2 ** 20) }), sound],
  ["POST /v1/jobs/{id}/upload/complete 422", completeOf(OTHER_BYTES_ID), post({}), sound],
  ["POST /v1/jobs/{id}/upload/complete 500", completeOf(SENT_ID), post({}), broken],
  ["POST /v1/jobs/{id}/upload/complete 503", completeOf(SENT_ID), post({}), full],
  ["PUT /v1/jobs/{id}/upload 200", await pathTo(AWAITED_ID), put(BYTES), linked],
  ["PUT /v1/jobs/{id}/upload 400", await pathTo(AWAITED_ID), put(""), linked],
  ["PUT /v1/jobs/{id}/upload 403", await pathTo(AWAITED_ID), put(BYTES), sound],
  ["PUT /v1/jobs/{id}/upload 404", await pathTo("none"), put(BYTES), linked],
  ["PUT /v1/jobs/{id}/upload 412", await pathTo(QUEUED_ID), put(BYTES), linked],
  ["PUT /v1/jobs/{id}/upload 422", await pathTo(AWAITED_ID), put("HU01 and more"), linked],
  ["PUT /v1/jobs/{id}/upload 500", await pathTo(AWAITED_ID), put(BYTES), linkedTo(new TypeError("secret cause"))],
  [
    "PUT /v1/jobs/{id}/upload 503",
    await pathTo(AWAITED_ID),
    put(BYTES),
    linkedTo(new StoreError("stores/write-failed")),
  ],
];
