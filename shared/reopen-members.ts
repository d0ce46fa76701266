import type { ByteSource } from "./bytes/byte-source.ts";
import { skipBytes } from "./bytes/part-of-source.ts";
import type { ErrorCode } from "./errors.ts";
import type { Limits } from "./limits.ts";
import type { OpenSource } from "./open-members.ts";
import type { CarrierKind } from "./payload/carrier-kind.ts";
import type { CarrierPlace, Member, MemberAgain } from "./readers/carriers/carrier.ts";
import { CarrierInput } from "./readers/carriers/carrier-input.ts";
import { readCarrier } from "./readers/carriers/read-carrier.ts";

/** A member that can be read once more. */
export interface ReopenedMember {
  /** Its bytes from an offset on. */
  bytes(offset: number): ByteSource;
  /** Reads it to learn why it ends too early; null when it does not. */
  survey(): Promise<ErrorCode | null>;
}

/** What a reader may know of a carrier. */
export function placeOf(source: OpenSource): CarrierPlace {
  return { openAt: (offset) => source.reopen(offset), size: () => source.size(), budget: source.budget };
}

/** A member that its carrier can open by itself. */
export function provedMember(again: () => MemberAgain): ReopenedMember {
  return {
    bytes: (offset) => again().bytes(offset),
    survey: async () => {
      const member = again();
      for await (const _chunk of member.bytes(0));
      return member.problem;
    },
  };
}

/** A carrier that is read once more from its front, for one of its members. */
export class CarrierAgain {
  readonly #kind: CarrierKind;
  readonly #carrier: OpenSource;
  readonly #limits: Limits;
  readonly #place: CarrierPlace;

  constructor(kind: CarrierKind, carrier: OpenSource, limits: Limits) {
    this.#kind = kind;
    this.#carrier = carrier;
    this.#limits = limits;
    // What it spent meanwhile is not to be spent again.
    this.#place = { ...placeOf(carrier), budget: carrier.budget.copy() };
  }

  /** @param index place among its members, from 0 */
  memberAt(index: number): ReopenedMember {
    return {
      bytes: (offset) => skipBytes(bytesOf(this.#read(index, this.#open())), offset),
      survey: () => this.#survey(index),
    };
  }

  async #survey(index: number): Promise<ErrorCode | null> {
    const input = this.#open();
    let problem: ErrorCode | null = null;
    for await (const member of this.#read(index, input)) {
      for await (const _chunk of member.bytes);
      problem = member.problem?.() ?? null;
      if (problem === null && input.isOver) problem = await this.#carrier.surveyProblem();
    }
    return problem;
  }

  #open(): CarrierInput {
    return new CarrierInput(this.#carrier.reopen(0));
  }

  /** Reads the carrier up to one of its members. */
  async *#read(wanted: number, input: CarrierInput): AsyncGenerator<Member> {
    const place = { ...this.#place, budget: this.#place.budget.copy() };
    let index = 0;
    try {
      for await (const found of readCarrier(this.#kind, input, this.#limits, place)) {
        if (found.kind === "skip") continue;
        if (index++ === wanted) {
          yield found;
          return;
        }
        for await (const _earlier of found.bytes);
      }
    } finally {
      await input.close();
    }
  }
}

async function* bytesOf(members: AsyncIterable<Member>): AsyncGenerator<Uint8Array> {
  for await (const member of members) yield* member.bytes;
}
