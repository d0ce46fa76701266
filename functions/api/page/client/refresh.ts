/** The parts of a page that change. */
const PARTS = ["jobs", "job", "result", "actions"] as const;

/**
 * Loads the page again and puts in what is new, so that nothing is drawn twice, here and on the server. What has the
 * same id and did not change stays the same element; what has the focus, or is open, keeps it.
 *
 * @returns false when the page cannot be had
 */
export async function refreshPage(): Promise<boolean> {
  const response = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
  if (response === null || !response.ok) return false;
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const id of PARTS) replacePart(document.getElementById(id), next.getElementById(id));
  return true;
}

function replacePart(now: HTMLElement | null, next: HTMLElement | null): void {
  if (now === null || next === null || now.isEqualNode(next)) return;
  const focused = document.activeElement?.id ?? "";
  for (const open of now.querySelectorAll<HTMLDetailsElement>("details[open][id]")) {
    next.querySelector<HTMLDetailsElement>(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
  }
  Object.assign(now.dataset, next.dataset);
  const kept = [...next.childNodes].map((child) => keep(now, child) ?? document.adoptNode(child));
  now.replaceChildren(...kept);
  if (focused !== "" && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}

function keep(now: HTMLElement, child: ChildNode): ChildNode | null {
  if (!(child instanceof Element) || child.id === "") return null;
  const same = now.querySelector(`:scope > #${CSS.escape(child.id)}`);
  return same?.isEqualNode(child) ? same : null;
}
