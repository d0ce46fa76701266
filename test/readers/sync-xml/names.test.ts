import { afterEach, describe, expect, it } from "vitest";
import { canonicalName } from "../../../shared/readers/sync-xml/element-names.ts";
import { itemClassOf, namespaceClassOf } from "../../../shared/readers/sync-xml/namespaces.ts";
import { convertAll } from "../../support/convert-all.ts";
import { bytesOf, collection, command, mimeData, shortMime, syncXml } from "../../support/sync-samples.ts";

describe("names of Sync XML", () => {
  it.each([
    ["AirSync", "AirSync", null],
    ["AirSync:", "AirSync", null],
    ["uri:AirSync", "AirSync", null],
    ["POOMCAL:", "Calendar", "Calendar"],
    ["uri:Calendar", "Calendar", "Calendar"],
    ["POOMCONTACTS2:", "Contacts2", "Contacts"],
    ["POOMTASKS:", "Tasks", "Tasks"],
    ["POOMMAIL:", "Email", "Email"],
    ["EMAIL:", "Email", "Email"],
    ["Email2:", "Email2", "Email"],
    ["HMMAIL:", "HmMail", "Email"],
    ["HMFOLDER:", "HmFolder", "Folder"],
    ["Notes:", "Notes", "Notes"],
    ["AirSyncBase:", "AirSyncBase", null],
    ["DeltaSyncV2:", "DeltaSync", null],
    ["urn:other", null, null],
    ["constructor", null, null],
  ])("the namespace %s is %s, of items of class %s", (uri, namespace, itemClass) => {
    expect(namespaceClassOf(uri)).toBe(namespace);
    expect(itemClassOf(namespaceClassOf(uri))).toBe(itemClass);
  });

  it.each([
    ["Timezone", "TimeZone"],
    ["BusinessStreet", "BusinessAddressStreet"],
    ["HomeCity", "HomeAddressCity"],
    ["OtherPostalCode", "OtherAddressPostalCode"],
    ["AssistnamePhoneNumber", "AssistantPhoneNumber"],
    ["Rtf", "CompressedRTF"],
    ["Attendee_Email", "Email"],
    ["Recurrence_Type", "Type"],
    ["Organizer_Email", "OrganizerEmail"],
    ["Exception_StartTime", "ExceptionStartTime"],
    ["Exception_Deleted", "Deleted"],
    ["InstanceId", "ExceptionStartTime"],
    ["ClientUid", "UID"],
    ["Subject", "Subject"],
    ["constructor", "constructor"],
  ])("the element %s is %s", (spelling, canonical) => {
    expect(canonicalName(spelling)).toBe(canonical);
  });
});

describe("T-DET-01: Sync XML", () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  it("gives the same files in every time zone", async () => {
    const times = "<C:StartTime>20110314T090000Z</C:StartTime><C:EndTime>20110314T100000Z</C:EndTime>";
    const data =
      collection(
        "Calendar",
        "2",
        command("Add", "2:1", `<C:Subject>S</C:Subject>${times}<C:AllDayEvent>1</C:AllDayEvent>`),
      ) +
      collection(
        "Contacts",
        "6",
        command("Add", "6:1", "<P:FirstName>A</P:FirstName><P:Birthday>1980-05-01T11:59:00.000Z</P:Birthday>"),
      ) +
      collection(
        "Tasks",
        "7",
        command("Add", "7:1", "<T:Subject>T</T:Subject><T:StartDate>2011-03-14T00:00:00.000Z</T:StartDate>"),
      ) +
      collection(
        "Email",
        "5",
        command("Add", "5:1", mimeData(shortMime("M"))) + command("Add", "5:2", "<E:Subject>x</E:Subject>"),
      );
    const hashes = [];
    for (const name of ["UTC", "Asia/Kolkata", "America/St_Johns", "Pacific/Kiritimati"]) {
      process.env.TZ = name;
      expect(new Date(0).getTimezoneOffset() === 0).toBe(name === "UTC");
      hashes.push((await convertAll(bytesOf(syncXml(data)))).manifest.map(({ path, sha256 }) => [path, sha256]));
    }
    expect(hashes[0]).toHaveLength(8);
    for (const others of hashes) expect(others).toEqual(hashes[0]);
  });
});
