import * as z from "zod";
import { ApiError } from "../../shared/errors.ts";
import type { Principal } from "../api/api-deps.ts";

/** Who administers the service: sees the jobs of every owner. */
export interface Administrators {
  /** Whoever has a JWT with this scope. */
  readonly scope: string;
  /** Whoever signs with the credentials of one of these users and roles. */
  readonly arns: readonly string[];
}

const claimsSchema = z.object({ sub: z.string().min(1), scope: z.unknown().optional(), scp: z.unknown().optional() });

const bindingsSchema = z.object({
  requestContext: z.object({
    authorizer: z.union([
      z.object({ iam: z.object({ userArn: z.string().min(1) }) }),
      z.object({ jwt: z.object({ claims: claimsSchema }) }),
    ]),
  }),
});

const ASSUMED_ROLE = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\/.+$/u;
/** What stands between `role/` and the name: the credentials of a role do not tell it. */
const ROLE_PATH = /(?<=^arn:[^:]+:iam::\d+:role\/).*\//u;

/**
 * Makes what tells who asks, as API Gateway has made sure: the ARN of a SigV4 caller, or the subject of a JWT.
 *
 * An assumed role stands for itself, not for its session: whoever assumes a role chooses the session's name, so it
 * proves nothing, and it changes with every deployment and login. Its path is not part of it; names of roles are
 * unique in an account without.
 *
 * @returns takes what the adapter of the Lambda runtime binds to a request; throws ApiError api/unauthenticated when no
 *   authoriser stands before the function
 */
export function createPrincipalOf({ scope, arns }: Administrators): (bindings: unknown) => Principal {
  const administrators = new Set(arns.map((arn) => arn.replace(ROLE_PATH, "")));
  return (bindings) => {
    const parsed = bindingsSchema.safeParse(bindings);
    if (!parsed.success) throw new ApiError("api/unauthenticated", "The gateway does not say who asks.");
    const { authorizer } = parsed.data.requestContext;
    // A subject is whatever its issuer makes of it, so it is never compared with an ARN.
    if ("jwt" in authorizer) {
      const { sub, ...claims } = authorizer.jwt.claims;
      return { owner: sub, isAdmin: scopesOf(claims).includes(scope) };
    }
    const owner = nameSigner(authorizer.iam.userArn);
    return { owner, isAdmin: administrators.has(owner) };
  };
}

function nameSigner(userArn: string): string {
  const [, partition, account, role] = ASSUMED_ROLE.exec(userArn) ?? [];
  return role === undefined ? userArn : `arn:${partition}:iam::${account}:role/${role}`;
}

/** `scope` (RFC 8693 §4.2) or, as some issuers call it, `scp`; the gateway writes a list as `[one two]`. */
function scopesOf({ scope, scp }: { readonly scope?: unknown; readonly scp?: unknown }): string[] {
  return [scope, scp].flatMap((claim) =>
    typeof claim === "string" ? claim.replace(/^\[(.*)\]$/u, "$1").split(" ") : [],
  );
}
