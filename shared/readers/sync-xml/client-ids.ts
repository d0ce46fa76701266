/**
 * The ids that clients give to items of their own until the server answers with one. A client may give the same id to
 * another item in its next request, so each use of one is a name of its own.
 */
export class ClientIds {
  /** For each use, in order, the server's id once it is known. */
  readonly #uses: Map<string, (string | null)[]>;
  readonly #passed = new Map<string, number>();

  constructor(uses = new Map<string, (string | null)[]>()) {
    this.#uses = uses;
  }

  /** The same for one more pass from the beginning. */
  again(): ClientIds {
    return new ClientIds(this.#uses);
  }

  /** An item is added under a client's id. @returns the id of that item: the server's, when the answer is known */
  add(collectionId: string, clientId: string): string {
    const key = `${collectionId}\0${clientId}`;
    const use = this.#passed.get(key) ?? 0;
    this.#passed.set(key, use + 1);
    const uses = this.#uses.get(key) ?? [];
    if (use === uses.length) uses.push(null);
    this.#uses.set(key, uses);
    return uses[use] ?? nameOf(clientId, use);
  }

  /** The server answers to the last item that was added under a client's id. @returns that item's id so far, or null */
  answer(collectionId: string, clientId: string, serverId: string): string | null {
    const uses = this.#uses.get(`${collectionId}\0${clientId}`) ?? [];
    const use = uses.length - 1;
    if (use < 0 || uses[use] !== null) return null;
    uses[use] = serverId;
    return nameOf(clientId, use);
  }

  /** The id of the item that was added last under a client's id. */
  latest(collectionId: string, clientId: string): string {
    const key = `${collectionId}\0${clientId}`;
    const use = Math.max(0, (this.#passed.get(key) ?? 0) - 1);
    return this.#uses.get(key)?.[use] ?? nameOf(clientId, use);
  }
}

const nameOf = (clientId: string, use: number): string => (use === 0 ? clientId : `${clientId}#${use + 1}`);
