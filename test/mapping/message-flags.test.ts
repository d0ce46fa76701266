import { describe, expect, it } from "vitest";
import { messageFlags } from "../../shared/mapping/message-flags.ts";
import { applicationData, el } from "../support/sync-elements.ts";

const flags = (fields: Parameters<typeof applicationData>[0]) => messageFlags(applicationData(fields));

describe("what the server knows of a message", () => {
  it("is nothing when it says nothing", () => {
    expect(flags({})).toEqual({
      seen: false,
      flagged: false,
      answered: false,
      forwarded: false,
      draft: false,
      junk: false,
      importance: null,
      sensitivity: null,
      categories: [],
      dateReceivedMillis: null,
    });
  });

  it("is read from the elements of DeltaSync", () => {
    const all = flags({
      Read: "1",
      ReplyToOrForwardState: "1",
      MessageClass: "HM.Note.Draft",
      ConfirmedJunk: "1",
      Importance: "2",
      Sensitivity: "2",
      Categories: "a, b",
      DateReceived: "2011-03-14T09:00:00.000Z",
    });
    expect(all).toMatchObject({ seen: true, answered: true, forwarded: false, draft: true, junk: true });
    expect(all).toMatchObject({ importance: "high", sensitivity: "private", categories: ["a", "b"] });
    expect(all.dateReceivedMillis).toBe(Date.UTC(2011, 2, 14, 9));
    expect(flags({ ReplyToOrForwardState: "2" })).toMatchObject({ answered: false, forwarded: true });
    expect(flags({ ReplyToOrForwardState: "0", Read: "0" })).toMatchObject({ answered: false, forwarded: false });
    expect(flags({ MessageClass: "IPM.Note" }).draft).toBe(false);
    expect(flags({ MessageClass: "HM.Note.Drafts" }).draft).toBe(false);
  });

  it.each([
    [[el("State", "2"), el("Completed", "0")], true],
    [[el("State", "1")], true],
    [[el("State", "2"), el("Completed", "1")], false],
    [[el("State", "0")], false],
    [[el("Title", "x")], false],
    [[el("Status", "2")], true],
    [[el("Status", "1")], false],
    [[], false],
  ])("is flagged while the flag is up and not completed (%#)", (flag, flagged) => {
    expect(flags({ Flag: flag }).flagged).toBe(flagged);
  });

  it("is read from the verbs of AirSync too", () => {
    expect(flags({ LastVerbExecuted: "2" })).toMatchObject({ answered: true, forwarded: false });
    expect(flags({ LastVerbExecuted: "3" })).toMatchObject({ answered: false, forwarded: true });
    expect(flags({ Importance: "7", Sensitivity: "-1" })).toMatchObject({ importance: null, sensitivity: null });
  });
});
