import { describe, expect, it } from "vitest";
import { createCallbackPoster, type HostAddress } from "../../../functions/api/webhooks/post-callback.ts";
import { makeIdentity, type ReceiverAnswer, startReceiver } from "../../support/receiver.ts";

const NAME = "receiver.example";
const LOOPBACK: HostAddress = { address: "127.0.0.1", family: 4 };
const take: ReceiverAnswer = (response) => void response.writeHead(204).end();
const identity = await makeIdentity(NAME);

/** Posts to a name by a resolver that gives one answer after the other; the last one for ever. */
function posterOf(
  answers: readonly (readonly HostAddress[])[],
  options: { allowPrivate?: boolean; timeoutMillis?: number } = {},
) {
  const { allowPrivate = true, ...rest } = options;
  const asked: string[] = [];
  const post = createCallbackPoster({
    policy: { allowPrivate },
    ca: identity.cert,
    lookup: async (host) => {
      asked.push(host);
      return answers[Math.min(asked.length, answers.length) - 1] ?? [];
    },
    ...rest,
  });
  return { asked, post: (url: string) => post({ url, body: "{}", headers: { "x-test": "1" } }) };
}

describe("posting a callback", () => {
  it("goes to the address that was checked, under the name that was given", async () => {
    await using receiver = await startReceiver(take, identity);
    const { post, asked } = posterOf([[LOOPBACK]]);
    expect(await post(`https://${NAME}:${receiver.port}/hook?a=b`)).toBe(204);
    expect(receiver.received).toMatchObject([
      { path: "/hook?a=b", body: "{}", headers: { host: `${NAME}:${receiver.port}`, "x-test": "1" } },
    ]);
    expect(asked).toEqual([NAME]);
  });

  it("asks for the addresses once, so that a name which leads elsewhere a moment later leads nowhere", async () => {
    await using receiver = await startReceiver(take, identity);
    const elsewhere = { address: "10.255.255.1", family: 4 };
    const { post, asked } = posterOf([[LOOPBACK], [elsewhere]]);
    expect(await post(`https://${NAME}:${receiver.port}/`)).toBe(204);
    expect(asked).toHaveLength(1);
  });

  it.each([
    ["loopback", [LOOPBACK]],
    ["private", [{ address: "192.168.0.7", family: 4 }]],
    ["metadata", [{ address: "169.254.169.254", family: 4 }]],
    ["mapped", [{ address: "::ffff:127.0.0.1", family: 6 }]],
    ["a public one and a private one", [{ address: "8.8.8.8", family: 4 }, LOOPBACK]],
  ])("is refused when DNS gives %s", async (_, addresses) => {
    await using receiver = await startReceiver(take, identity);
    const { post } = posterOf([addresses], { allowPrivate: false });
    await expect(post(`https://${NAME}:${receiver.port}/`)).rejects.toMatchObject({
      code: "callbacks/address-refused",
    });
    expect(receiver.received).toEqual([]);
  });

  it("is refused over plain http when the name does not lead to this machine", async () => {
    const { post } = posterOf([[{ address: "10.0.0.1", family: 4 }]]);
    await expect(post("http://localhost:9999/")).rejects.toMatchObject({ code: "callbacks/address-refused" });
  });

  it("follows no redirect", async () => {
    await using inner = await startReceiver(take);
    await using receiver = await startReceiver((response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${inner.port}/` }).end();
    }, identity);
    expect(await posterOf([[LOOPBACK]]).post(`https://${NAME}:${receiver.port}/`)).toBe(307);
    expect(inner.received).toEqual([]);
  });

  it("ends in time when nobody answers, and when DNS does not", async () => {
    await using receiver = await startReceiver(() => undefined, identity);
    const timeoutMillis = 150;
    const silent = posterOf([[LOOPBACK]], { timeoutMillis });
    await expect(silent.post(`https://${NAME}:${receiver.port}/`)).rejects.toMatchObject({
      code: "callbacks/timed-out",
    });
    const lookup = () => new Promise<never>(() => undefined);
    const post = createCallbackPoster({ policy: { allowPrivate: false }, timeoutMillis, lookup });
    const url = `https://${NAME}/`;
    await expect(post({ url, body: "", headers: {} })).rejects.toMatchObject({ code: "callbacks/timed-out" });
  });

  it("reads no body, however long it is", async () => {
    let written = 0;
    await using receiver = await startReceiver((response) => {
      response.writeHead(200);
      const more = () => {
        while (written < 2 ** 26 && !response.destroyed && response.write(Buffer.alloc(2 ** 16))) written += 2 ** 16;
      };
      response.on("drain", more);
      more();
    }, identity);
    expect(await posterOf([[LOOPBACK]]).post(`https://${NAME}:${receiver.port}/`)).toBe(200);
    expect(written).toBeLessThan(2 ** 24);
  });

  it("does not take the word of a server that cannot prove its name, nor of endless headers", async () => {
    await using impostor = await startReceiver(take, await makeIdentity("other.example"));
    await using endless = await startReceiver((response) => {
      response.writeHead(200, { "x-long": "x".repeat(20_000) }).end();
    }, identity);
    for (const { port } of [impostor, endless]) {
      const answer = posterOf([[LOOPBACK]]).post(`https://${NAME}:${port}/`);
      await expect(answer).rejects.toMatchObject({ code: "callbacks/unreachable" });
    }
  });

  it("says so when there is no such host", async () => {
    const lookup = () => Promise.reject(new Error("ENOTFOUND"));
    const post = createCallbackPoster({ policy: { allowPrivate: false }, lookup });
    const answer = post({ url: `https://${NAME}/`, body: "", headers: {} });
    await expect(answer).rejects.toMatchObject({ code: "callbacks/unreachable" });
  });
});
