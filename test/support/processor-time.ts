/**
 * Processor time of this process in milliseconds. What bounds hostile input in tests: the time on the wall tells how
 * busy the machine is.
 */
export function processorMillis(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
