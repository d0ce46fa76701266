import { bounded, broken, type ContractCase, full, sound, upload } from "./contract-case.ts";

/** One request for each answer that the document promises. */
export const UPLOAD_CASES: readonly ContractCase[] = [
  ["POST /v1/jobs 202", "/v1/jobs?filename=a.hu01&carve=true", upload(), sound],
  ["POST /v1/jobs 400", "/v1/jobs", upload({}, ""), sound],
  ["POST /v1/jobs 413", "/v1/jobs", upload(), bounded],
  ["POST /v1/jobs 415", "/v1/jobs", upload({ "content-type": "multipart/form-data; boundary=x" }), sound],
  ["POST /v1/jobs 500", "/v1/jobs", upload(), broken],
  ["POST /v1/jobs 503", "/v1/jobs", upload(), full],
];
