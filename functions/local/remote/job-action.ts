/** What can be asked for a job of a service. */
export const JOB_ACTIONS = ["cancel", "retry", "delete"] as const;
export type JobAction = (typeof JOB_ACTIONS)[number];
