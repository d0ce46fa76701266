declare module "dynalite" {
  import type { Server } from "node:http";

  /** An HTTP server of the DynamoDB protocol; closing it closes its store. */
  function dynalite(options?: {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
  }): Server;
  export = dynalite;
}
