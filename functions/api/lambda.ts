import { createApi } from "../aws/api.ts";
import { readApiEnvironment } from "../environment.ts";

/** Answers the requests that an HTTP API of API Gateway passes on. */
export const handler = createApi(readApiEnvironment());
