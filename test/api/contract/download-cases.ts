import {
  broken,
  type ContractCase,
  EMPTY_ID,
  full,
  get,
  ID,
  linked,
  PACKED_ID,
  sound,
  WAITING_ID,
} from "./contract-case.ts";

const tagged = { headers: { "if-none-match": "*" } };
const ranged = (range: string) => ({ headers: { range } });

/** What every download of a job answers. */
const common = (name: string): readonly ContractCase[] => [
  [`GET /v1/jobs/{id}/${name} 200`, `/v1/jobs/${ID}/${name}`, get, sound],
  [`GET /v1/jobs/{id}/${name} 304`, `/v1/jobs/${ID}/${name}`, tagged, sound],
  [`GET /v1/jobs/{id}/${name} 404`, `/v1/jobs/${EMPTY_ID}/${name}`, get, sound],
  [`GET /v1/jobs/{id}/${name} 409`, `/v1/jobs/${WAITING_ID}/${name}`, get, sound],
  [`GET /v1/jobs/{id}/${name} 500`, `/v1/jobs/${ID}/${name}`, get, broken],
  [`GET /v1/jobs/{id}/${name} 503`, `/v1/jobs/${ID}/${name}`, get, full],
];

/** What those answer that are objects of the store. */
const stored = (name: string, id: string): readonly ContractCase[] => [
  [`GET /v1/jobs/{id}/${name} 206`, `/v1/jobs/${id}/${name}`, ranged("bytes=1-1"), sound],
  [`GET /v1/jobs/{id}/${name} 302`, `/v1/jobs/${id}/${name}`, get, linked],
  [`GET /v1/jobs/{id}/${name} 416`, `/v1/jobs/${id}/${name}`, ranged("bytes=99999-"), sound],
];

/** One request for each answer that the document promises. */
export const DOWNLOAD_CASES: readonly ContractCase[] = [
  ...["report", "manifest", "errors", "archive.zip", "calendar.ics", "contacts.vcf"].flatMap(common),
  ...stored("report", ID),
  ...stored("manifest", ID),
  ...stored("archive.zip", PACKED_ID),
  ["GET /v1/jobs/{id}/errors 400", `/v1/jobs/${ID}/errors?format=xml`, get, sound],
];
