/** A small record beside the jobs. */
export interface Note {
  /** 1 to 512 characters of printable ASCII. */
  readonly id: string;
  /** At most 300 KB. */
  readonly text: string;
  /** RFC 3339 UTC; from then on there is no such note any more. */
  readonly expiresAt: string;
}

/** Seam 3: where the API keeps what is no job, such as answers to requests that may come again. Throws `StoreError`. */
export interface NoteStore {
  /** Stores a note unless one with its id is there that has not expired; that one is given back, else null. */
  create(note: Note): Promise<Note | null>;
  /** The note, or null when there is none or it has expired. */
  get(id: string): Promise<Note | null>;
  /** Stores a note, whatever was there. */
  put(note: Note): Promise<void>;
  /** Removes a note; nothing happens when there is none. */
  delete(id: string): Promise<void>;
}
