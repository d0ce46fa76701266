import { ArchiveError } from "../../shared/errors.ts";

/** Thrown by functions/local: the command line and the local service. */
export class LocalError extends ArchiveError {}
