import { type Command, Option } from "commander";
import { type ConvertOptions, convertOptionsSchema } from "../../shared/options.ts";
import { LocalError } from "./local-error.ts";

/** Flags whose names differ from the option's by more than hyphens. */
const RENAMED: Readonly<Record<string, keyof ConvertOptions>> = { outlookXms: "outlookXMs" };

/** Adds the flags of what the files are packed into. */
export function addPackFlags(command: Command): void {
  command
    .addOption(
      new Option(
        "--pack <form>",
        "put what would be many files into a few: zip takes all items; mbox (one for each mail folder) and maildir (a tar) take the mail, and calendars and contacts stay files",
      )
        .choices(["files", "zip", "mbox", "maildir"])
        .default("files"),
    )
    .option("--mbox-headers", "tell in an mbox which messages were read, flagged, answered … by header fields");
}

/** Adds a flag for each option of how contacts, calendar objects, tasks and notes are written. */
export function addMappingFlags(command: Command): void {
  command
    .addOption(
      new Option("--vcard-version <version>", "version of the vCards made of contacts").choices(["3.0", "4.0"]),
    )
    .addOption(new Option("--vcard-semicolon <form>", "how ; stands in the text of vCards").choices(["escaped", "raw"]))
    .option("--outlook-xms", "add Outlook's own X-MS properties to vCards")
    .option("--drop-sensitive-ids", "leave customer, government and account numbers out of vCards")
    .option("--outlook-legacy", "add METHOD:PUBLISH to calendars, for Outlook 2003")
    .addOption(new Option("--clip <form>", "how day 29 to 31 of every month is written").choices(["plain", "setpos"]))
    .option("--strip-cancel-prefix", 'take "Canceled: " off the subject of cancelled meetings')
    .option("--keep-source", "keep ServerId and other source fields as X-HU01 properties")
    .option("--no-html-alt", "leave out the HTML copy of descriptions")
    .option("--default-time-zone <zone>", "IANA zone for recurring items that name none")
    .option("--note-eml", "write each note as a message too")
    .option("--archive-time <time>", "when the archive was made (2011-01-28T08:56:56Z), for items without a date");
}

/** The conversion options that the flags of a command line name. @throws LocalError cli/usage */
export function toConvertOptions(flags: Readonly<Record<string, unknown>>): ConvertOptions {
  const { htmlAlt, ...others } = flags;
  const named = Object.entries(others).map(([flag, value]) => [RENAMED[flag] ?? flag, value] as const);
  const parsed = convertOptionsSchema.safeParse({ ...Object.fromEntries(named), noHtmlAlt: htmlAlt === false });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LocalError("cli/usage", `The option ${issue?.path.join(".") ?? ""} is not valid: ${issue?.message ?? ""}`);
}
