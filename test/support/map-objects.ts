import { expect } from "vitest";
import { concatBytes } from "../../shared/bytes/byte-source.ts";
import { mapContact } from "../../shared/mapping/map-contact.ts";
import type { MappedObject, MappingOptions, SyncElement } from "../../shared/mapping/sync-element.ts";
import { writeVcf } from "../../shared/writers/write-vcf.ts";
import { type CardProperty, readCard } from "./card-reader.ts";
import { expectValidPim } from "./pim-oracles.ts";
import { applicationData, mapContext } from "./sync-elements.ts";

/** A contact as it is mapped, and as it is written and read back by an independent reader. */
interface MappedCard extends MappedObject {
  readonly bytes: Uint8Array;
  readonly card: readonly CardProperty[];
}

/** Maps the contact `6:3` of collection `6`, writes it and checks all that every card must be. */
function mappedCard(data: SyncElement, options: Partial<MappingOptions> = {}): MappedCard {
  const mapped = mapContact(data, mapContext("6", "6:3", options));
  const origin = {
    position: { stream: null, blocks: null, outputOffset: 0, outputLength: 0 },
    part: null,
    name: null,
  };
  const item = { kind: "contact", origin, warnings: mapped.warnings, lines: mapped.lines } as const;
  const [file] = writeVcf({ ...item, formattedName: mapped.title, original: null }, 1);
  if (file === undefined) throw new Error("no file was written");
  const bytes = concatBytes([...(file.content as Iterable<Uint8Array>)]);
  expectValidPim(bytes);
  return { ...mapped, bytes, card: readCard(new TextDecoder().decode(bytes)) };
}

/** `mappedCard` of a contact with these elements. */
export function contact(
  fields: Parameters<typeof applicationData>[0],
  options: Partial<MappingOptions> = {},
): MappedCard {
  return mappedCard(applicationData(fields), options);
}

/** Lines that begin with one of the names, whatever their group. */
export function linesOf(lines: readonly string[], ...names: readonly string[]): readonly string[] {
  return lines.filter((line) => names.includes(/^(?:item\d+\.)?([A-Z0-9-]+)/i.exec(line)?.[1] ?? ""));
}

/** Expects lines to stand in an object, each exactly as given. */
export function expectLines(lines: readonly string[], expected: readonly string[]): void {
  for (const line of expected) expect(lines).toContain(line);
}
