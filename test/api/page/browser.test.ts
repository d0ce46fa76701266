import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { openDataFolder } from "../../../functions/local/data-folder.ts";
import { startService } from "../../../functions/local/service.ts";
import { createLog } from "../../../functions/log.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "../../local/run-cli.ts";
import { type BrowserOptions, HAS_BROWSER, startBrowser } from "../../support/browser.ts";
import { makeArchive } from "../../support/make-archive.ts";
import { makeMessage } from "../../support/synthetic-mail.ts";

const MESSAGE = makeMessage({ seed: 5, subject: "Tea" });

/** A local service, its page in a browser, and an archive to convert. */
async function open(folder: TemporaryFolder, options: BrowserOptions = {}) {
  const data = await openDataFolder(join(folder.path, "data"));
  const log = createLog(() => undefined);
  const service = await startService({ data, host: "127.0.0.1", port: 0, log, token: null, settleMillis: 20 });
  const browser = await startBrowser(options);
  const page = await browser.context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  const archive = join(folder.path, "tea.hu01");
  await writeFile(archive, makeArchive(MESSAGE));
  await page.goto(`${service.url}/`);
  return {
    page,
    archive,
    faults,
    data,
    url: service.url,
    [Symbol.asyncDispose]: async () => {
      await browser[Symbol.asyncDispose]();
      await service.close(1000);
    },
  };
}

const widthOverflow = (page: Page) =>
  page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

describe.skipIf(!HAS_BROWSER)("the page in a browser", () => {
  it("takes a chosen file, shows it converted, and opens a result", async () => {
    await using folder = await makeTemporaryFolder();
    await using site = await open(folder);
    const { page } = site;
    await page.getByLabel("Choose archives").setInputFiles(site.archive);
    await page.getByText("sent", { exact: true }).waitFor();
    await page.locator("article .chip.succeeded").waitFor();
    await page.locator("#news", { hasText: "done" }).waitFor({ state: "attached" });
    await page.getByRole("link", { name: "tea.hu01" }).click();
    const link = page.getByRole("link", { name: /mail\/.*\.eml/ });
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    expect((await readFile(await download.path())).equals(Buffer.from(MESSAGE))).toBe(true);
    expect(site.faults).toEqual([]);
  });

  it("shows what comes through the inbox, without being touched", async () => {
    await using folder = await makeTemporaryFolder();
    await using site = await open(folder);
    await writeFile(join(site.data.inbox, "dropped.hu01"), makeArchive(MESSAGE));
    await site.page.getByRole("link", { name: "dropped.hu01" }).waitFor();
    expect(site.faults).toEqual([]);
  });

  it("takes files that are dropped", async () => {
    await using folder = await makeTemporaryFolder();
    await using site = await open(folder);
    await site.page.evaluate(`{
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["no archive"], "dragged.bin"));
      document.getElementById("upload").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
    }`);
    await site.page.getByRole("link", { name: "dragged.bin" }).waitFor();
    await site.page.locator("article .chip.failed").waitFor();
    expect(site.faults).toEqual([]);
  });

  it("lets everything be done by keyboard, and deletes only what is confirmed", async () => {
    await using folder = await makeTemporaryFolder();
    await using site = await open(folder);
    const { page } = site;
    await page.getByLabel("Choose archives").setInputFiles(site.archive);
    await page.locator("article .chip.succeeded").waitFor();
    await page.getByRole("link", { name: "tea.hu01" }).focus();
    await page.keyboard.press("Enter");
    await page.locator("#deleting summary").focus();
    expect(await page.locator("#delete").isVisible()).toBe(false);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${site.url}/`);
    expect(await page.locator("#no-job").count()).toBe(1);
  });

  it("needs no sideways scrolling at 200 % of a narrow window, light or dark", async () => {
    await using folder = await makeTemporaryFolder();
    await using site = await open(folder, { viewport: { width: 320, height: 512 }, colorScheme: "dark" });
    const { page } = site;
    await page.getByLabel("Choose archives").setInputFiles(site.archive);
    await page.locator("article .chip.succeeded").waitFor();
    expect(await widthOverflow(page)).toBe(0);
    await page.getByRole("link", { name: "tea.hu01" }).click();
    await page.getByText("Result").waitFor();
    expect(await widthOverflow(page)).toBe(0);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(20, 24, 29)");
  });

  it("lists jobs and links results without script, and says how archives come in", async () => {
    await using folder = await makeTemporaryFolder();
    await using site = await open(folder, { javaScriptEnabled: false });
    const { page } = site;
    await writeFile(join(site.data.inbox, "dropped.hu01"), makeArchive(MESSAGE));
    await page.getByText("put them into the inbox").waitFor();
    expect(await page.locator("#upload").isVisible()).toBe(false);
    do await page.reload();
    while ((await page.locator("article .chip.succeeded").count()) === 0);
    await page.getByRole("link", { name: "dropped.hu01" }).click();
    expect(await page.getByRole("link", { name: /mail\/.*\.eml/ }).count()).toBe(1);
  });
});
