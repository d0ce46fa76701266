import * as fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { expect, it } from "vitest";
import { findIanaZone } from "../../shared/mapping/iana-zone.ts";
import { parseTimeZoneBlob } from "../../shared/mapping/time-zone-blob.ts";
import { instantOf, wallMillis, zoneOf } from "../../shared/mapping/zone-rules.ts";
import { BLOBS } from "../support/time-zone-blobs.ts";

it("counts a wall time that is left out with the offset before, and one that comes twice as the first", () => {
  const parsed = parseTimeZoneBlob(BLOBS.WEU);
  if (typeof parsed === "string") throw new Error(parsed);
  const zone = zoneOf(parsed.rules);
  expect(instantOf(zone, Date.UTC(2011, 2, 27, 2, 30))).toBe(Date.UTC(2011, 2, 27, 1, 30));
  expect(instantOf(zone, Date.UTC(2011, 9, 30, 2, 30))).toBe(Date.UTC(2011, 9, 30, 0, 30));
});

it("computes what the platform's zones say", () => {
  const zones = ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata", "Europe/Moscow"];
  const instants = fc.integer({ min: 0, max: Math.floor(Date.UTC(2050, 0, 1) / 60_000) });
  fc.assert(
    fc.property(fc.constantFrom(...zones), instants, (id, minutes) => {
      const zoned = Temporal.Instant.fromEpochMilliseconds(minutes * 60_000).toZonedDateTimeISO(id);
      expect(findIanaZone(id)?.offsetAt(minutes * 60_000)).toBe(zoned.offsetNanoseconds / 1_000_000);
    }),
  );
});

it("computes from a blob what its IANA zone says since its rules hold", () => {
  const parsed = parseTimeZoneBlob(BLOBS.WEU);
  if (typeof parsed === "string") throw new Error(parsed);
  const zone = zoneOf(parsed.rules);
  const minutes = fc.integer({ min: Date.UTC(1997, 0, 1) / 60_000, max: Date.UTC(2050, 0, 1) / 60_000 });
  fc.assert(
    fc.property(minutes, (minute) => {
      const instant = minute * 60_000;
      const wall = wallMillis(zone, instant);
      const expected = Temporal.Instant.fromEpochMilliseconds(wall)
        .toZonedDateTimeISO("UTC")
        .toPlainDateTime()
        .toZonedDateTime("Europe/Berlin", { disambiguation: "compatible" });
      expect(findIanaZone("Europe/Berlin")?.offsetAt(instant)).toBe(wall - instant);
      expect(instantOf(zone, wall)).toBe(expected.epochMilliseconds);
    }),
    { numRuns: 300 },
  );
});
