import type { Limits } from "../../limits.ts";
import type { CarrierKind } from "../../payload/carrier-kind.ts";
import type { CarrierPlace, CarrierReader, Member, SkippedMember } from "./carrier.ts";
import type { CarrierInput } from "./carrier-input.ts";
import { readBase64Log } from "./read-base64-log.ts";
import { readFetchResponse } from "./read-fetch-response.ts";
import { readGzip } from "./read-gzip.ts";
import { readHar } from "./read-har.ts";
import { readHttp } from "./read-http.ts";
import { readMbox } from "./read-mbox.ts";
import { readTar } from "./read-tar.ts";
import { readZip } from "./read-zip.ts";

/** A new kind of carrier is a row here, a row in carrier-kind.ts and a reader. */
const READERS: Readonly<Record<CarrierKind, CarrierReader>> = {
  "fetch-response": readFetchResponse,
  "base64-log": readBase64Log,
  mbox: readMbox,
  gzip: readGzip,
  http: readHttp,
  har: readHar,
  tar: readTar,
  zip: readZip,
};

/** Reads the members of a carrier of known kind, in order. */
export function readCarrier(
  kind: CarrierKind,
  input: CarrierInput,
  limits: Limits,
  place: CarrierPlace,
): AsyncGenerator<Member | SkippedMember> {
  return READERS[kind](input, limits, place);
}
