import { randomBytes } from "node:crypto";
import type { NoteStore } from "../../../shared/note-store.ts";

const NOTE_ID = "secret/signatures";
const FOR_EVER = "9999-12-31T23:59:59.999Z";
const SECRET_BYTES = 32;

/**
 * What the service signs with: made at the first need, kept with the notes, the same for all of its processes.
 *
 * @returns reads it once; a failed reading is tried again at the next call
 */
export function createServiceSecret(notes: NoteStore): () => Promise<string> {
  let known: Promise<string> | null = null;
  return () => {
    known ??= readSecret(notes).catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
}

async function readSecret(notes: NoteStore): Promise<string> {
  const text = randomBytes(SECRET_BYTES).toString("base64url");
  const earlier = await notes.create({ id: NOTE_ID, text, expiresAt: FOR_EVER });
  return earlier?.text ?? text;
}
