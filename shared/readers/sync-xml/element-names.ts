/** Spellings in use for one element: the canonical one, then the others (MAPPING.md 2.2). */
const ALIASES: readonly (readonly [canonical: string, ...others: readonly string[]])[] = [
  ["TimeZone", "Timezone"],
  ["AssistantPhoneNumber", "AssistnamePhoneNumber"],
  ["CompressedRTF", "Rtf", "CompressedRtf"],
  ["ExceptionStartTime", "InstanceId", "Exception_StartTime"],
  ["Deleted", "Exception_Deleted"],
  ["UID", "ClientUid"],
  ["Email", "Attendee_Email"],
  ["Name", "Attendee_Name"],
  ["AttendeeStatus", "Attendee_Status"],
  ["AttendeeType", "Attendee_Type"],
  ["OrganizerEmail", "Organizer_Email"],
  ["OrganizerName", "Organizer_Name"],
  ["Type", "Recurrence_Type"],
  ["Interval", "Recurrence_Interval"],
  ["DayOfWeek", "Recurrence_DayOfWeek"],
  ["DayOfMonth", "Recurrence_DayOfMonth"],
  ["WeekOfMonth", "Recurrence_WeekOfMonth"],
  ["MonthOfYear", "Recurrence_MonthOfYear"],
  ["Until", "Recurrence_Until"],
  ["Occurrences", "Recurrence_Occurrences"],
  ["Start", "Recurrence_Start"],
  ["FirstDayOfWeek", "Recurrence_FirstDayOfWeek"],
  ["CalendarType", "Recurrence_CalendarType"],
  ["IsLeapMonth", "Recurrence_IsLeapMonth"],
  ["Regenerate", "Recurrence_Regenerate"],
  ["DeadOccur", "Recurrence_DeadOccur"],
  ["Reminder", "Reminder_MinsBefore"],
  ...["Business", "Home", "Other"].flatMap((place) =>
    ["Street", "City", "State", "PostalCode", "Country"].map(
      (part) => [`${place}Address${part}`, `${place}${part}`] as const,
    ),
  ),
];

const CANONICAL: ReadonlyMap<string, string> = new Map(
  ALIASES.flatMap(([canonical, ...others]) => others.map((other) => [other, canonical] as const)),
);

/** Every element that a mapping knows, so that one in an unknown namespace can be recognised by its name. */
const KNOWN: ReadonlySet<string> = new Set([
  ...ALIASES.map(([canonical]) => canonical),
  ...(
    "AllDayEvent AppointmentReplyTime Attendee Attendees BusyStatus CalendarType DisallowNewTimeProposal DtStamp EndTime " +
    "Exception Exceptions FirstDayOfWeek IsLeapMonth Location Latitude Longitude MeetingStatus OnlineMeetingConfLink " +
    "OnlineMeetingExternalLink Recurrence Reminder ResponseRequested ResponseType Sensitivity StartTime Subject Body " +
    "BodySize BodyTruncated Data Truncated EstimatedDataSize NativeBodyType Preview Attachments Attachment ContentId " +
    "FileReference Method IsInline Categories Category AccountName Alias Anniversary AssistantName Birthday " +
    "BusinessFaxNumber BusinessPhoneNumber Business2PhoneNumber CarPhoneNumber Child Children CompanyMainPhone " +
    "CompanyName CustomerId Department Email1Address Email2Address Email3Address FileAs FirstName GovernmentId " +
    "HomeFaxNumber HomePhoneNumber Home2PhoneNumber IMAddress IMAddress2 IMAddress3 JobTitle LastName ManagerName " +
    "MiddleName MMS MobilePhoneNumber NickName OfficeLocation PagerNumber Picture RadioPhoneNumber Spouse Suffix Title " +
    "WebPage WeightedRank YomiCompanyName YomiFirstName YomiLastName Complete DateCompleted DeadOccur DueDate Importance " +
    "OrdinalDate Regenerate ReminderSet ReminderTime Start StartDate SubOrdinalDate UtcDueDate UtcStartDate " +
    "LastModifiedDate MessageClass Bcc Cc ContentClass ConversationId ConversationIndex ConversationTopic Completed " +
    "ConfirmedJunk DateReceived DisplayName DisplayTo Flag FlagStatus FlagType FolderId From GlobalObjId HasAttachments " +
    "InternetCPID InternetMessageId IsDraft IsBondedSender IsFromSomeoneAddressBook IsToAllowList LastVerbExecuted " +
    "LastVerbExecutionTime LegacyId MeetingRequest Message MIMEData MIMESize MIMETruncated ParentId PopAccountID Read " +
    "ReceivedAsBcc ReminderDate ReplyTo ReplyToOrForwardState Sender Size State Status ThreadTopic To TrustedSource " +
    "TypeData Version"
  ).split(" "),
]);

/** The canonical spelling of a local name; most have only one. */
export function canonicalName(localName: string): string {
  return CANONICAL.get(localName) ?? localName;
}

/** True for the canonical name of an element that a mapping reads. */
export function isKnownName(canonical: string): boolean {
  return KNOWN.has(canonical);
}
