import { describe, expect, it } from "vitest";
import type { Note, NoteStore } from "../../shared/note-store.ts";

/** A store whose clock stands where the test puts it. */
export interface NoteStoreProbe extends AsyncDisposable {
  readonly store: NoteStore;
  setTime(instant: string): void;
}

const NOON = "2026-01-02T12:00:00.000Z";
const ONE = "2026-01-02T13:00:00.000Z";
const TWO = "2026-01-02T14:00:00.000Z";
const note = (text: string, expiresAt = ONE, id = "answer/anna/key-1"): Note => ({ id, text, expiresAt });

/** What every home of notes must do. @param open gives an empty store */
export function describeNoteStoreContract(name: string, open: () => Promise<NoteStoreProbe>): void {
  describe(`${name} keeps notes`, () => {
    it("and gives them back as they were", async () => {
      await using probe = await open();
      const text = '{"łódź": "🦉\\u0000"}';
      expect(await probe.store.get("answer/anna/key-1")).toBeNull();
      expect(await probe.store.create(note(text))).toBeNull();
      expect(await probe.store.get("answer/anna/key-1")).toEqual(note(text));
    });

    it("and creates none in the place of another", async () => {
      await using probe = await open();
      await probe.store.create(note("first"));
      expect(await probe.store.create(note("second"))).toEqual(note("first"));
      expect(await probe.store.create(note("other", ONE, "answer/anna/key-2"))).toBeNull();
      expect((await probe.store.get("answer/anna/key-1"))?.text).toBe("first");
    });

    it("and lets one of many at the same time create it", async () => {
      await using probe = await open();
      const tries = Array.from({ length: 20 }, (_, index) => probe.store.create(note(String(index))));
      const answers = await Promise.all(tries);
      expect(answers.filter((answer) => answer === null)).toHaveLength(1);
      expect(new Set(answers.filter((answer) => answer !== null).map(({ text }) => text)).size).toBe(1);
    });

    it("until they expire, and then there may be another", async () => {
      await using probe = await open();
      await probe.store.create(note("first"));
      probe.setTime(ONE);
      expect(await probe.store.get("answer/anna/key-1")).toBeNull();
      expect(await probe.store.create(note("second", TWO))).toBeNull();
      expect(await probe.store.get("answer/anna/key-1")).toEqual(note("second", TWO));
    });

    it("and puts one over another", async () => {
      await using probe = await open();
      await probe.store.put(note("first"));
      await probe.store.put(note("second", TWO));
      expect(await probe.store.get("answer/anna/key-1")).toEqual(note("second", TWO));
    });

    it("and removes them, those that are not there too", async () => {
      await using probe = await open();
      await probe.store.create(note("first"));
      await probe.store.delete("answer/anna/key-1");
      await probe.store.delete("answer/anna/key-1");
      expect(await probe.store.get("answer/anna/key-1")).toBeNull();
    });
  });
}

/** A clock for the probes, which stands at noon. */
export function startClock(): { now(): Date; setTime(instant: string): void } {
  let time = NOON;
  return {
    now: () => new Date(time),
    setTime: (instant) => {
      time = instant;
    },
  };
}
