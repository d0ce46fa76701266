import { ApiError } from "../../../shared/errors.ts";
import { signText, verifyText } from "./signed-text.ts";

/**
 * Cursors of one list as a client sees them: signed, so that what a store uses as one is never shown to be changed, and
 * good for that list and that principal only.
 */
export class ListCursor {
  readonly #secret: () => Promise<string>;
  readonly #list: readonly string[];

  /** @param list what the cursors are for: the list's name, whose it is, and its filters */
  constructor(secret: () => Promise<string>, list: readonly string[]) {
    this.#secret = secret;
    this.#list = list;
  }

  async seal(cursor: string): Promise<string> {
    return signText(await this.#secret(), this.#list, cursor);
  }

  /** @throws ApiError api/request-invalid for a cursor that this list did not give */
  async open(sealed: string): Promise<string> {
    const cursor = verifyText(await this.#secret(), this.#list, sealed);
    if (cursor === null) throw new ApiError("api/request-invalid", "The cursor is not one that this list gave.");
    return cursor;
  }
}
