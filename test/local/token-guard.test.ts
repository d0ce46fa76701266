import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openAccessToken } from "../../functions/local/access-token.ts";
import { requireToken } from "../../functions/local/token-guard.ts";
import { makeTemporaryFolder } from "./run-cli.ts";

const TOKEN = "s3cret-Token_43";
const HOST = "http://192.0.2.1:8080";
const guarded = requireToken(
  () => new Response("mail"),
  TOKEN,
  () => "1",
);
const ask = async (path: string, headers: Record<string, string> = {}) =>
  await guarded(new Request(HOST + path, { headers }));

describe("a service open to other machines", () => {
  it("answers whoever sends the token as a bearer", async () => {
    const answer = await ask("/v1/jobs", { authorization: `Bearer ${TOKEN}` });
    expect(await answer.text()).toBe("mail");
    expect((await ask("/v1/jobs", { authorization: `bearer ${TOKEN}` })).status).toBe(200);
  });

  it.each([
    ["no token", {}],
    ["another token", { authorization: "Bearer s3cret-Token_44" }],
    ["a part of the token", { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ["the token and more", { authorization: `Bearer ${TOKEN}x` }],
    ["an empty token", { authorization: "Bearer " }],
    ["another scheme", { authorization: `Basic ${TOKEN}` }],
    ["a cookie of another name", { cookie: `token=${TOKEN}` }],
    ["an empty cookie", { cookie: "hu01-token=" }],
  ])("refuses %s with 401 and how to ask", async (_name, headers) => {
    const answer = await ask("/v1/jobs", headers as Record<string, string>);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="hu01"');
    expect(await answer.json()).toMatchObject({ code: "api/unauthenticated", status: 401 });
  });

  it("takes the token of the address into a cookie and out of the address", async () => {
    const answer = await ask(`/?token=${TOKEN}`);
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    const page = await ask("/", { cookie: `a=b; ${cookie.split(";")[0]}` });
    expect(await page.text()).toBe("mail");
  });

  it("takes it in the address of the page only, and only the right one", async () => {
    expect((await ask(`/v1/jobs?token=${TOKEN}`)).status).toBe(401);
    expect((await ask("/?token=wrong")).status).toBe(401);
    expect((await ask("/?token=")).status).toBe(401);
  });

  it("says to everybody what its codes mean", async () => {
    const { type } = (await (await ask("/v1/jobs")).json()) as { type: string };
    expect((await ask(type)).status).toBe(200);
    expect((await ask("/v1/problems/../jobs")).status).toBe(401);
    expect((await ask("/v1/problems/a/b/c")).status).toBe(401);
  });

  it("says to everybody whether it is there, and no more", async () => {
    expect((await ask("/healthz")).status).toBe(200);
    expect((await ask("/healthz/")).status).toBe(401);
    expect((await ask("/")).status).toBe(401);
  });
});

describe("the token", () => {
  it("stays the same for a data folder, and only its owner can read it", async () => {
    await using folder = await makeTemporaryFolder();
    const token = await openAccessToken({ root: folder.path });
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await openAccessToken({ root: folder.path })).toBe(token);
    expect((await stat(join(folder.path, "token"))).mode & 0o777).toBe(0o600);
  });

  it("is another one in another folder", async () => {
    await using one = await makeTemporaryFolder();
    await using other = await makeTemporaryFolder();
    expect(await openAccessToken({ root: one.path })).not.toBe(await openAccessToken({ root: other.path }));
  });
});
