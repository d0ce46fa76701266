import type { ProgressLine } from "../progress-line.ts";

/** Counts bytes that go over the line, and shows them. */
export class ByteMeter {
  readonly #line: ProgressLine;
  readonly #what: string;
  #doneBytes = 0;
  #totalBytes = 0;

  /** @param what is being done, like `uploading` */
  constructor(line: ProgressLine, what: string) {
    this.#line = line;
    this.#what = what;
  }

  /** So many more will go. */
  expect(bytes: number): void {
    this.#totalBytes += bytes;
    this.#show();
  }

  /** So many more have gone; fewer than none when some have to go again. */
  add(bytes: number): void {
    this.#doneBytes += bytes;
    this.#show();
  }

  #show(): void {
    this.#line.showBytes(this.#what, this.#doneBytes, this.#totalBytes);
  }
}
