import type { Limits } from "../../limits.ts";

/**
 * Bytes that the compressed members of all carriers of a job may still become, together. A member may have as many as
 * were left when it began, whatever stands inside it, so that reading it again gives the same.
 */
export class InflateBudget {
  #leftBytes: number;

  constructor(leftBytes: number) {
    this.#leftBytes = leftBytes;
  }

  /** @param archiveBytes size of the archive around everything */
  static ofArchive(archiveBytes: number, limits: Limits): InflateBudget {
    const { maxOutputBytes, minBombBytes, maxMemberRatio } = limits;
    return new InflateBudget(Math.min(maxOutputBytes, Math.max(minBombBytes, maxMemberRatio * archiveBytes)));
  }

  get leftBytes(): number {
    return this.#leftBytes;
  }

  /** Notes what a member became, at its end. */
  spend(bytes: number): void {
    this.#leftBytes = Math.max(0, this.#leftBytes - bytes);
  }

  /** As it stands now. */
  copy(): InflateBudget {
    return new InflateBudget(this.#leftBytes);
  }
}

/** True when compressed bytes become more than any mail does, or more than is allowed. */
export function isBomb(
  { bytesIn, bytesOut }: { readonly bytesIn: number; readonly bytesOut: number },
  allowedBytes: number,
  { minBombBytes, maxMemberRatio }: Limits,
): boolean {
  return bytesOut > Math.min(allowedBytes, Math.max(minBombBytes, maxMemberRatio * bytesIn));
}
