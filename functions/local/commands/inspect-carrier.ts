import { peekSource } from "../../../shared/bytes/peek-source.ts";
import type { ErrorCode } from "../../../shared/errors.ts";
import { DEFAULT_LIMITS as limits } from "../../../shared/limits.ts";
import { type OpenedMember, type OpenSource, openCarrier, openMembers } from "../../../shared/open-members.ts";
import { DEFAULT_OPTIONS } from "../../../shared/options.ts";
import type { CarrierKind } from "../../../shared/payload/carrier-kind.ts";
import { payloadKindOf } from "../../../shared/payload/payload-kind.ts";
import { sourceKindOf } from "../../../shared/source-kind.ts";

/** What is told of one thing in a carrier. */
export interface CarriedThing {
  readonly kind: "member";
  readonly carrier: CarrierKind;
  readonly name: string;
  /** What it is: HU01 streams, a payload, another carrier; null when it was not opened. */
  readonly holds: string | null;
  readonly bytes: number | null;
  /** Why it was not opened, or ended too early. */
  readonly problem: ErrorCode | null;
}

/** Lists what a carrier holds. Carriers in it are named, but not opened. */
export async function* inspectCarrier(carrier: CarrierKind, source: OpenSource): AsyncGenerator<CarriedThing> {
  for await (const found of openMembers(await openCarrier(carrier, source, limits), limits)) {
    if (found.kind === "member") yield await describeMember(carrier, found);
    else {
      const { member, skipped } = found;
      yield { kind: "member", carrier, name: member.path, holds: null, bytes: null, problem: skipped.code };
    }
  }
}

async function describeMember(carrier: CarrierKind, { source, bytes }: OpenedMember): Promise<CarriedThing> {
  const { prefix } = await peekSource(bytes, limits.maxSniffBytes);
  const kind = sourceKindOf(source, prefix, DEFAULT_OPTIONS, limits);
  const payload = source.payload ?? payloadKindOf(prefix, prefix.length < limits.maxSniffBytes);
  const holds = kind === "streams" ? "HU01 streams" : kind === "plain" ? payload : kind.carrier;
  await bytes.drain();
  return {
    kind: "member",
    carrier,
    name: source.member.path,
    holds,
    bytes: bytes.size,
    problem: source.problem?.() ?? null,
  };
}

/** The same as a line of text; control characters in the name are shown as `?`. */
export function describeThing({ name, holds, bytes, problem }: CarriedThing): string {
  const shown = name.replace(/[\p{Cc}\p{Cf}]/gu, "?");
  const what = holds === null ? "not opened" : `${holds}, ${bytes} bytes`;
  return `  ${shown}: ${what}${problem === null ? "" : ` (${problem})`}`;
}
