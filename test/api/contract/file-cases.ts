import { broken, type ContractCase, full, get, ID, linked, sound } from "./contract-case.ts";

/** One request for each answer that the document promises. */
export const FILE_CASES: readonly ContractCase[] = [
  ["GET /v1/jobs/{id}/files 200", `/v1/jobs/${ID}/files?limit=1`, get, sound],
  ["GET /v1/jobs/{id}/files 400", `/v1/jobs/${ID}/files?cursor=%21`, get, sound],
  ["GET /v1/jobs/{id}/files 404", "/v1/jobs/none/files", get, sound],
  ["GET /v1/jobs/{id}/files 500", `/v1/jobs/${ID}/files`, get, broken],
  ["GET /v1/jobs/{id}/files 503", `/v1/jobs/${ID}/files`, get, full],
  ["GET /v1/jobs/{id}/files/{path} 200", `/v1/jobs/${ID}/files/mail/000001-a.eml`, get, sound],
  ["GET /v1/jobs/{id}/files/{path} 302", `/v1/jobs/${ID}/files/report.json`, get, linked],
  [
    "GET /v1/jobs/{id}/files/{path} 304",
    `/v1/jobs/${ID}/files/report.json`,
    { headers: { "if-none-match": "*" } },
    sound,
  ],
  ["GET /v1/jobs/{id}/files/{path} 404", `/v1/jobs/${ID}/files/none.eml`, get, sound],
  ["GET /v1/jobs/{id}/files/{path} 500", `/v1/jobs/${ID}/files/report.json`, get, broken],
  ["GET /v1/jobs/{id}/files/{path} 503", `/v1/jobs/${ID}/files/report.json`, get, full],
  [
    "GET /v1/jobs/{id}/files/{path} 206",
    `/v1/jobs/${ID}/files/report.json`,
    { headers: { range: "bytes=1-1" } },
    sound,
  ],
  ["GET /v1/jobs/{id}/files/{path} 416", `/v1/jobs/${ID}/files/report.json`, { headers: { range: "bytes=2-" } }, sound],
];
