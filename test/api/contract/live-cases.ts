import { broken, type ContractCase, full, get, ID, type Override, sound } from "./contract-case.ts";

/** A home whose platform cannot send an answer piece by piece. */
const unstreamed: Override = (deps) => ({ ...sound(deps), watchJob: undefined });

const eventsOf = (id: string) => `/v1/jobs/${id}/events`;

/** One request for each answer that the document promises. */
export const LIVE_CASES: readonly ContractCase[] = [
  ["GET /v1/jobs/{id}/events 200", eventsOf(ID), get, sound],
  ["GET /v1/jobs/{id}/events 204", eventsOf(ID), { headers: { "last-event-id": "3" } }, sound],
  ["GET /v1/jobs/{id}/events 404", eventsOf("none"), get, sound],
  ["GET /v1/jobs/{id}/events 406", eventsOf(ID), get, unstreamed],
  ["GET /v1/jobs/{id}/events 500", eventsOf(ID), get, broken],
  ["GET /v1/jobs/{id}/events 503", eventsOf(ID), get, full],
];
