import { type ErrorFacts, fatal, skip } from "./error-facts.ts";

/** The codes of shared/readers. */
export const READER_ERRORS = {
  "readers/part-damaged": skip(
    "A calendar or contact part has a hole in it, so it is left in its partial message only.",
    "Look into the .partial.eml, or for another copy of the archive.",
  ),
  "readers/part-too-large": skip(
    "A calendar or contact part is larger than the limit, so it is left in its message only.",
    "Raise maxPimPartBytes, or save the attachment from the .eml.",
  ),
  "readers/part-invalid": skip(
    "A calendar or contact part cannot be read as one, so it is left in its message only.",
    "Save the attachment from the .eml and look at it.",
  ),
  "readers/mime-limit": skip(
    "A message has more MIME parts, or nests them deeper, than the limit; the rest is left in the message only.",
    "Raise the limit named in the details, or save the attachments from the .eml.",
  ),
  "readers/xml-malformed": skip(
    "A stretch of Sync XML is not well-formed; reading went on at the next item.",
    "Look into unmapped/, where the stretch is kept as it is.",
  ),
  "readers/xml-damaged": skip(
    "A stretch of Sync XML has a hole in it; reading went on at the next item.",
    "Look for another copy of the archive to fill the hole.",
  ),
  "readers/xml-truncated": skip(
    "The Sync XML ends before its end tag; the items before that are kept.",
    "Look for another copy of the archive.",
  ),
  "readers/xml-doctype": skip(
    "The Sync XML has a document type, which no server writes and no item may rely on, so the rest of it is refused.",
    "Take the DOCTYPE out if the file is trusted.",
  ),
  "readers/xml-limit": skip(
    "A stretch of Sync XML is nested too deep, or an item of it is too large or has too many elements or attributes.",
    "Raise maxXmlDepth, maxXmlElements or maxSyncItemBytes if the file is trusted.",
  ),
  "readers/sync-status": skip(
    "The server answered with a status other than 1 instead of an item; the manifest names it.",
    "3204: sign-in expired; 4104: bad sync key; 4402: no such folder; 4403: no such message; 5xxx: the server failed.",
  ),
  "readers/sync-held": skip(
    "More items with later changes were waiting for them than the limit.",
    "Raise maxHeldSyncBytes.",
  ),
  "readers/item-unmappable": skip(
    "An item of Sync XML cannot be mapped to a calendar object, contact or message.",
    "Look at its XML in unmapped/.",
  ),
  "readers/fetch-status": skip(
    "A saved Fetch response holds an error status instead of a message; the manifest names it.",
    "4403: no such message; 4402: no such folder; 3204: sign-in expired; 5xxx: the server failed.",
  ),
  "readers/carrier-damaged": skip(
    "A file that carries others is broken off or malformed here; what stands around the damage is kept.",
    "Look for another copy of the file.",
  ),
  "readers/member-bomb": skip(
    "A file inside another decompresses to hundreds of times its size, by itself or with those before it, so it was given up.",
    "If the file is trusted, decompress it with another tool first, or raise maxMemberRatio.",
  ),
  "readers/member-encrypted": skip(
    "A file inside a ZIP is encrypted, so it was not opened.",
    "Take it out of the ZIP with its password and convert it by itself.",
  ),
  "readers/member-method": skip(
    "A file inside a ZIP is compressed by a method that is not read; the details name it.",
    "Take it out of the ZIP with another tool and convert it by itself.",
  ),
  "readers/member-overlaps": skip(
    "A file inside a ZIP shares its bytes with the one before it, as in ZIP bombs, so it was not opened.",
    "Look for another copy of the ZIP, unless it is a bomb.",
  ),
  "readers/too-many-members": skip(
    "A ZIP lists more files than the limit; no more were opened.",
    "Raise maxZipEntries.",
  ),
  "readers/carrier-too-large": skip(
    "A file that carries others must be held in memory and is larger than the limit, so it was not opened.",
    "Cut the HAR file into smaller ones, or raise maxHarBytes.",
  ),
  "readers/carrier-depth": skip(
    "Files are nested in files deeper than the limit; this one was not opened.",
    "Take it out of the files around it and convert it by itself, or raise maxCarrierDepth.",
  ),
  "readers/member-unrecognised": skip(
    "A file inside another is of no known kind, so nothing was made of it.",
    "Nothing to do unless it should hold mail; then take it out and convert it with carve.",
  ),
  "readers/too-many-items": fatal("The archive holds more items than the limit.", "Raise maxItems."),
} as const satisfies Record<string, ErrorFacts>;
