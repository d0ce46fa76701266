/** How a command ends: everything is well, something was lost or left out, nothing came of it. */
export const EXIT_OK = 0;
export const EXIT_DAMAGED = 1;
export const EXIT_FAILED = 2;

export type ExitCode = typeof EXIT_OK | typeof EXIT_DAMAGED | typeof EXIT_FAILED;

/** The exit code of several inputs together: that of the worst one. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  return codes.reduce<ExitCode>((most, code) => (code > most ? code : most), EXIT_OK);
}
