import { describe, expect, it } from "vitest";
import { createPrincipalOf } from "../../functions/aws/principal.ts";

const ACCOUNT = "arn:aws:iam::123456789012";
const principalOf = createPrincipalOf({
  scope: "hu01/admin",
  arns: [`${ACCOUNT}:role/keepers/night/keeper`, `${ACCOUNT}:user/division/anna`],
});

const signed = (userArn: unknown) => ({ requestContext: { authorizer: { iam: { userArn } } } });
const token = (claims: object) => ({ requestContext: { authorizer: { jwt: { claims, scopes: null } } } });

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
    expect(principalOf(token({ sub: "anna", aud: "hu01" }))).toEqual({ owner: "anna", isAdmin: false });
  });

  it.each([
    [undefined],
    [{}],
    [{ requestContext: {} }],
    [{ requestContext: { authorizer: {} } }],
    [signed("")],
    [signed(null)],
    [token({})],
    [{ event: { headers: { "x-owner": "anna" } }, requestContext: { accountId: "123456789012" } }],
  ])("is not guessed from %j", (bindings) => {
    expect(() => principalOf(bindings)).toThrow(expect.objectContaining({ code: "api/unauthenticated" }));
  });
});

describe("an administrator", () => {
  it.each([
    { scope: "hu01/admin" },
    { scope: "openid hu01/admin email" },
    { scp: "[openid hu01/admin]" },
    { scope: "openid", scp: "hu01/admin" },
  ])("has the scope, as in %j", (claims) => {
    expect(principalOf(token({ sub: "anna", ...claims }))).toEqual({ owner: "anna", isAdmin: true });
  });

  it.each([
    {},
    { scope: "" },
    { scope: "hu01/administrator" },
    { scope: "xhu01/admin" },
    { scope: ["hu01/admin"] },
    { groups: "hu01/admin" },
    { sub: `${ACCOUNT}:role/keeper` },
    { sub: "hu01/admin" },
  ])("is nobody whose token says %j", (claims) => {
    expect(principalOf(token({ sub: "anna", ...claims })).isAdmin).toBe(false);
  });

  it.each([
    ["arn:aws:sts::123456789012:assumed-role/keeper/any-session", true],
    ["arn:aws:iam::123456789012:user/division/anna", true],
    ["arn:aws:iam::123456789012:user/anna", false],
    ["arn:aws:sts::999999999999:assumed-role/keeper/any-session", false],
    ["arn:aws:sts::123456789012:assumed-role/visitor/keeper", false],
    ["arn:aws:iam::123456789012:root", false],
  ])("by the credentials of %s: %s", (arn, isAdmin) => {
    expect(principalOf(signed(arn)).isAdmin).toBe(isAdmin);
  });
});
