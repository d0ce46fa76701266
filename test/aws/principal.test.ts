import { describe, expect, it } from "vitest";
import { principalOf } from "../../functions/aws/principal.ts";

const signed = (userArn: unknown) => ({ requestContext: { authorizer: { iam: { userArn } } } });

describe("who asks", () => {
  it.each([
    ["arn:aws:sts::123456789012:assumed-role/archivist/anna@example.org", "arn:aws:iam::123456789012:role/archivist"],
    [
      "arn:aws-cn:sts::123456789012:assumed-role/a.b+c=d,e@f-g_h/x/y",
      "arn:aws-cn:iam::123456789012:role/a.b+c=d,e@f-g_h",
    ],
    ["arn:aws:iam::123456789012:user/division/anna", "arn:aws:iam::123456789012:user/division/anna"],
    ["arn:aws:sts::123456789012:federated-user/anna", "arn:aws:sts::123456789012:federated-user/anna"],
    ["arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:root"],
  ])("with the credentials of %s is %s", (arn, owner) => {
    expect(principalOf(signed(arn))).toMatchObject({ owner });
  });

  it("with a token is its subject", () => {
    const bindings = {
      requestContext: { authorizer: { jwt: { claims: { sub: "anna", aud: "hu01" }, scopes: null } } },
    };
    expect(principalOf(bindings)).toMatchObject({ owner: "anna" });
  });

  it.each([
    [undefined],
    [{}],
    [{ requestContext: {} }],
    [{ requestContext: { authorizer: {} } }],
    [signed("")],
    [signed(null)],
    [{ requestContext: { authorizer: { jwt: { claims: {} } } } }],
    [{ event: { headers: { "x-owner": "anna" } }, requestContext: { accountId: "123456789012" } }],
  ])("is not guessed from %j", (bindings) => {
    expect(() => principalOf(bindings)).toThrow(expect.objectContaining({ code: "api/unauthenticated" }));
  });
});
