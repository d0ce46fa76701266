/** What a namespace of the AirSync and DeltaSync families is about, however it is spelt. */
export type NamespaceClass =
  | "AirSync"
  | "AirSyncBase"
  | "Email"
  | "Email2"
  | "HmMail"
  | "HmFolder"
  | "HmSync"
  | "Calendar"
  | "Contacts"
  | "Contacts2"
  | "Tasks"
  | "Notes"
  | "ItemOperations"
  | "DeltaSync";

/** What an item is. DeltaSync itself is only known to have Email and Folder (MAPPING.md, opening). */
export type SyncClass = "Email" | "Folder" | "Calendar" | "Contacts" | "Tasks" | "Notes";

/** Names without `uri:` in front and `:` behind, in lower case (MAPPING.md 2.1). */
const NAMESPACES: Readonly<Record<string, NamespaceClass>> = {
  airsync: "AirSync",
  airsyncbase: "AirSyncBase",
  email: "Email",
  poommail: "Email",
  email2: "Email2",
  poommail2: "Email2",
  hmmail: "HmMail",
  hmfolder: "HmFolder",
  hmsync: "HmSync",
  calendar: "Calendar",
  poomcal: "Calendar",
  contacts: "Contacts",
  poomcontacts: "Contacts",
  contacts2: "Contacts2",
  poomcontacts2: "Contacts2",
  tasks: "Tasks",
  poomtasks: "Tasks",
  notes: "Notes",
  poomnotes: "Notes",
  itemoperations: "ItemOperations",
  deltasyncv2: "DeltaSync",
};

/** The class of item that a namespace belongs to; the others are used by every class. */
const ITEM_CLASSES: Readonly<Partial<Record<NamespaceClass, SyncClass>>> = {
  Email: "Email",
  Email2: "Email",
  HmMail: "Email",
  HmFolder: "Folder",
  Calendar: "Calendar",
  Contacts: "Contacts",
  Contacts2: "Contacts",
  Tasks: "Tasks",
  Notes: "Notes",
};

const CLASS_NAMES: readonly SyncClass[] = ["Email", "Folder", "Calendar", "Contacts", "Tasks", "Notes"];

/** What a namespace name means, or null for an unknown one. */
export function namespaceClassOf(uri: string): NamespaceClass | null {
  const name = uri.trim().toLowerCase().replace(/^uri:/, "").replace(/:$/, "");
  return Object.hasOwn(NAMESPACES, name) ? (NAMESPACES[name] as NamespaceClass) : null;
}

/** The class of the items whose data stands in a namespace, or null when it says nothing of it. */
export function itemClassOf(namespace: NamespaceClass | null): SyncClass | null {
  return namespace === null ? null : (ITEM_CLASSES[namespace] ?? null);
}

/** The class that a Collection's Class element names, or null for one that this project does not know. */
export function parseSyncClass(text: string): SyncClass | null {
  const name = text.trim().toLowerCase();
  return CLASS_NAMES.find((candidate) => candidate.toLowerCase() === name) ?? null;
}
