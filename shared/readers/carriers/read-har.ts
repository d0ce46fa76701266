import { decodeStrictBase64 } from "../../bytes/base64.ts";
import { concatBytes } from "../../bytes/byte-source.ts";
import type { Limits } from "../../limits.ts";
import type { Member, SkippedMember } from "./carrier.ts";
import type { CarrierInput } from "./carrier-input.ts";

/**
 * Reads a HAR file (HTTP Archive 1.2): the body of each response that has one, base64 or text. It is JSON whose parts
 * stand in any order, so it is read into memory whole; a larger one than the limit is a skip.
 */
export async function* readHar(input: CarrierInput, limits: Limits): AsyncGenerator<Member | SkippedMember> {
  const text = await collectText(input, limits.maxHarBytes);
  if (text === null) {
    yield { kind: "skip", name: "log", code: "readers/carrier-too-large", details: { limitBytes: limits.maxHarBytes } };
    return;
  }
  const contents = contentsOf(text);
  if (contents === null) {
    yield { kind: "skip", name: "log", code: "readers/carrier-damaged" };
    return;
  }
  for (const [index, content] of contents.entries()) {
    const name = `entry ${index + 1}`;
    const body = bodyOf(content);
    if (body === null) yield { kind: "skip", name, code: "readers/carrier-damaged" };
    else if (body.length > 0) yield { kind: "member", name, bytes: [body] };
  }
}

async function collectText(input: CarrierInput, maxBytes: number): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input.carryAllBut(0)) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(concatBytes(chunks));
}

/** The content of each response, undefined for those without; null when the text is no HAR. */
function contentsOf(text: string): readonly unknown[] | null {
  try {
    const entries = field(field(JSON.parse(text), "log"), "entries");
    if (!Array.isArray(entries)) return null;
    return entries.map((entry) => field(field(entry, "response"), "content"));
  } catch {
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Null when it says that it is base64 and is not. */
function bodyOf(content: unknown): Uint8Array | null {
  const text = field(content, "text");
  if (typeof text !== "string" || text === "") return new Uint8Array(0);
  return field(content, "encoding") === "base64" ? decodeStrictBase64(text) : new TextEncoder().encode(text);
}
