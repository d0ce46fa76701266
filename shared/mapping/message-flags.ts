import type { MailState } from "../items/sync-facts.ts";
import type { SyncElement } from "./sync-element.ts";
import { child, fieldFlag, fieldNumber, fieldText, groupTexts } from "./sync-fields.ts";
import { parseWireMillis } from "./wire-date.ts";

const IMPORTANCE = ["low", "normal", "high"] as const;
const SENSITIVITY = ["normal", "personal", "private", "confidential"] as const;

/** ReplyToOrForwardState of HMMAIL. */
const REPLIED = 1;
const FORWARDED = 2;
/** LastVerbExecuted of Email2 (MS-ASEMAIL 2.2.2.41): reply to sender, reply to all, forward. */
const REPLY_VERBS: readonly (number | null)[] = [1, 2];
const FORWARD_VERB = 3;

/**
 * Reads what the server knows of a message and the message itself does not (MAPPING.md 12.4). What is absent is false
 * or null.
 *
 * @param data ApplicationData of class Email, of DeltaSync or AirSync
 */
export function messageFlags(data: SyncElement): MailState {
  const state = fieldNumber(data, "ReplyToOrForwardState");
  const verb = fieldNumber(data, "LastVerbExecuted");
  return {
    seen: fieldFlag(data, "Read"),
    flagged: isFlagged(data),
    answered: state === REPLIED || REPLY_VERBS.includes(verb),
    forwarded: state === FORWARDED || verb === FORWARD_VERB,
    draft: /^hm\.note\.draft\b/i.test(fieldText(data, "MessageClass")?.trim() ?? "") || fieldFlag(data, "IsDraft"),
    junk: fieldFlag(data, "ConfirmedJunk"),
    importance: IMPORTANCE[fieldNumber(data, "Importance") ?? -1] ?? null,
    sensitivity: SENSITIVITY[fieldNumber(data, "Sensitivity") ?? -1] ?? null,
    categories: groupTexts(data, "Categories", "Category"),
    dateReceivedMillis: parseWireMillis(fieldText(data, "DateReceived")),
  };
}

/** HMMAIL counts any State but 0 as flagged until it is completed; AirSync has Status, with 2 for an active flag. */
function isFlagged(data: SyncElement): boolean {
  const flag = child(data, "Flag");
  if (flag === null) return false;
  const status = fieldNumber(flag, "Status");
  if (status !== null) return status === 2;
  return (fieldNumber(flag, "State") ?? 0) !== 0 && !fieldFlag(flag, "Completed");
}
