/** What a code means to the person who meets it. The README table is made from these rows. */
export interface ErrorFacts {
  readonly meaning: string;
  /** True when the job or request ends; false when only the place named in the details is lost. */
  readonly fatal: boolean;
  /** True when the same call may succeed later without anything being changed. */
  readonly retry: boolean;
  readonly remedy: string;
}

/** Only the place named is lost. */
export const damage = (meaning: string): ErrorFacts => ({
  meaning,
  fatal: false,
  retry: false,
  remedy: "Everything around it is kept. Look for another copy of the archive to fill the hole.",
});

/** Only the item named is lost. */
export const skip = (meaning: string, remedy: string): ErrorFacts => ({ meaning, fatal: false, retry: false, remedy });
/** The job or request ends. */
export const fatal = (meaning: string, remedy: string): ErrorFacts => ({ meaning, fatal: true, retry: false, remedy });
/** The job or request ends, and may succeed later. */
export const passing = (meaning: string, remedy: string): ErrorFacts => ({ meaning, fatal: true, retry: true, remedy });
