import { mapEvent } from "../../shared/mapping/map-event.ts";
import { mapTask } from "../../shared/mapping/map-task.ts";
import type { MappedObject } from "../../shared/mapping/sync-element.ts";
import { applicationData, el, mapContext } from "./sync-elements.ts";
import { BLOBS } from "./time-zone-blobs.ts";

const print = (object: MappedObject): unknown => process.stdout.write(`${JSON.stringify(object, null, 1)}\n`);

/** Prints calendar objects of many kinds, to compare what different surroundings make of them. */
for (const TimeZone of ["", ...Object.values(BLOBS)]) {
  for (const AllDayEvent of ["0", "1"]) {
    const Recurrence = applicationData({ Type: "2", DayOfMonth: "30", Occurrences: "9" }).children;
    const exception = el("Exception", applicationData({ ExceptionStartTime: "20110430", Subject: "I" }).children);
    const fields = { StartTime: "20110330T223000Z", AllDayEvent, TimeZone, Recurrence, Exceptions: [exception] };
    const context = mapContext("2", "2:17", { defaultTimeZone: "America/St_Johns" });
    print(mapEvent(applicationData(fields), context));
  }
}
print(mapTask(applicationData({ UtcStartDate: "2011-03-13T23:00:00.000Z" }), mapContext("7", "7:1")));
