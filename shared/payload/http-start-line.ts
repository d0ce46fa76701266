const START_LINE = /^(?:HTTP\/1\.[01] \d{3}(?: |\r?$)|(?:GET|POST|PUT|OPTIONS|HEAD) \S+ HTTP\/1\.[01]\r?$)/;

/** True for the first line of an HTTP request or response. */
export function isHttpStartLine(line: string): boolean {
  return START_LINE.test(line.replace(/\r?\n$/, ""));
}
