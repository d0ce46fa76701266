import * as z from "zod";

const binary = z.string().openapi({ format: "binary" });

/** The content of an answer that is no JSON document, by its media types. */
export function bytesAs(...mediaTypes: readonly string[]) {
  return Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema: binary }]));
}

/** What is said of a download that has not changed. */
export const unchanged = { description: "The content still has the ETag of If-None-Match." } as const;

/** What is said of a download that the store itself serves. */
export const redirected = {
  description: "Where the platform bounds answers: Location leads to the bytes for some minutes.",
} as const;
