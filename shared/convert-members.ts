import type { ErrorCode, ErrorDetails } from "./errors.ts";
import type { ItemNumbers } from "./items/item-numbers.ts";
import type { FetchFacts, MemberOrigin } from "./items/member-origin.ts";
import type { Milestone } from "./items/milestone.ts";
import type { Outcome, SkippedItem } from "./items/outcome.ts";
import type { Limits } from "./limits.ts";
import { type OpenCarrier, type OpenSource, openMembers } from "./open-members.ts";

/** What converting members shares with the rest of the journey. */
export interface MembersRun {
  readonly limits: Limits;
  readonly numbers: ItemNumbers;
  /** How many members of it, and of the carriers in the next one, are to be passed, from the outside in. */
  readonly done: readonly number[];
  /**
   * Converts one member.
   *
   * @param done like `done` above, for the member itself
   * @returns how many of its bytes were read as a plain payload
   */
  readonly convert: (source: OpenSource, done: readonly number[]) => AsyncGenerator<Outcome, Consumed>;
  /** Tells that so many members are done, where the journey can be begun again there. */
  readonly milestone: (members: number) => Iterable<Milestone>;
}

/** What became of the bytes of a source that no stream and no carrier accounts for. */
export interface Consumed {
  readonly plainBytes: number;
  readonly unreadBytes: number;
}

/** Converts each member of a carrier and tells where everything stood. The carrier's own sums come last. */
export async function* convertMembers(
  { kind, source: carrier, input }: OpenCarrier,
  run: MembersRun,
): AsyncGenerator<Outcome> {
  const [passed = 0, ...inside] = run.done;
  let members = 0;
  for await (const found of openMembers({ kind, source: carrier, input }, run.limits)) {
    members++;
    if (members <= passed) continue;
    const { member } = found.kind === "skip" ? found : found.source;
    if (found.kind === "skip") {
      const { code, details } = found.skipped;
      yield { ...skippedSource(run.numbers, code, details), member };
      continue;
    }
    const outcomes = run.convert(found.source, members === passed + 1 ? inside : []);
    let next = await outcomes.next();
    for (; next.done !== true; next = await outcomes.next()) yield placed(next.value, member, members - 1);
    yield { outcome: "member", member, memberBytes: found.bytes.size, ...next.value };
    const problem = found.source.problem?.() ?? null;
    // A carrier that is broken off itself is told of once, by its own carrier.
    if (problem !== null && (carrier.problem?.() ?? null) === null)
      yield { ...skippedSource(run.numbers, problem), member };
    yield* run.milestone(members);
  }
  const { framingBytes, carriedBytes } = input;
  yield { outcome: "carrier", carrier: kind, members, framingBytes, carriedBytes };
}

/** A whole source of which nothing is made counts as one item that was skipped. */
export function skippedSource(numbers: ItemNumbers, code: ErrorCode, details?: ErrorDetails): SkippedItem {
  const position = { stream: null, blocks: null, outputOffset: 0, outputLength: 0 };
  const origin = { position, part: null, name: null };
  return {
    outcome: "skipped",
    ...numbers.next(origin, null),
    code,
    ...(details === undefined ? {} : { details }),
    origin,
  };
}

/** What was told by a member inside the member has its place already. */
function placed(outcome: Outcome, member: MemberOrigin, before: number): Outcome {
  if (outcome.outcome === "milestone") return inMember(outcome, before);
  return outcome.member === undefined ? { ...outcome, member: answeredBy(member, itemIdOf(outcome)) } : outcome;
}

function inMember({ point, ...milestone }: Milestone, before: number): Milestone {
  return { ...milestone, point: { ...point, members: [before, ...point.members] } };
}

function itemIdOf(outcome: Outcome): string | null {
  if (!("stream" in outcome) || outcome.stream === null || typeof outcome.stream === "number") return null;
  return outcome.stream.itemId;
}

/** Of several answers, the one that names the stream's item: its id is the ServerId (hu01/FORMAT.md, Stream). */
function answeredBy(member: MemberOrigin, itemId: string | null): MemberOrigin {
  if (member.fetched.length < 2) return member;
  return { ...member, fetched: member.fetched.filter((answer) => itemId !== null && isOf(answer, itemId)) };
}

const isOf = ({ serverId }: FetchFacts, itemId: string): boolean =>
  serverId?.replace(/[{}]/g, "").toLowerCase() === itemId.toLowerCase();
