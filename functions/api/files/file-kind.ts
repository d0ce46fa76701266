/** What the files of a result are, by what they hold. */
export const FILE_KINDS = ["mail", "calendar", "contact", "task", "note", "other", "document", "pack"] as const;
export type FileKind = (typeof FILE_KINDS)[number];

/** The folders that items go into; `document` and `pack` may stand in any of them. */
const FOLDER_KINDS: Readonly<Record<string, FileKind>> = {
  mail: "mail",
  calendar: "calendar",
  contacts: "contact",
  tasks: "task",
  notes: "note",
};
/** What the name of a single item's file begins with: its number in the job. */
const NUMBERED = /^\d{6}/;
const PACK = /\.(?:zip|mbox|tar)$/;

/** The kind of a result file, told from its path as the converter makes it. */
export function kindOf(path: string): FileKind {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!NUMBERED.test(name)) return PACK.test(name) ? "pack" : "document";
  return FOLDER_KINDS[folderOf(path)] ?? "other";
}

/** The folder in which all items of a kind are; null when they may be anywhere. */
export function folderOfKind(kind: FileKind): string | null {
  return Object.keys(FOLDER_KINDS).find((folder) => FOLDER_KINDS[folder] === kind) ?? null;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.indexOf("/")));
}
