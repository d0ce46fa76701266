import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signText, verifyText } from "../../../functions/api/http/signed-text.ts";

const PURPOSE = ["jobs", "ada"];

describe("signed text", () => {
  it("comes back for the same secret and purpose", () => {
    const check = fc.property(
      fc.string({ unit: "binary" }),
      (text) => verifyText("secret", PURPOSE, signText("secret", PURPOSE, text)) === text,
    );
    fc.assert(check);
  });

  it("counts for no other secret, owner or list", () => {
    const signed = signText("secret", PURPOSE, "place");
    expect(verifyText("Secret", PURPOSE, signed)).toBeNull();
    expect(verifyText("secret", ["jobs", "bob"], signed)).toBeNull();
    expect(verifyText("secret", ["files", "ada"], signed)).toBeNull();
    expect(verifyText("secret", ["jobs,ada"], signed)).toBeNull();
    expect(verifyText("secret", ["jobs"], signed)).toBeNull();
  });

  it("counts with no character changed, left out or added", () => {
    const signed = signText("secret", PURPOSE, "place");
    for (let at = 0; at < signed.length; at++) {
      const other = signed[at] === "A" ? "B" : "A";
      const changed = signed.slice(0, at) + other + signed.slice(at + 1);
      // The last character of base64url holds bits that mean nothing.
      if (
        Buffer.from(changed.split(".")[1] ?? "", "base64url").equals(
          Buffer.from(signed.split(".")[1] ?? "", "base64url"),
        ) &&
        changed.split(".")[0] === signed.split(".")[0]
      )
        continue;
      expect(verifyText("secret", PURPOSE, changed)).not.toBe("place");
      expect(verifyText("secret", PURPOSE, signed.slice(0, at))).toBeNull();
    }
    expect(verifyText("secret", PURPOSE, `${signed}.x`)).toBeNull();
    expect(verifyText("secret", PURPOSE, "")).toBeNull();
  });
});
