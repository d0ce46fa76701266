import * as z from "zod";
import { ApiError } from "../../shared/errors.ts";
import type { Principal } from "../api/api-deps.ts";

const bindingsSchema = z.object({
  requestContext: z.object({
    authorizer: z.union([
      z.object({ iam: z.object({ userArn: z.string().min(1) }) }),
      z.object({ jwt: z.object({ claims: z.object({ sub: z.string().min(1) }) }) }),
    ]),
  }),
});

const ASSUMED_ROLE = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\/.+$/u;

/**
 * Who asks, as API Gateway has made sure: the ARN of a SigV4 caller, or the subject of a JWT.
 *
 * An assumed role stands for itself, not for its session: whoever assumes a role chooses the session's name, so it
 * proves nothing, and it changes with every deployment and login. Its path is not part of it; names of roles are
 * unique in an account without.
 *
 * @param bindings what the adapter of the Lambda runtime binds to a request
 * @throws ApiError api/unauthenticated when no authoriser stands before the function
 */
export function principalOf(bindings: unknown): Principal {
  return { owner: ownerOf(bindings), isAdmin: false };
}

function ownerOf(bindings: unknown): string {
  const parsed = bindingsSchema.safeParse(bindings);
  if (!parsed.success) throw new ApiError("api/unauthenticated", "The gateway does not say who asks.");
  const { authorizer } = parsed.data.requestContext;
  if ("jwt" in authorizer) return authorizer.jwt.claims.sub;
  const { userArn } = authorizer.iam;
  const [, partition, account, role] = ASSUMED_ROLE.exec(userArn) ?? [];
  return role === undefined ? userArn : `arn:${partition}:iam::${account}:role/${role}`;
}
